#include "store/history.hpp"

#include "hub/reply_slot.hpp"
#include <phony/async/with_deadline.hpp>

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace phony::store {

using async::asio::this_coro::executor;

namespace {

/// A caller hears nothing meanwhile. As a rule it takes less than a millisecond, unless a long
/// search is under way.
constexpr auto patience = std::chrono::seconds{5};

}  // namespace

History::History(const Options& options, metrics::Metrics& metrics)
    : writer_{options, metrics}, reader_{options, writer_.boot_id()}
{
}

void History::record(const api::EventStamp& stamp, const call::Event& event)
{
    if (!is_kept(event)) return;
    const CallClock clock{stamp.timestamp, stamp.at};
    writer_.put(EventRecord{std::string{stamp.call_sid}, stamp.seq, stamp.timestamp, clock, event});
}

void History::remember(std::string_view call_sid, call::RememberedLine line)
{
    writer_.put(MemoryRecord{std::string{call_sid}, std::move(line)});
}

void History::remember(std::string_view call_sid, const TraceContext& trace)
{
    writer_.put(MemoryRecord{std::string{call_sid}, trace});
}

async::awaitable<std::optional<hub::HeldCall>> History::broken_call(std::string call_sid)
{
    const auto found = std::make_shared<hub::HeldCall>();
    const auto answered = co_await async::with_deadline(
        ask(Reader::AboutBroken{std::move(call_sid), found}), patience);
    // Until it has answered, what is found is the reader's.
    if (!answered || !*answered) co_return std::nullopt;
    co_return std::move(*found);
}

async::awaitable<void> History::audit(hub::OverrideAudit audit, Duration limit)
{
    hub::ReplySlot slot{co_await executor};
    writer_.put(AuditRecord{std::move(audit), slot.reply()}, true);
    co_await async::with_deadline(slot.answer(), limit);
}

async::awaitable<Result<std::string>> History::call(std::string call_sid,
                                                    std::optional<api::CallState> live)
{
    return ask(Reader::AboutCall{std::move(call_sid), std::move(live)});
}

async::awaitable<Result<std::string>> History::search(api::HistoryQuery query)
{
    return ask(std::move(query));
}

async::awaitable<Result<std::string>> History::ask(
    std::variant<Reader::AboutCall, api::HistoryQuery, Reader::AboutBroken> what)
{
    hub::ReplySlot slot{co_await executor};
    auto text = std::make_shared<std::string>();
    reader_.ask({std::move(what), text, slot.reply()});
    const auto answered = co_await slot.answer();
    if (!answered) co_return answered.error();
    co_return std::move(*text);
}

void History::stop()
{
    reader_.stop();
    writer_.stop();
}

}  // namespace phony::store
