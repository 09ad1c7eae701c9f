#pragma once

#include "load/report/report.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace phony::bench {

/// What Phony has set itself, beside the peers.
struct Target {
    enum class Kind : std::uint8_t {
        times,     ///< at most `limit` times what `against` takes
        on_top,    ///< at most `limit` more than `against`, in the figure's unit
        absolute,  ///< at most `limit`
    };

    std::string_view scene;
    std::string_view figure;
    Kind kind = Kind::absolute;
    std::string_view against;  ///< a server
    double limit = 0;
};

std::span<const Target> targets();

/// How Phony stands to a target.
struct Judgement {
    std::string title;    ///< "CPU a turn, paced"
    std::string reached;  ///< "1.14 × floor"
    std::string limit;    ///< "≤ 1.25 × floor"
    bool met = false;
};

/// Nothing when the scene is another one, or who would be compared was not measured.
std::optional<Judgement> judge(const Target& target, const Scene& scene);

/// Of all targets that these scenes can tell of.
std::vector<Judgement> judge_all(std::span<const Scene> scenes);

}  // namespace phony::bench
