#include "store/broken_calls.hpp"

#include "store/process_lock.hpp"
#include "store/queries.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace phony::store {
namespace {

/// Events of a call whose end was not written down: more than a reply has tokens, which have
/// numbers and are not kept either.
constexpr std::uint64_t most_unwritten = 1000;

/// The newest row of a call.
struct Row {
    std::int64_t id = 0;
    std::string process;
    CallClock clock;
    std::optional<WallTime> ended;
    std::string outcome;
    int resumptions = 0;
    std::string trace;
    std::string trace_state;
};

std::optional<Row> find_row(Database& database, const std::string& call_sid)
{
    Statement select{database,
                     "SELECT id, process, ended, outcome, resumptions, trace, trace_state, clock "
                     "FROM calls WHERE call_sid = ? ORDER BY session DESC LIMIT 1"};
    select.start(call_sid);
    if (!select.next()) return std::nullopt;
    Row row{.id = select.integer(0),
            .process = select.text(1),
            .clock = CallClock{select.time(7)},
            .ended = {},
            .outcome = select.text(3),
            .resumptions = static_cast<int>(select.integer(4)),
            .trace = select.text(5),
            .trace_state = select.text(6)};
    if (!select.is_null(2)) row.ended = select.time(2);
    return row;
}

std::optional<WallTime> end_of_process(Database& database, const std::string& boot_id)
{
    Statement select{database, "SELECT ended FROM processes WHERE boot_id = ? AND ended > 0"};
    select.start(boot_id);
    if (!select.next()) return std::nullopt;
    return select.time(0);
}

/// How long a call has been over: a clock that is set meanwhile does not count.
Duration since_its_end(const Row& row, WallTime ended, WallTime wall, TimePoint now)
{
    const auto passed = now - row.clock.when(ended);
    const bool is_from_before = passed < -std::chrono::seconds{1};  // the machine was started anew
    return is_from_before ? wall - ended : passed;
}

/// For how long the call may have been off the line; nothing when this process knows better.
std::optional<Duration> silence_of(Database& database,
                                   const std::filesystem::path& data_directory,
                                   std::string_view own_boot_id,
                                   const Row& row,
                                   WallTime wall,
                                   TimePoint now)
{
    const auto since_process = [&](std::optional<WallTime> seen) -> std::optional<Duration> {
        if (!seen) seen = end_of_process(database, row.process);
        return seen ? std::optional{wall - *seen} : std::nullopt;
    };
    if (row.ended) {
        const Duration over = since_its_end(row, *row.ended, wall, now);
        // With its process a call is lost, however long nothing has happened in it.
        return row.outcome == "lost" ? std::min(over, since_process({}).value_or(over)) : over;
    }
    if (row.process == own_boot_id) return std::nullopt;
    if (!is_gone(data_directory, row.process)) return Duration{};
    return since_process(last_seen(data_directory, row.process));
}

/// The end that the relay was told of: whom the call was passed on to by the model or a supervisor,
/// or nobody. Nothing while they were talking.
std::optional<call::Memory::Parting> parting_of(Database& database, const Row& row)
{
    const bool hung_up_on = row.outcome == "end_call" || row.outcome == "supervisor";
    if (hung_up_on) return call::Memory::Parting{call::HangUpCall{}, row.outcome};
    const bool transferred = row.outcome == "transfer";
    const bool cut_off = !row.ended || row.outcome == "lost" || row.outcome == "shutdown";
    if (!transferred && !cut_off) return std::nullopt;
    // Of a call that was cut off, what was ordered behind its last words.
    Statement select{
        database,
        "SELECT action, value FROM (SELECT at, command AS action, value FROM commands "
        "WHERE call = ?1 AND rejected IS NULL AND command IN ('transfer', 'end_call') "
        "UNION ALL SELECT at, action, value FROM overrides "
        "WHERE call = ?1 AND outcome = 'accepted' AND action IN ('transfer', 'end')) "
        "WHERE ?2 OR at >= coalesce((SELECT max(at) FROM transcript WHERE call = ?1), 0) "
        "ORDER BY at DESC LIMIT 1"};
    select.start(row.id, transferred);
    if (!select.next()) return std::nullopt;
    if (select.text(0) != "transfer") return call::Memory::Parting{call::HangUpCall{}, "end_call"};
    return call::Memory::Parting{call::TransferCall{select.text(1)}, "transfer"};
}

call::Memory memory_of(Database& database, std::int64_t call, TimePoint now)
{
    call::Memory memory;
    memory.lost_at = now;
    Statement lines{database,
                    "SELECT entry, turn, role, text, heard FROM dialogue WHERE call = ? "
                    "ORDER BY entry"};
    for (lines.start(call); lines.next();) {
        const auto entry = static_cast<call::Dialogue::Entry>(lines.integer(0));
        memory.turn = std::max(memory.turn, static_cast<call::Turn>(lines.integer(1)));
        const bool ours = lines.text(2) == "assistant";
        const std::string text = lines.text(3);
        memory.dialogue.restore(entry, ours ? call::Role::assistant : call::Role::user, text);
        if (!ours || lines.is_null(4)) continue;
        const auto heard = std::min(static_cast<std::size_t>(lines.integer(4)), text.size());
        // Of no turn: its own was accounted for, and the newest may still be answered.
        memory.playback.restore(entry, 0, text, heard, now);
        memory.cut = entry;
    }
    return memory;
}

}  // namespace

