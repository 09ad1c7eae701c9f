#pragma once

#include "hub/model.hpp"
#include <phony/async/awaitable.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace phony::hub {

/// One clause, and its audio while it is being synthesised: 16-bit little-endian samples, 24,000 a
/// second.
///
///     auto clause = speech.ask();
///     if (auto started = co_await clause->start(text); !started) …
///     for (;;) {
///         auto pcm = co_await clause->read();
///         if (!pcm) …                              // it was cut
///         if (pcm->empty()) break;
///     }
///     co_await clause->finish();                   // keeps the connection
///
/// After an error only destruction is of use. Destroying it before finish() closes the connection
/// at once, which stops the synthesis. How long to wait is for its user to say, who cancels us.
class SpokenClause {
public:
    virtual ~SpokenClause() = default;
    SpokenClause(const SpokenClause&) = delete;
    SpokenClause& operator=(const SpokenClause&) = delete;

    /// The server has begun to answer with audio.
    virtual async::awaitable<ModelResult<void>> start(std::string text) = 0;
    /// What has arrived since; empty at the end. Valid until the next call.
    virtual async::awaitable<ModelResult<std::string_view>> read() = 0;
    virtual async::awaitable<void> finish() = 0;

protected:
    SpokenClause() = default;
};

/// What a call needs of a voice. One for each core, used on its thread only; outlives its clauses.
class Speech {
public:
    virtual ~Speech() = default;
    Speech(const Speech&) = delete;
    Speech& operator=(const Speech&) = delete;

    /// Has connections ready. Called when a call that needs a voice begins.
    virtual void warm() = 0;
    virtual std::unique_ptr<SpokenClause> ask() = 0;

protected:
    Speech() = default;
};

}  // namespace phony::hub
