#include "store/queries.hpp"

#include "store/schema.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

namespace phony::store {
namespace {

using Milliseconds = std::chrono::milliseconds;

/// The columns that state_of() reads. What is not written down turn by turn is found in the lines.
const std::string select_call =
    "SELECT id, call_sid, from_number, to_number, direction, started, ended, outcome, duration, "
    "iif(ended IS NULL, " +
    std::string{caller_lines} +
    ", transcript_count), command_count, override_count, errors, interruptions, "
    "max(seq, coalesce((SELECT max(seq) FROM transcript WHERE call = calls.id), 0)), clock "
    "FROM calls ";

api::CallState state_of(const Statement& row)
{
    api::CallState state;
    state.call_sid = row.text(1);
    state.from = row.text(2);
    state.to = row.text(3);
    state.direction = row.text(4);
    state.started = row.time(5);
    if (!row.is_null(6)) {
        state.phase = api::CallState::Phase::ended;
        state.ended = row.time(6);
        state.connected = row.real(8) > 0;
    }
    state.end_reason = row.text(7);
    state.metrics = {.call_duration_seconds = row.real(8),
                     .transcript_count = static_cast<std::uint32_t>(row.integer(9)),
                     .command_count = static_cast<std::uint32_t>(row.integer(10)),
                     .override_count = static_cast<std::uint32_t>(row.integer(11))};
    state.errors = static_cast<std::uint32_t>(row.integer(12));
    state.interruptions = static_cast<std::uint32_t>(row.integer(13));
    state.seq = static_cast<std::uint64_t>(row.integer(14));
    state.clock = CallClock{row.time(15)};
    return state;
}

api::Speaker speaker_of(std::string_view name)
{
    for (const auto speaker : {api::Speaker::assistant, api::Speaker::supervisor}) {
        if (name == api::name_of(speaker)) return speaker;
    }
    return api::Speaker::caller;
}

void read_transcript(Database& database, std::int64_t call, api::CallState& state)
{
    Statement lines{database,
                    "SELECT speaker, text, at, turn, interrupted FROM transcript "
                    "WHERE call = ? ORDER BY seq"};
    for (lines.start(call); lines.next();) {
        const auto speaker = speaker_of(lines.text(0));
        state.transcript.push_back({.speaker = speaker,
                                    .text = lines.text(1),
                                    .timestamp = lines.time(2),
                                    .turn = static_cast<call::Turn>(lines.integer(3)),
                                    .interrupted = lines.integer(4) != 0});
        auto& last = speaker == api::Speaker::caller ? state.last_caller_text
                                                     : state.last_assistant_text;
        if (speaker != api::Speaker::supervisor) last = state.transcript.back().text;
    }
}

api::CallDetails read_details(Database& database, std::int64_t call)
{
    api::CallDetails details;
    Statement commands{database,
                       "SELECT at, command, value, rejected FROM commands WHERE call = ? "
                       "ORDER BY seq"};
    for (commands.start(call); commands.next();) {
        details.commands.push_back(
            {commands.time(0), commands.text(1), commands.text(2), commands.text(3)});
    }
    Statement overrides{database,
                        "SELECT at, supervisor, peer, action, value, outcome, reason "
                        "FROM overrides WHERE call = ? ORDER BY at, id"};
    for (overrides.start(call); overrides.next();) {
        details.overrides.push_back({overrides.time(0),
                                     overrides.text(1),
                                     overrides.text(2),
                                     overrides.text(3),
                                     overrides.text(4),
                                     overrides.text(5),
                                     overrides.text(6)});
    }
    Statement keys{database, "SELECT at, digit FROM keys WHERE call = ? ORDER BY seq"};
    for (keys.start(call); keys.next();) details.keys.push_back({keys.time(0), keys.text(1)});
    Statement latencies{
        database,
        "SELECT at, turn, transcript_to_gpt_ms, response_headers_ms, "
        "gpt_first_token_ms, first_frame_ms, agent_speaking_ms, "
        "first_audio_playback_ms, reply_complete_ms, playback_ended_ms, "
        "interrupted, failed, request_id, trace_id FROM latencies WHERE call = ? ORDER BY seq"};
    for (latencies.start(call); latencies.next();) {
        details.latencies.push_back({latencies.time(0),
                                     {.turn = static_cast<call::Turn>(latencies.integer(1)),
                                      .transcript_to_gpt_ms = latencies.optional_real(2),
                                      .response_headers_ms = latencies.optional_real(3),
                                      .gpt_first_token_ms = latencies.optional_real(4),
                                      .first_frame_ms = latencies.optional_real(5),
                                      .agent_speaking_ms = latencies.optional_real(6),
                                      .first_audio_playback_ms = latencies.optional_real(7),
                                      .reply_complete_ms = latencies.optional_real(8),
                                      .playback_ended_ms = latencies.optional_real(9),
                                      .interrupted = latencies.integer(10) != 0,
                                      .failed = latencies.integer(11) != 0,
                                      .trace_id = latencies.text(13),
                                      .request_id = latencies.text(12)}});
    }
    return details;
}

}  // namespace

std::optional<PastCall> find_call(Database& database, const std::string& call_sid)
{
    Statement call{database, select_call + "WHERE call_sid = ? ORDER BY session DESC LIMIT 1"};
    call.start(call_sid);
    if (!call.next()) return std::nullopt;
    const auto id = call.integer(0);
    PastCall found{.state = state_of(call), .details = read_details(database, id)};
    read_transcript(database, id, found.state);
    if (!found.details.latencies.empty())
        found.state.latency = found.details.latencies.back().latency;
    return found;
}

Page search(Database& database, const api::HistoryQuery& query)
{
    // Its place in the order of (started, id) does not move when further calls come in, and the
    // index on the two leads to it. `from`, `number` and `text` only where asked for: each costs.
    std::string sql = select_call + "WHERE ended IS NOT NULL AND (started, id) < (?1, ?2)";
    sql += query.from ? " AND started >= ?3" : " AND ?3 IS NULL";
    sql += query.digits.empty() ? " AND ?4 = ''"
                                : " AND (instr(from_digits, ?4) > 0 OR instr(to_digits, ?4) > 0)";
    sql += query.words.empty()
               ? " AND ?5 = ''"
               : " AND id IN (SELECT call FROM transcript WHERE id IN "
                 "(SELECT rowid FROM transcript_text WHERE transcript_text MATCH ?5))";
    sql += " ORDER BY started DESC, id DESC LIMIT ?6";

    // Calls that began before `to` are those behind the first one that could have begun then.
    auto place = query.cursor.value_or(
        api::HistoryCursor{WallTime::max(), std::numeric_limits<std::int64_t>::max()});
    if (query.to && *query.to <= place.started) place = {*query.to, 0};

    Statement calls{database, sql};
    calls.start(place.started,
                place.id,
                query.from,
                query.digits,
                api::match_expression(query.words),
                query.limit + 1);
    Page page;
    std::int64_t last = 0;
    while (calls.next()) {
        if (page.calls.size() == query.limit) {  // one more than wanted: there is a next page
            page.next = api::HistoryCursor{page.calls.back().started, last};
            break;
        }
        last = calls.integer(0);
        page.calls.push_back(state_of(calls));
    }
    return page;
}

}  // namespace phony::store