bool may_be_resumed(std::string_view outcome)
{
    return outcome == "connection_lost" || outcome == "shutdown";
}

std::optional<hub::HeldCall> find_broken_call(Database& database,
                                              const std::filesystem::path& data_directory,
                                              std::string_view own_boot_id,
                                              const std::string& call_sid,
                                              WallTime wall,
                                              TimePoint now)
{
    const auto row = find_row(database, call_sid);
    if (!row) return std::nullopt;
    const auto silence = silence_of(database, data_directory, own_boot_id, *row, wall, now);
    if (!silence || *silence > hub::resumable_for) return std::nullopt;

    const bool has_ended_well = row->ended && row->outcome != "lost";
    const bool was_talking = !has_ended_well || may_be_resumed(row->outcome);
    hub::HeldCall found{.memory = {}, .resumed = row->resumptions};
    auto parting = parting_of(database, *row);
    if (!was_talking && !parting) return std::nullopt;
    if (was_talking) found.memory = memory_of(database, row->id, now);
    // One that we place has a row before anybody has answered.
    const bool has_begun = row->outcome == "connection_lost" ||
                           !found.memory.dialogue.messages().empty();
    if (was_talking && !has_begun && !parting) return std::nullopt;
    found.memory.parting = std::move(parting);
    if (!was_talking) return found;

    found.trace = parse_trace_context(row->trace, row->trace_state).value_or(TraceContext{});
    if (auto past = find_call(database, call_sid)) {
        found.past = std::move(past->state);
        if (!has_ended_well) found.past->seq += most_unwritten;
    }
    return found;
}

void BrokenCallsSweep::run(Database& database, TimePoint now)
{
    std::map<Break, TimePoint> seen;
    Statement select{database,
                     "SELECT DISTINCT id, ended FROM dialogue JOIN calls ON id = call "
                     "WHERE ended IS NOT NULL"};
    while (select.next()) {
        const Break found{select.integer(0), select.integer(1)};
        const auto known = seen_.find(found);
        seen.emplace(found, known == seen_.end() ? now : known->second);
    }
    seen_ = std::move(seen);

    Statement forget{database, "DELETE FROM dialogue WHERE call = ?"};
    for (const auto& [found, since] : seen_) {
        if (now - since >= keep) forget.run(found.first);
    }
}

}  // namespace phony::store
