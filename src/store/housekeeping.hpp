#pragma once

#include "store/retention.hpp"
#include "store/sqlite.hpp"
#include <phony/base/timestamp.hpp>

#include <filesystem>
#include <optional>
#include <string_view>

/// What is done to the history on start and now and then. Each throws SqliteError, and is right
/// again when it is tried once more.
namespace phony::store {

/// Enters this process, so that others know which lock tells whether it lives.
void enter_process(Database& database, std::string_view boot_id, WallTime now);

/// This process has ended well: nobody needs to look for its lock.
void leave_process(Database& database, std::string_view boot_id, WallTime now);

/// Closes the calls of processes that are gone as `lost`, at the moment of the last thing known of
/// each, and answers how many. Those of a process that still drains go on, and so does one that is
/// resumed soon: see broken_calls.hpp.
int close_lost_calls(Database& database,
                     const std::filesystem::path& data_directory,
                     std::string_view own_boot_id);

/// Of all calls, and of attempts to step into one that was not there. Nothing when there are none.
std::optional<Span> span_of(Database& database);

/// Removes calls that began before `until` and have ended, with all that belongs to them: some at a
/// time, so that what is to be written need not wait. A call that began later than `wall`, which is
/// now, was written down when the clock was wrong: it goes with the first that was written after
/// it. True when there may be more.
bool prune(Database& database, WallTime until, WallTime wall);

}  // namespace phony::store
