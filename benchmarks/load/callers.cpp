#include "load/callers.hpp"

#include "load/caller.hpp"
#include "load/clock.hpp"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

#include <stdexcept>
#include <utility>

namespace phony::bench {
namespace {

/// Handshakes under way at a time; more would only wait in the server's backlog.
constexpr std::size_t dialing_at_once = 64;
constexpr auto connect_patience = std::chrono::seconds{60};
constexpr std::size_t most_read_at_once = 65'536;

}  // namespace

std::vector<Duration> first_prompts(const Workload& workload)
{
    const Duration spread = workload.pace == Pace::human ? workload.period
                                                         : workload.reply_length();
    const Duration share = spread / workload.calls;
    simulator::Random random{workload.seed};
    std::vector<Duration> moments;
    moments.reserve(workload.calls);
    for (unsigned i = 0; i < workload.calls; ++i)
        moments.push_back(share * i + random.between(Duration::zero(), share));
    return moments;
}

Callers::Callers(EventLoop& loop, const Workload& workload, std::uint16_t port, SSL_CTX* tls)
    : loop_{loop},
      workload_{workload},
      port_{port},
      tls_{tls},
      upgrade_{web_socket::upgrade_request(fmt::format("127.0.0.1:{}", port), "/relay/ws")},
      buffer_(most_read_at_once)
{
    simulator::Random random{~workload.seed};
    callers_.reserve(workload.calls);
    for (unsigned i = 0; i < workload.calls; ++i) {
        const auto turns_before =
            workload.turns_per_call == 0 ? 0 : random.next() % workload.turns_per_call;
        callers_.push_back(std::make_unique<Caller>(*this, static_cast<unsigned>(turns_before)));
    }
}

Callers::~Callers() = default;

void Callers::connect()
{
    while (dialed_ < std::min(dialing_at_once, callers_.size())) callers_[dialed_++]->dial();
    loop_.run_until(now() + connect_patience);
    if (on_the_line_ < callers_.size()) {
        throw std::runtime_error{fmt::format("only {} of {} calls were connected within {} s",
                                             on_the_line_,
                                             callers_.size(),
                                             connect_patience.count())};
    }
}

void Callers::play(TimePoint start, const Window& window)
{
    window_ = window;
    const auto moments = first_prompts(workload_);
    for (std::size_t i = 0; i < callers_.size(); ++i) callers_[i]->begin(start + moments[i]);
}

void Callers::hear_out()
{
    hearing_out_ = true;
    if (turns_open_ == 0) return;
    const Duration limit = 2 * (workload_.reply_length() * 2 + callers_patience);
    loop_.run_until(now() + limit);
    account_.turns.timed_out += std::exchange(turns_open_, 0);  // those that were not even said
}

void Callers::leave()
{
    staying_ = callers_.size();
    for (const auto& caller : callers_) caller->hang_up();
    if (staying_ > 0) loop_.run();  // ends: their patience does
}

void Callers::is_on_the_line()
{
    if (on_the_line_ == callers_.size()) return;  // called again
    if (dialed_ < callers_.size()) callers_[dialed_++]->dial();
    if (++on_the_line_ == callers_.size()) loop_.stop();
}

void Callers::lost(Caller& caller, std::string_view why)
{
    if (!workload_.faults.any()) throw std::runtime_error{std::string{why}};
    loop_.afterwards([&caller] { caller.dial(); });
}

void Callers::one_left()
{
    if (--staying_ == 0) loop_.stop();
}

void Callers::turn_began(TimePoint due)
{
    if (window_.contains(due)) ++turns_open_;
}

void Callers::turn_ended(TimePoint due, std::uint64_t TurnCounts::* how)
{
    if (!window_.contains(due)) return;
    ++(account_.turns.*how);
    if (--turns_open_ == 0 && hearing_out_) loop_.stop();
}

std::string Callers::next_call_sid()
{
    return fmt::format("CA{:016x}{:016x}", workload_.seed, ++calls_made_);
}

}  // namespace phony::bench
