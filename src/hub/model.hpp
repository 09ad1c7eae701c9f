#pragma once

#include <phony/async/awaitable.hpp>
#include <phony/openai/chat_chunk.hpp>
#include <phony/openai/server_error.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace phony::hub {

template <typename T>
using ModelResult = boost::system::result<T, openai::Failure>;

/// All content of one read from the model.
struct ModelRead {
    std::string_view text;  ///< valid while it is taken; not empty unless complete
    bool complete = false;  ///< the reply has ended well, and this text is its last
};

/// What a reply cost, if the server told, and what of it could not be read.
struct ModelReport {
    std::optional<openai::Usage> usage;
    std::size_t skipped_events = 0;
};

/// One request for a reply, and the reply as it is generated:
///
///     auto reply = model.ask();
///     if (auto sent = co_await reply->send(body); !sent) …       // a connection, and all written
///     if (auto started = co_await reply->started(); !started) …  // it is an event stream
///     bool complete = false;
///     const auto speak = [&](const hub::ModelRead& read) {
///         …
///         complete = read.complete;
///         return true;                                           // false when that was enough
///     };
///     if (auto read = co_await reply->read(speak); !read) …      // after all that came before
///     co_await reply->finish();                                  // keeps the connection
///
/// After an error only destruction is of use. Destroying it before finish() closes the connection
/// at once, which is what stops the generation. How long to wait for words is for the conversation
/// to say: it cancels us.
class ModelReply {
public:
    virtual ~ModelReply() = default;
    ModelReply(const ModelReply&) = delete;
    ModelReply& operator=(const ModelReply&) = delete;

    /// `headers` are whole lines to add, such as "traceparent: …\r\n".
    virtual async::awaitable<ModelResult<void>> send(std::string body,
                                                     std::string headers = {}) = 0;
    virtual async::awaitable<ModelResult<void>> started() = 0;
    /// Takes the words of one read: whether it wants more.
    using Taker = std::function<bool(const ModelRead& read)>;
    /// Until the reply is complete, or the taker has had enough, after which another read() goes
    /// on.
    virtual async::awaitable<ModelResult<void>> read(const Taker& take) = 0;
    virtual async::awaitable<void> finish() = 0;

    /// The server's name for this request, which its support asks for; empty if it gives none, or
    /// has not answered. At most 128 visible characters. Valid as long as the reply.
    virtual std::string_view request_id() const = 0;

    /// Whole once finished: the usage comes behind the last words.
    virtual ModelReport report() const = 0;

protected:
    ModelReply() = default;
};

/// What a call needs of a model. One for each core, used on its thread only; outlives its replies.
class Model {
public:
    virtual ~Model() = default;
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    /// Has connections ready. Called at a call's setup.
    virtual void warm() = 0;
    virtual std::unique_ptr<ModelReply> ask() = 0;

protected:
    Model() = default;
};

}  // namespace phony::hub
