#pragma once

#include <phony/async/stream.hpp>

#include <boost/asio/compose.hpp>
#include <boost/beast/core/role.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace phony::server {

/// The stream below a WebSocket, where whole frames are also written past it: handed to the kernel
/// at once, for a fifth of what an asynchronous write costs. What the kernel does not take leaves
/// ahead of whatever the WebSocket writes next, its pongs included, so that no frame is cut in two.
class OrderedStream {
public:
    using executor_type = async::Executor;

    explicit OrderedStream(async::Stream stream) : stream_{std::move(stream)} {}

    /// Nothing is being written, and nothing left of what was; never so over TLS.
    bool takes_now() const { return !writing_ && rest_.empty() && !stream_.is_tls(); }

    /// A frame, while nothing is being written. A connection that is broken takes nothing of it.
    void write_now(std::string_view head, std::string_view body)
    {
        std::size_t taken = rest_.empty() ? stream_.write_now(head, body) : 0;
        for (const auto part : {head, body}) {
            const std::size_t of_part = std::min(taken, part.size());
            rest_.append(part.substr(of_part));
            taken -= of_part;
        }
    }

    /// Whether nothing is being written now, so that a frame may go in between.
    bool idle() const { return !writing_; }
    /// A frame that leaves with what the WebSocket writes next, while the stream is idle.
    void hold(std::string_view head, std::string_view body) { rest_.append(head).append(body); }

    /// Whether some of it waits for the WebSocket to write.
    bool holds_rest() const { return !rest_.empty(); }

    // What a WebSocket asks of the stream below it.

    async::Executor get_executor() { return stream_.get_executor(); }
    async::Socket& socket() { return stream_.socket(); }
    void close() { stream_.close(); }

    template <typename MutableBuffers, typename Token>
    auto async_read_some(const MutableBuffers& buffers, Token&& token)
    {
        return stream_.async_read_some(buffers, std::forward<Token>(token));
    }

    template <typename ConstBuffers, typename Token>
    // NOLINTNEXTLINE(cppcoreguidelines-missing-std-forward): async_compose takes an lvalue
    auto async_write_some(const ConstBuffers& buffers, Token&& token)
    {
        writing_ = true;
        return async::asio::async_compose<Token, void(async::error_code, std::size_t)>(
            Write<ConstBuffers>{*this, buffers}, token, stream_);
    }

    friend void beast_close_socket(OrderedStream& stream) { stream.close(); }
    friend void teardown(boost::beast::role_type role, OrderedStream& stream, async::error_code& ec)
    {
        teardown(role, stream.stream_, ec);
    }
    template <typename Handler>
    friend void async_teardown(boost::beast::role_type role,
                               OrderedStream& stream,
                               Handler&& handler)
    {
        async_teardown(role, stream.stream_, std::forward<Handler>(handler));
    }

private:
    template <typename ConstBuffers>
    struct Write {
        OrderedStream& out;
        ConstBuffers buffers;
        bool rest_first = false;

        template <typename Self>
        void operator()(Self& self)
        {
            rest_first = out.holds_rest();
            if (rest_first)
                out.stream_.async_write_some(async::asio::buffer(out.rest_), std::move(self));
            else
                out.stream_.async_write_some(buffers, std::move(self));
        }

        template <typename Self>
        void operator()(Self& self, async::error_code ec, std::size_t size)
        {
            if (rest_first) {
                out.rest_.erase(0, size);
                if (!ec) return (*this)(self);
                size = 0;
            }
            out.writing_ = false;
            self.complete(ec, size);
        }
    };

    async::Stream stream_;
    std::string rest_;
    bool writing_ = false;
};

}  // namespace phony::server
