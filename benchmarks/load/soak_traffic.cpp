#include "load/soak_traffic.hpp"

#include "load/clock.hpp"
#include "load/soak_visitor.hpp"

#include <chrono>

#include <spdlog/fmt/fmt.h>

#include <utility>

namespace phony::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_present = 4000;
constexpr std::size_t most_problems = 10;
constexpr std::size_t most_read_at_once = 65'536;
constexpr auto patience_with_the_last = 30s;

/// Of a hundred.
constexpr std::array<std::pair<Visit, unsigned>, kinds_of_visits> shares{{{Visit::call, 62},
                                                                          {Visit::interrupted, 12},
                                                                          {Visit::hung_up, 10},
                                                                          {Visit::refused, 8},
                                                                          {Visit::half_set_up, 6},
                                                                          {Visit::slow_viewer, 2}}};

}  // namespace

std::string_view name_of(Visit visit)
{
    switch (visit) {
    case Visit::call: return "calls";
    case Visit::interrupted: return "calls, interrupted";
    case Visit::hung_up: return "calls, hung up in mid-reply";
    case Visit::refused: return "webhooks refused";
    case Visit::half_set_up: return "sockets half set up";
    case Visit::slow_viewer: return "slow viewers";
    }
    return "";
}

bool is_call(Visit visit)
{
    return visit == Visit::call || visit == Visit::interrupted || visit == Visit::hung_up;
}

SoakTraffic::SoakTraffic(EventLoop& loop,
                         std::uint16_t port,
                         double visits_per_second,
                         std::uint64_t seed)
    : loop_{loop},
      port_{port},
      interval_{std::chrono::duration_cast<Duration>(
          std::chrono::duration<double>{1 / visits_per_second})},
      random_{seed},
      seed_{seed},
      next_{loop,
            [this](TimePoint due) {
                next_.set(due + interval_);
                visit();
            }},
      buffer_(most_read_at_once)
{
}

SoakTraffic::~SoakTraffic() = default;

void SoakTraffic::begin()
{
    next_.set(now());
}

void SoakTraffic::finish()
{
    next_.cancel();
    finishing_ = true;
    if (!visitors_.empty()) loop_.run_until(now() + patience_with_the_last);
    if (!visitors_.empty())
        problems_.push_back(fmt::format("{} visitors do not come to an end", visitors_.size()));
}

std::uint64_t SoakTraffic::calls() const
{
    std::uint64_t calls = 0;
    for (const auto& [kind, share] : shares)
        if (is_call(kind)) calls += counts(kind).begun;
    return calls;
}

void SoakTraffic::visit()
{
    if (visitors_.size() >= most_present) {
        ++turned_back_;
    } else {
        add(draw());
    }
}

Visit SoakTraffic::draw()
{
    auto lot = static_cast<unsigned>(random_.next() % 100);
    for (const auto& [kind, share] : shares) {
        if (lot < share) return kind;
        lot -= share;
    }
    return Visit::call;
}

void SoakTraffic::add(Visit kind)
{
    std::unique_ptr<Visitor> visitor;
    if (kind == Visit::half_set_up || kind == Visit::slow_viewer) {
        visitor = std::make_unique<Loiterer>(*this, kind);
    } else {
        visitor = std::make_unique<PhoneCall>(*this, kind);
    }
    Visitor& added = *visitor;
    visitors_.emplace(&added, std::move(visitor));
    ++counts_.at(static_cast<std::size_t>(kind)).begun;
    added.begin();
}

void SoakTraffic::left(Visitor& visitor, std::string_view problem)
{
    VisitCounts& counts = counts_.at(static_cast<std::size_t>(visitor.kind()));
    ++(problem.empty() ? counts.ended : counts.failed);
    if (!problem.empty() && problems_.size() < most_problems)
        problems_.push_back(fmt::format("{}: one {}", name_of(visitor.kind()), problem));
    loop_.afterwards([this, &visitor] {
        visitors_.erase(&visitor);
        if (finishing_ && visitors_.empty()) loop_.stop();
    });
}

std::string SoakTraffic::next_call_sid()
{
    return fmt::format("CA{:016x}{:016x}", seed_, ++calls_made_);
}

}  // namespace phony::bench
