#pragma once

#include "load/connection.hpp"
#include "load/descriptor.hpp"
#include "load/event_loop.hpp"
#include "load/soak_traffic.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace phony::bench {

class Visitor : public Watcher {
public:
    Visitor(SoakTraffic& all, Visit kind) : all_{all}, kind_{kind} {}

    virtual void begin() = 0;
    Visit kind() const { return kind_; }

protected:
    /// It leaves, for good; nothing else may follow in this step. `problem`: what was not as it
    /// should be.
    void leave(std::string_view problem = {});
    bool has_left() const { return left_; }

    EventLoop& loop() { return all_.loop_; }
    std::uint16_t port() const { return all_.port_; }
    simulator::Random& random() { return all_.random_; }
    std::vector<char>& buffer() { return all_.buffer_; }
    std::string next_call_sid() { return all_.next_call_sid(); }

private:
    SoakTraffic& all_;
    Visit kind_;
    bool left_ = false;
};

/// Twilio, for one call: asks what is to be done with it, opens the relay's socket and plays the
/// caller's part. Or a stranger who would like to be Twilio.
class PhoneCall final : public Visitor {
public:
    PhoneCall(SoakTraffic& all, Visit kind);

    void begin() override;

private:
    enum class State { announcing, upgrading, talking, leaving };

    void ready(std::uint32_t events) override;
    void take();
    bool take_answer();
    bool take_upgrade();
    bool take_frame();
    void answered(std::string_view status, std::string_view body);
    void connect_relay();
    void hear(std::string_view message);
    void say(std::string_view words);
    void cycle_ended();
    void hang_up_in_mid_reply();
    void say_farewell();
    void closed();

    State state_ = State::announcing;
    Connection connection_;
    Alarm patience_;
    std::string call_sid_;
    std::string relay_token_;
    std::string input_;
    unsigned cycles_left_;      ///< talk cycles of the agent that are still to be heard
    bool interrupted_ = false;  ///< as the kind wants it, once
};

/// Opens a socket and leaves it at that, or reads so slowly that it amounts to the same. Not
/// watched by the loop: what comes stays in the kernel.
class Loiterer final : public Visitor {
public:
    Loiterer(SoakTraffic& all, Visit kind);

    void begin() override;

private:
    void ready(std::uint32_t) override {}
    void look();
    std::string beginning();

    Descriptor socket_;
    Alarm next_look_;
    TimePoint leaves_at_;
    bool beginning_said_ = false;
};

}  // namespace phony::bench
