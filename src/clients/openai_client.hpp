#pragma once

#include "clients/base_url.hpp"
#include "clients/connection_pool.hpp"
#include "clients/https_client.hpp"
#include <phony/async/awaitable.hpp>
#include <phony/base/timestamp.hpp>
#include <phony/openai/reply_reader.hpp>
#include <phony/openai/server_error.hpp>

#include <boost/system/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace phony::clients {

template <typename T>
using ModelResult = boost::system::result<T, openai::Failure>;

struct ModelSettings {
    BaseUrl base_url;     ///< requests go to {base_url}/chat/completions
    std::string api_key;  ///< empty: no Authorization header
    PoolSettings pool;
    HttpLimits http;
};

/// The model's connections of one core. Used on its thread; outlives its streams.
class ModelClient {
public:
    /// `tls` must outlive the client. Settings are checked where they are read: the key must be
    /// printable ASCII (is_usable_key).
    ModelClient(async::Executor executor,
                const ModelSettings& settings,
                async::asio::ssl::context& tls);

    /// Has connections ready. Call it at a call's setup.
    void warm() { pool_.warm(); }

    /// Closes idle connections and refuses new requests.
    void close() { pool_.close(); }

    ConnectionPool::Figures figures() const { return pool_.figures(); }

private:
    friend class ModelStream;

    ConnectionPool pool_;
    std::string headers_;  ///< the same for every request
    HttpLimits limits_;
};

/// Whether a key can stand in a header.
bool is_usable_key(std::string_view key);

/// All content of one read from the model.
struct ModelRead {
    std::string_view text;  ///< valid until the stream is used again; not empty unless complete
    bool complete = false;  ///< the reply has ended well, and this text is its last
};

/// One request for a reply, and the reply as it is generated:
///
///     ModelStream stream{client};
///     if (auto sent = co_await stream.send(body); !sent) …         // a connection, and all
///     written if (auto started = co_await stream.started(); !started) …    // it is an event
///     stream for (bool complete = false; !complete;) {
///         auto read = co_await stream.read();
///         if (!read) …                                             // after all that came before
///         speak(read->text);
///         complete = read->complete;
///     }
///     co_await stream.finish();                                    // keeps the connection
///
/// After an error only destruction is of use. Destroying it before finish() closes the connection
/// at once, and with it stops the generation. How long to wait for words is for the conversation to
/// say: it cancels us.
class ModelStream {
public:
    explicit ModelStream(ModelClient& client);

    /// `headers` are whole lines to add, such as "traceparent: …\r\n".
    async::awaitable<ModelResult<void>> send(std::string body, std::string headers = {});
    async::awaitable<ModelResult<void>> started();
    async::awaitable<ModelResult<ModelRead>> read();

    /// Reads to the end of the body, for a second at most, and gives the connection back.
    async::awaitable<void> finish() { return exchange_.finish(); }

    /// The server's name for this request, to be logged; empty if it gives none. Once started.
    std::string_view request_id() const { return exchange_.header("x-request-id"); }

    /// Why the reply ended, what it cost, what was skipped.
    const openai::ReplyReader& reply() const { return reader_; }

private:
    async::awaitable<openai::Failure> read_refusal();
    openai::Failure failure_of(const Error& error) const;

    const ModelClient& client_;
    HttpExchange exchange_;
    openai::ReplyReader reader_;
    std::optional<openai::Failure> failure_;  ///< told once the words before it were
};

}  // namespace phony::clients
