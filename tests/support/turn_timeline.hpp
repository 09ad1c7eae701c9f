#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace phony::test {

/// The names of a latency's stages, in their order; its `stages` must sum to `total_ms`, to the
/// microsecond, and that must be what the last milestone says of itself.
std::vector<std::string> checked_stages(const boost::json::object& latency);

}  // namespace phony::test
