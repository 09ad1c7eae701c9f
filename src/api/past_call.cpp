#include <phony/api/past_call.hpp>

#include <phony/base/json_members.hpp>

#include <string_view>

namespace phony::api {
namespace {

/// `"name":[{…},{…}]`, the members of each object written by `append`.
template <typename Items, typename Append>
void add_array(std::string& out, const JsonMembers::Name& name, const Items& items, Append append)
{
    JsonMembers{out}.begin(name);
    out += '[';
    for (const auto& item : items) {
        if (!out.ends_with('[')) out += ',';
        out += '{';
        JsonMembers members{out};
        members.add("timestamp", item.timestamp);
        append(members, item);
        out += '}';
    }
    out += ']';
}

}  // namespace

std::string call_json(const CallState& state, const CallDetails& details, TimePoint now)
{
    std::string out = call_state_json(state, now);
    out.pop_back();  // and on within the object
    add_array(out, "commands", details.commands, [](JsonMembers& members, const auto& command) {
        members.add("command", command.command);
        members.add("value", command.value);
        if (command.rejected.empty()) {
            members.add_null("rejected");
        } else {
            members.add("rejected", command.rejected);
        }
    });
    add_array(out, "overrides", details.overrides, [](JsonMembers& members, const auto& order) {
        members.add("supervisor", order.supervisor);
        members.add("peer", order.peer);
        members.add("action", order.action);
        members.add("value", order.value);
        members.add("outcome", order.outcome);
        members.add("reason", order.reason);
    });
    add_array(out, "keys", details.keys, [](JsonMembers& members, const auto& key) {
        members.add("digit", key.digit);
    });
    add_array(out, "latencies", details.latencies, [&out](JsonMembers&, const auto& turn) {
        append_latency(out, turn.latency);
    });
    return out += '}';
}

std::string history_json(const std::vector<CallState>& calls,
                         const std::optional<HistoryCursor>& next,
                         TimePoint now)
{
    std::string out = calls_json(calls, now);
    out.pop_back();  // and on within the object
    JsonMembers members{out};
    if (next) {
        members.add("nextCursor", to_text(*next));
    } else {
        members.add_null("nextCursor");
    }
    return out += '}';
}

}  // namespace phony::api
