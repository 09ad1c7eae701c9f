#pragma once

#include "hub/history.hpp"
#include "metrics/metrics.hpp"
#include "store/options.hpp"
#include "store/reader.hpp"
#include "store/writer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace phony::store {

/// The history in `DATA_DIR/history.db`, with a thread that writes and one that reads.
///
///     History history{{.directory = "data", .keep = std::chrono::days{90}}, metrics};
///     events.watch([&](const auto& stamp, const auto& event) { history.record(stamp, event); });
///     …
///     history.stop();          // before what it answers to: the cores' event loops
class History final : public hub::History {
public:
    /// Throws runtime_error with a sentence when the directory or the database cannot be used.
    History(const Options& options, metrics::Metrics& metrics);

    void record(const api::EventStamp& stamp, const call::Event& event) override;
    void remember(std::string_view call_sid, call::RememberedLine line) override;
    void remember(std::string_view call_sid, const TraceContext& trace) override;
    async::awaitable<std::optional<hub::HeldCall>> broken_call(std::string call_sid) override;
    async::awaitable<void> audit(hub::OverrideAudit audit, Duration limit) override;
    bool writable() const override { return writer_.writable(); }
    async::awaitable<Result<std::string>> call(std::string call_sid,
                                               std::optional<api::CallState> live) override;
    async::awaitable<Result<std::string>> search(api::HistoryQuery query) override;

    /// Writes all that was recorded, and answers nobody any more.
    void stop();

private:
    async::awaitable<Result<std::string>> ask(
        std::variant<Reader::AboutCall, api::HistoryQuery, Reader::AboutBroken> what);

    Writer writer_;
    Reader reader_;
};

}  // namespace phony::store
