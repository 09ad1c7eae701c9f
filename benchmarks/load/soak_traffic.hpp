#pragma once

#include "load/event_loop.hpp"
#include "simulator/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace phony::bench {

/// What reaches a server in the course of months.
enum class Visit : std::uint8_t {
    call,         ///< announced, set up, a turn or two, and a farewell
    interrupted,  ///< the caller talks over the reply, and hears another
    hung_up,      ///< the connection is gone in mid-reply, mostly without a farewell
    refused,      ///< a webhook that Twilio has not signed
    half_set_up,  ///< a socket that is left in the middle of a request, an upgrade or a setup
    slow_viewer,  ///< a supervisor's page that hardly reads
};
inline constexpr std::size_t kinds_of_visits = 6;

std::string_view name_of(Visit visit);

/// How many of each kind; what failed did not go as this kind does.
struct VisitCounts {
    std::uint64_t begun = 0;
    std::uint64_t ended = 0;
    std::uint64_t failed = 0;
};

/// A phone call, complete or not: those that the first three kinds are.
bool is_call(Visit visit);

/// A visitor on its own connections, gone when its visit is over.
class Visitor;

/// Visitors of all kinds, so many a second whatever the server does:
///
///     SoakTraffic traffic{loop, server.port(), 200, seed};
///     traffic.begin();
///     loop.run_until(end);
///     traffic.finish();                    // nobody else comes, and those who are there leave
///
/// Twilio's part is signed with `auth_token`, for a server at `public_url`.
class SoakTraffic {
public:
    static constexpr std::string_view auth_token = "soak";
    static constexpr std::string_view public_url = "https://phony.example.net";

    SoakTraffic(EventLoop& loop, std::uint16_t port, double visits_per_second, std::uint64_t seed);
    ~SoakTraffic();
    SoakTraffic(const SoakTraffic&) = delete;
    SoakTraffic& operator=(const SoakTraffic&) = delete;

    void begin();
    void finish();

    const VisitCounts& counts(Visit visit) const
    {
        return counts_.at(static_cast<std::size_t>(visit));
    }
    std::uint64_t calls() const;  ///< that have begun
    std::size_t present() const { return visitors_.size(); }
    /// Visits that were not begun, because too many were under way.
    std::uint64_t turned_back() const { return turned_back_; }
    /// The first of what went wrong, each as a sentence.
    const std::vector<std::string>& problems() const { return problems_; }

private:
    friend Visitor;

    void visit();
    void add(Visit kind);
    Visit draw();
    // what a visitor tells
    void left(Visitor& visitor, std::string_view problem);
    std::string next_call_sid();

    EventLoop& loop_;
    std::uint16_t port_;
    Duration interval_;
    simulator::Random random_;
    std::uint64_t seed_;
    Alarm next_;
    std::unordered_map<Visitor*, std::unique_ptr<Visitor>> visitors_;
    std::array<VisitCounts, kinds_of_visits> counts_{};
    std::uint64_t calls_made_ = 0;
    std::uint64_t turned_back_ = 0;
    std::vector<std::string> problems_;
    std::vector<char> buffer_;  ///< what is read; each visitor needs it for a moment only
    bool finishing_ = false;
};

}  // namespace phony::bench
