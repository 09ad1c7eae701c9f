#include "store/recorder.hpp"

#include "store/broken_calls.hpp"
#include "store/schema.hpp"
#include <phony/api/call_state.hpp>

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace phony::store {
namespace {

/// What numbers are found by, however they are written: "+1 (555) 123-4567" is 15551234567.
std::string digits_of(std::string_view number)
{
    std::string digits;
    std::ranges::copy_if(
        number, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    return digits;
}

}  // namespace

Recorder::Recorder(Database& database, std::string boot_id)
    : database_{database},
      boot_id_{std::move(boot_id)},
      newest_call_{database,
                   "SELECT id, session FROM calls WHERE call_sid = ? "
                   "ORDER BY session DESC LIMIT 1"},
      insert_call_{database,
                   "INSERT INTO calls (call_sid, session, process, from_number, to_number, "
                   "from_digits, to_digits, direction, started, clock) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      resume_call_{
          database,
          "UPDATE calls SET ended = NULL, outcome = NULL, process = ?2, clock = ?3, "
          "resumptions = resumptions + (ended IS NOT NULL OR process <> ?2) WHERE id = ?1"},
      end_call_{database,
                "UPDATE calls SET ended = ?2, outcome = ?3, "
                "duration = iif(?4, (?2 - started) / 1000.0, 0), transcript_count = " +
                    std::string{caller_lines} + " WHERE id = ?1 AND process = ?5"},
      answer_call_{database, "UPDATE calls SET started = ?2 WHERE id = ?1"},
      count_{database,
             "UPDATE calls SET seq = max(seq, ?2), transcript_count = transcript_count + ?3, "
             "command_count = command_count + ?4, override_count = override_count + ?5, "
             "errors = errors + ?6, interruptions = interruptions + ?7 WHERE id = ?1"},
      insert_line_{database,
                   "INSERT INTO transcript (call, seq, at, speaker, turn, text, interrupted) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?)"},
      correct_line_{database,
                    "UPDATE transcript SET text = ?3, interrupted = 1 WHERE id = ("
                    "SELECT id FROM transcript WHERE call = ?1 AND turn = ?2 "
                    "AND speaker <> 'caller' ORDER BY seq DESC LIMIT 1)"},
      insert_command_{database,
                      "INSERT INTO commands (call, seq, at, command, value, rejected) "
                      "VALUES (?, ?, ?, ?, ?, ?)"},
      insert_key_{database, "INSERT INTO keys (call, seq, at, digit) VALUES (?, ?, ?, ?)"},
      insert_latency_{database,
                      "INSERT INTO latencies (call, seq, at, turn, transcript_to_gpt_ms, "
                      "response_headers_ms, gpt_first_token_ms, first_frame_ms, "
                      "agent_speaking_ms, first_audio_playback_ms, reply_complete_ms, "
                      "playback_ended_ms, interrupted, failed, request_id, trace_id) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      insert_override_{database,
                       "INSERT INTO overrides (call, call_sid, at, supervisor, peer, action, "
                       "value, outcome, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      keeps_dialogue_{database,
                      "SELECT 1 FROM calls WHERE id = ? AND process = ? AND " +
                          std::string{unfinished}},
      insert_dialogue_{database,
                       "INSERT INTO dialogue (call, entry, turn, role, text, heard) "
                       "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (call, entry) DO UPDATE "
                       "SET turn = ?3, text = ?5, heard = ?6"},
      hear_dialogue_{database,
                     "UPDATE dialogue SET turn = ?3, heard = ?4 WHERE call = ?1 AND entry = ?2"},
      forget_dialogue_{database, "DELETE FROM dialogue WHERE call = ?1"},
      set_trace_{database,
                 "UPDATE calls SET trace = ?2, trace_state = ?3 WHERE id = ?1 AND process = ?4"}
{
}

void Recorder::write(const Record& record)
{
    std::visit([this](const auto& kind) { write(kind); }, record);
}

void Recorder::finish()
{
    for (const auto& [call, counts] : counts_) {
        if (!counts.have_changed()) continue;
        count_.run(call,
                   counts.seq,
                   counts.late_lines,
                   counts.commands,
                   counts.overrides,
                   counts.errors,
                   counts.interruptions);
    }
    for (const auto& [call, lines] : lines_) write_lines(call, lines);
    forget_transaction();
}

void Recorder::forget()
{
    calls_.clear();
    forget_transaction();
}

void Recorder::forget_transaction()
{
    counts_.clear();
    lines_.clear();
}

std::int64_t Recorder::find_call(std::string_view call_sid)
{
    if (const auto known = calls_.find(call_sid); known != calls_.end()) return known->second;
    newest_call_.start(call_sid);
    if (!newest_call_.next()) return 0;
    const auto id = newest_call_.integer(0);
    newest_call_.reset();
    return id;
}

/// The events of a call that is resumed are numbered on, and go on in its row. A call that begins
/// anew under an old name is a session of its own.
std::int64_t Recorder::begin_call(const EventRecord& record, const call::CallStarted& started)
{
    newest_call_.start(record.call_sid);
    std::int64_t id = 0;
    std::int64_t session = 0;
    if (newest_call_.next()) {
        id = newest_call_.integer(0);
        session = newest_call_.integer(1);
        newest_call_.reset();
    }
    if (id != 0 && record.seq > 1) {
        resume_call_.run(id, boot_id_, record.clock.origin());
        note_answer(id, record, started);
    } else {
        insert_call_.run(record.call_sid,
                         session + 1,
                         boot_id_,
                         started.from,
                         started.to,
                         digits_of(started.from),
                         digits_of(started.to),
                         started.direction,
                         record.at,
                         record.clock.origin());
        id = database_.last_row_id();
        placed_.erase(id);
        if (started.progress != call::Progress::connected) placed_.emplace(id, 0);
    }
    calls_.insert_or_assign(record.call_sid, id);
    return id;
}

/// The time of a call that we placed counts from the moment at which it was connected.
void Recorder::note_answer(std::int64_t call,
                           const EventRecord& record,
                           const call::CallStarted& started)
{
    const auto placed = placed_.find(call);
    if (placed == placed_.end() || started.progress != call::Progress::connected) return;
    if (placed->second != 0 && placed->second != record.seq) return;  // resumed
    placed->second = record.seq;
    answer_call_.run(call, record.at);
}

struct Recorder::Rows {
    Recorder& to;
    const EventRecord& record;
    std::int64_t call;
    Counts& counts;

    void add_line(api::Speaker speaker,
                  call::Turn turn,
                  std::string_view text,
                  bool interrupted = false) const
    {
        to.insert_line_.run(
            call, record.seq, record.at, api::name_of(speaker), turn, text, interrupted);
    }

    void operator()(const call::Transcript& event) const
    {
        if (!to.calls_.contains(record.call_sid)) ++counts.late_lines;
        add_line(api::Speaker::caller, 0, event.text);
    }
    void operator()(const call::AssistantReply& event) const
    {
        add_line(api::Speaker::assistant, event.turn, event.text);
    }
    void operator()(const call::SupervisorOverride& event) const
    {
        ++counts.overrides;
        if (event.action == "text") add_line(api::Speaker::supervisor, 0, event.value);
    }
    /// Of a reply that was cut before it was complete, what was heard is all that is ever known.
    /// One that was complete, but still being played, is set right.
    void operator()(const call::SpeechInterrupted& event) const
    {
        if (event.by == call::SpeechInterrupted::By::caller) ++counts.interruptions;
        to.correct_line_.run(call, event.turn, event.heard);
        if (to.database_.changes() == 0 && !event.heard.empty())
            add_line(api::Speaker::assistant, event.turn, event.heard, true);
    }
    void operator()(const call::CommandExecuted& event) const
    {
        ++counts.commands;
        to.insert_command_.run(
            call, record.seq, record.at, event.command, event.value, std::nullopt);
    }
    void operator()(const call::CommandRejected& event) const
    {
        to.insert_command_.run(
            call, record.seq, record.at, event.command, event.value, event.reason);
    }
    void operator()(const call::Dtmf& event) const
    {
        to.insert_key_.run(call, record.seq, record.at, std::string_view{&event.digit, 1});
    }
    void operator()(const call::Latency& event) const
    {
        to.insert_latency_.run(call,
                               record.seq,
                               record.at,
                               event.turn,
                               event.transcript_to_gpt_ms,
                               event.response_headers_ms,
                               event.gpt_first_token_ms,
                               event.first_frame_ms,
                               event.agent_speaking_ms,
                               event.first_audio_playback_ms,
                               event.reply_complete_ms,
                               event.playback_ended_ms,
                               event.interrupted,
                               event.failed,
                               event.request_id,
                               event.trace_id);
    }
    void operator()(const call::CallError&) const { ++counts.errors; }
    /// Not that of a call which another process has resumed meanwhile.
    void operator()(const call::CallEnded& event) const
    {
        counts.begins_or_ends = true;
        counts.late_lines = 0;
        to.end_call_.run(call, record.at, event.reason, event.connected, to.boot_id_);
        const bool for_good = to.database_.changes() > 0 && !may_be_resumed(event.reason);
        if (for_good) to.forget_dialogue_.run(call);
        to.placed_.erase(call);
        to.calls_.erase(record.call_sid);
    }
    template <typename Other>
    void operator()(const Other&) const
    {
    }
};

void Recorder::write(const EventRecord& record)
{
    const auto* started = std::get_if<call::CallStarted>(&record.event);
    std::int64_t call = started != nullptr ? begin_call(record, *started)
                                           : find_call(record.call_sid);
    // Its beginning may have been dropped while the disk was full.
    if (call == 0) call = begin_call(record, {});
    Counts& counts = counts_[call];
    counts.seq = record.seq;
    counts.begins_or_ends = counts.begins_or_ends || started != nullptr;
    std::visit(Rows{*this, record, call, counts}, record.event);
}

void Recorder::write(const AuditRecord& record)
{
    const auto& audit = record.audit;
    const auto call = find_call(audit.call_sid);
    insert_override_.run(call == 0 ? std::nullopt : std::optional{call},
                         audit.call_sid,
                         audit.at,
                         audit.supervisor,
                         audit.peer,
                         audit.action,
                         audit.value,
                         audit.outcome,
                         audit.reason);
}

void Recorder::write(const MemoryRecord& record)
{
    const auto call = find_call(record.call_sid);
    if (call == 0) return;
    if (const auto* trace = std::get_if<TraceContext>(&record.what)) {
        set_trace_.run(call, traceparent_of(*trace), trace->state, boot_id_);
        return;
    }
    const auto& newest = std::get<call::RememberedLine>(record.what);
    Line& line = lines_[call][newest.entry];
    line.newest = &newest;
    if (newest.text) line.text = &*newest.text;
}

/// Nothing is written down for a call that has ended for good, or is another process's by now.
void Recorder::write_lines(std::int64_t call, const Lines& lines)
{
    keeps_dialogue_.start(call, boot_id_);
    if (!keeps_dialogue_.next()) return;
    keeps_dialogue_.reset();
    for (const auto& [entry, line] : lines) {
        const auto& [newest, text] = line;
        if (text == nullptr) {
            hear_dialogue_.run(call, entry, newest->turn, newest->heard);
            continue;
        }
        insert_dialogue_.run(call,
                             entry,
                             newest->turn,
                             newest->role == call::Role::assistant ? "assistant" : "user",
                             *text,
                             newest->heard);
    }
}

}  // namespace phony::store
