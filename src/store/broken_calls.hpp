#pragma once

#include "hub/held_call.hpp"
#include "store/sqlite.hpp"
#include <phony/base/timestamp.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// Calls that broke off and may be gone on with.
namespace phony::store {

/// Whether a call with this outcome is kept for that; so says `unfinished`, as an SQL condition, of
/// a row of `calls`. One that is closed as `lost` was not finished either.
bool may_be_resumed(std::string_view outcome);
inline constexpr const char* unfinished =
    "(ended IS NULL OR outcome IN ('connection_lost', 'shutdown'))";

/// See hub::History::broken_call. `own_boot_id`: this process knows itself which of its calls are
/// on the line. `wall` and `now` are the same moment: how long ago a call broke off is told by its
/// own clock; only when its process was last alive, and what was before the machine was started
/// anew, is a matter of the wall clock. Throws SqliteError.
std::optional<hub::HeldCall> find_broken_call(Database& database,
                                              const std::filesystem::path& data_directory,
                                              std::string_view own_boot_id,
                                              const std::string& call_sid,
                                              WallTime wall,
                                              TimePoint now);

/// Removes the dialogues of calls that nobody will come back to: some time after they were first
/// seen broken off here, by the steady clock. No wall clock can have them forgotten too early.
class BrokenCallsSweep {
public:
    static constexpr Duration keep = std::chrono::hours{1};

    /// Now and then. Throws SqliteError.
    void run(Database& database, TimePoint now);

private:
    using Break = std::pair<std::int64_t, std::int64_t>;  ///< a row of calls, and its end

    std::map<Break, TimePoint> seen_;
};

}  // namespace phony::store
