#include "clients/connection_pool.hpp"

#include "clients/connector.hpp"
#include "clients/peak.hpp"
#include <phony/async/condition.hpp>
#include <phony/async/log_exception.hpp>
#include <phony/async/task_group.hpp>

#include <algorithm>
#include <deque>
#include <list>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

namespace phony::clients {
namespace asio = async::asio;

using async::as_result;
using async::awaitable;
using Shared = std::shared_ptr<Connection>;

namespace {

constexpr std::size_t fewest_open = 2;
constexpr int ticks_until_unused = 60;  ///< after a minute without a user nothing is replaced

/// A user in line.
struct Waiter {
    ConnectionPool::Want want;
    async::Condition served;
    std::optional<Result<Shared>> outcome;
};

}  // namespace

/// Invariants while open: nobody who wants any connection waits while one is idle, and as many are
/// being opened as users wait, unless the maximum forbids it.
struct ConnectionPool::State : std::enable_shared_from_this<State> {
    State(const async::Executor& loop, BaseUrl origin, asio::ssl::context& tls, PoolSettings chosen)
        : executor{loop},
          settings{chosen},
          connector{loop, std::move(origin), tls, chosen.connect_timeout},
          tasks{loop, async::log_exceptions_of("connection pool")}
    {
    }

    async::Executor executor;
    PoolSettings settings;
    Connector connector;
    std::deque<Shared> idle;  ///< the one used last at the back, which is the one used next
    std::list<Waiter*> line;
    std::size_t in_use = 0;
    std::size_t opening = 0;
    PeakOfLastMinute peak;
    int ticks_unused = 0;
    bool kept = false;  ///< keep() runs
    bool closed = false;
    Figures figures;
    async::TaskGroup tasks;

    std::size_t target() const
    {
        return std::min(std::max(fewest_open, peak.value()), settings.max_connections);
    }
    std::size_t open() const { return idle.size() + in_use; }

    void use_begins()
    {
        ticks_unused = 0;
        if (kept) return;
        tasks.spawn(keep(shared_from_this()));
        kept = true;
    }

    void count_user()
    {
        ++in_use;
        peak.note(in_use);
    }

    Shared take_idle()
    {
        while (!idle.empty()) {
            Shared connection = std::move(idle.back());
            idle.pop_back();
            async::error_code ignored;
            connection->stream.socket().cancel(
                ignored);  // wakes watch(), which sees that it is taken
            if (connection->stream.quiet()) return connection;
        }
        return nullptr;
    }

    /// A connection without a user: for the first in line whom it suits, or for later.
    void offer(Shared connection)
    {
        if (closed) return;
        const bool is_fresh = connection->exchanges == 0;
        const auto next = std::find_if(line.begin(), line.end(), [&](const Waiter* waiter) {
            return is_fresh || waiter->want == Want::any;
        });
        if (next != line.end()) {
            count_user();
            serve(next, std::move(connection));
        } else if (open() < target()) {
            connection->input.clear();
            connection->input.shrink_to_fit();
            idle.push_back(connection);
            tasks.spawn(watch(shared_from_this(), std::move(connection)));
        }
        open_for_line();
    }

    void serve(std::list<Waiter*>::iterator next, Result<Shared> outcome)
    {
        Waiter& waiter = **next;
        line.erase(next);
        waiter.outcome.emplace(std::move(outcome));
        waiter.served.notify_one();
    }

    void open_for_line()
    {
        while (!closed && opening < line.size()) {
            if (open() + opening >= settings.max_connections) {
                if (idle.empty()) return;
                idle.front()->stream.close();  // makes room for one who wants a fresh connection
                idle.pop_front();
            }
            open_another();
        }
    }

    /// What open_another() has counted.
    struct Opening {
        explicit Opening(State& pool) : pool_{pool} {}
        ~Opening() { over(); }
        Opening(const Opening&) = delete;
        Opening& operator=(const Opening&) = delete;

        void over()
        {
            if (!std::exchange(over_, true)) --pool_.opening;
        }

    private:
        State& pool_;
        bool over_ = false;
    };

    void open_another()
    {
        tasks.spawn(open_one(shared_from_this()));
        ++opening;
    }

    void user_gone()
    {
        --in_use;
        open_for_line();
    }

    // ── in the background ──

    static awaitable<void> open_one(std::shared_ptr<State> pool)
    {
        Opening opening{*pool};
        std::optional<Result<async::Stream>> connected;
        try {
            connected.emplace(co_await pool->connector.connect());
        } catch (const std::bad_alloc&) {
            connected.emplace(Error{std::make_error_code(std::errc::not_enough_memory),
                                    "there is no memory to connect with"});
        }
        opening.over();
        auto& stream = *connected;
        if (stream) {
            ++pool->figures.opened;
            pool->offer(std::make_shared<Connection>(std::move(*stream)));
        } else {
            ++pool->figures.failed;
            if (!pool->line.empty()) pool->serve(pool->line.begin(), stream.error());
            pool->open_for_line();
        }
    }

