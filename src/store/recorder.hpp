#pragma once

#include "store/record.hpp"
#include "store/sqlite.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace phony::store {

/// Turns records into rows, within a transaction that its owner begins and ends. Throws
/// SqliteError. Belongs to the writer's thread; borrows its database.
class Recorder {
public:
    /// Calls are written under the name of this process.
    Recorder(Database& database, std::string boot_id);

    /// `record` stays where it is until the transaction ends.
    void write(const Record& record);

    /// The end of the transaction: what it adds to each call's figures, and its dialogue as it has
    /// become.
    void finish();

    /// The transaction was not committed: what was learnt in it does not hold.
    void forget();

private:
    /// What events add to the figures of their call.
    struct Counts {
        std::uint64_t seq = 0;  ///< its lines tell until another event counts
        bool begins_or_ends = false;
        int late_lines = 0;  ///< of the caller: others are counted when the call ends
        int commands = 0;
        int overrides = 0;
        int errors = 0;
        int interruptions = 0;

        bool have_changed() const
        {
            return begins_or_ends || late_lines + commands + overrides + errors + interruptions > 0;
        }
    };

    /// A line of the dialogue as the newest record has it.
    struct Line {
        const call::RememberedLine* newest = nullptr;
        const std::string* text = nullptr;  ///< perhaps an older one's; none: the same as before
    };
    using Lines = std::map<call::Dialogue::Entry, Line>;

    /// One event's way into its rows.
    struct Rows;

    void write(const EventRecord& record);
    void write(const AuditRecord& record);
    void write(const MemoryRecord& record);
    void write_lines(std::int64_t call, const Lines& lines);
    void forget_transaction();

    /// The row of this call: the one that is open, else the newest; 0 when there is none.
    std::int64_t find_call(std::string_view call_sid);
    std::int64_t begin_call(const EventRecord& record, const call::CallStarted& started);

    void note_answer(std::int64_t call,
                     const EventRecord& record,
                     const call::CallStarted& started);

    Database& database_;
    std::string boot_id_;
    /// Rows of calls that are on the line.
    std::map<std::string, std::int64_t, std::less<>> calls_;
    /// Rows of calls that we placed and that have not ended, with the seq of the event that
    /// connected them, 0 until then: a transaction that is repeated finds it.
    std::map<std::int64_t, std::uint64_t> placed_;
    // By row; since the transaction began.
    std::map<std::int64_t, Counts> counts_;
    std::map<std::int64_t, Lines> lines_;

    Statement newest_call_;
    Statement insert_call_;
    Statement resume_call_;
    Statement end_call_;
    Statement answer_call_;
    Statement count_;
    Statement insert_line_;
    Statement correct_line_;
    Statement insert_command_;
    Statement insert_key_;
    Statement insert_latency_;
    Statement insert_override_;
    Statement keeps_dialogue_;
    Statement insert_dialogue_;
    Statement hear_dialogue_;
    Statement forget_dialogue_;
    Statement set_trace_;
};

}  // namespace phony::store
