#pragma once

#include <phony/base/timestamp.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace phony::speech {

enum class Track { caller, agent };

/// Brings the two directions of a call together for whoever listens: µ-law that comes in bursts, or
/// not at all, becomes two tracks of the same length that run with the clock. What is missing is
/// silence. Without I/O or clock.
///
///     tracks.add(Track::agent, mu_law, now);
///     auto [caller, agent] = tracks.take(now);      // as many samples as time has gone by
///     mix(caller, agent);
class TwoTracks {
public:
    explicit TwoTracks(TimePoint begin) : taken_until_{begin} {}

    /// More than two seconds ahead of the clock are not kept.
    void add(Track track, std::string_view mu_law);
    /// What is not taken yet will not be played.
    void drop(Track track) { waiting(track).clear(); }

    struct Taken {
        std::string caller;
        std::string agent;
    };
    /// All that the clock has reached since the last time.
    Taken take(TimePoint now);

private:
    std::string& waiting(Track track) { return waiting_[track == Track::caller ? 0 : 1]; }
    std::string take_from(Track track, std::size_t samples);

    TimePoint taken_until_;
    std::array<std::string, 2> waiting_;
};

/// Both at once, as on a telephone line. Of equal length.
std::string mix(std::string_view one, std::string_view other);

/// Sample by sample in turn, as the two channels of a file.
std::string interleave(std::string_view left, std::string_view right);

/// The head of a WAV file of µ-law at 8,000 samples a second in two channels, which `bytes` of
/// audio follow.
std::string wav_head(std::size_t bytes);

}  // namespace phony::speech