    /// Drops an idle connection when it becomes readable: closed by the server, or out of step.
    static awaitable<void> watch(std::shared_ptr<State> pool, Shared connection)
    {
        const auto exchanges = connection->exchanges;
        const auto is_idle = [&] {
            return connection->exchanges == exchanges &&
                   std::find(pool->idle.begin(), pool->idle.end(), connection) != pool->idle.end();
        };
        for (;;) {
            auto [ec] = co_await connection->stream.socket().async_wait(async::Socket::wait_read,
                                                                        as_result);
            if (!is_idle()) co_return;
            if (ec || !connection->stream.quiet()) break;
        }
        std::erase(pool->idle, connection);
        connection->stream.close();
    }

    /// The next user begins anew to keep connections, whatever this ended with.
    struct Keeping {
        explicit Keeping(State& kept_here) : pool{kept_here} {}
        ~Keeping() { pool.kept = false; }
        Keeping(const Keeping&) = delete;
        Keeping& operator=(const Keeping&) = delete;

        State& pool;
    };

    /// Once a second: replaces what was lost, closes what the last minute did not need.
    static awaitable<void> keep(std::shared_ptr<State> pool)
    {
        async::Timer timer{pool->executor};
        const Keeping keeping{*pool};
        do {
            timer.expires_after(pool->settings.tick);
            co_await timer.async_wait(async::use_awaitable);
            pool->peak.tick(pool->in_use);
            if (++pool->ticks_unused < ticks_until_unused) pool->refill();
            pool->trim();
        } while (pool->open() + pool->opening > 0 || pool->ticks_unused < ticks_until_unused);
    }

    void refill()
    {
        while (open() + opening < target()) open_another();
    }

    void trim()
    {
        while (!idle.empty() && open() > target()) {
            idle.front()->stream.close();
            idle.pop_front();
        }
    }
};

// ── the pool ──

ConnectionPool::ConnectionPool(const async::Executor& executor,
                               BaseUrl origin,
                               asio::ssl::context& tls,
                               PoolSettings settings)
    : state_{std::make_shared<State>(executor, std::move(origin), tls, settings)}
{
}

ConnectionPool::~ConnectionPool()
{
    close();
}

awaitable<Result<ConnectionPool::Lease>> ConnectionPool::acquire(Want want)
{
    const auto pool = state_;
    if (pool->closed) co_return Error{asio::error::operation_aborted, "the pool is closed"};
    pool->use_begins();
    if (want == Want::any)
        if (auto connection = pool->take_idle()) {
            pool->count_user();
            co_return Lease{pool, std::move(connection)};
        }

    Waiter waiter{want, async::Condition{pool->executor}, std::nullopt};
    const auto place = pool->line.insert(pool->line.end(), &waiter);
    if (pool->open() + pool->opening >= pool->settings.max_connections) ++pool->figures.waited;
    pool->open_for_line();
    try {
        while (!waiter.outcome) co_await waiter.served.wait();
    } catch (...) {  // cancelled
        if (!waiter.outcome) {
            pool->line.erase(place);
        } else if (*waiter.outcome) {
            --pool->in_use;
            pool->offer(std::move(**waiter.outcome));
        }
        throw;
    }
    if (!*waiter.outcome) co_return waiter.outcome->error();
    co_return Lease{pool, std::move(**waiter.outcome)};
}

void ConnectionPool::warm()
{
    if (state_->closed) return;
    state_->use_begins();
    state_->refill();
}

void ConnectionPool::close()
{
    if (std::exchange(state_->closed, true)) return;
    state_->tasks.cancel();
    for (auto& connection : state_->idle) connection->stream.close();
    state_->idle.clear();
    while (!state_->line.empty())
        state_->serve(state_->line.begin(),
                      Error{asio::error::operation_aborted, "the pool is closed"});
}

const BaseUrl& ConnectionPool::origin() const
{
    return state_->connector.origin();
}

ConnectionPool::Figures ConnectionPool::figures() const
{
    Figures figures = state_->figures;
    figures.open = state_->open();
    figures.idle = state_->idle.size();
    figures.in_use = state_->in_use;
    return figures;
}

// ── a lease ──

ConnectionPool::Lease::Lease(std::shared_ptr<State> pool, Shared connection)
    : pool_{std::move(pool)}, connection_{std::move(connection)}
{
}

ConnectionPool::Lease& ConnectionPool::Lease::operator=(Lease&& other) noexcept
{
    close();
    pool_ = std::move(other.pool_);
    connection_ = std::move(other.connection_);
    return *this;
}

void ConnectionPool::Lease::close()
{
    if (!connection_) return;
    connection_->stream.close();
    connection_.reset();
    pool_->user_gone();
    pool_.reset();
}

void ConnectionPool::Lease::give_back()
{
    if (!connection_) return;
    ++connection_->exchanges;
    --pool_->in_use;
    std::exchange(pool_, nullptr)->offer(std::exchange(connection_, nullptr));
}

}  // namespace phony::clients
