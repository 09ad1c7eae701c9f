#include "load/report/plots.hpp"

#include <array>

#include <spdlog/fmt/fmt.h>

namespace phony::bench {

std::string look_of(std::string_view name, std::size_t index)
{
    for (const std::string_view known : {"phony", "floor", "node", "python"}) {
        if (name == known) return fmt::format("look-{}", known);
    }
    constexpr std::array others{
        "look-phony", "look-python", "look-node", "look-fifth", "look-floor"};
    return others.at(index % others.size());
}

}  // namespace phony::bench
