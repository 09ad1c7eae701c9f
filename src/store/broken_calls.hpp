#pragma once

#include "hub/held_call.hpp"
#include "store/sqlite.hpp"
#include <phony/base/timestamp.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

/// Calls that broke off and may be gone on with.
namespace phony::store {

/// Whether a call with this outcome is kept for that; so says `unfinished`, as an SQL condition, of
/// a row of `calls`. One that is closed as `lost` was not finished either.
bool may_be_resumed(std::string_view outcome);
inline constexpr const char* unfinished =
    "(ended IS NULL OR outcome IN ('connection_lost', 'shutdown'))";

/// See hub::History::broken_call. `own_boot_id`: this process knows itself which of its calls are
/// on the line. Throws SqliteError.
std::optional<hub::HeldCall> find_broken_call(Database& database,
                                              const std::filesystem::path& data_directory,
                                              std::string_view own_boot_id,
                                              const std::string& call_sid,
                                              WallTime now);

/// Removes the dialogues of calls that nobody will come back to. Throws SqliteError.
void forget_broken_calls(Database& database, WallTime now);

}  // namespace phony::store
