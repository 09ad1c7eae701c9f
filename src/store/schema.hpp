#pragma once

#include "store/sqlite.hpp"
#include <phony/base/timestamp.hpp>

#include <filesystem>
#include <memory>

namespace phony::store {

/// The newest version of the schema that this program knows: PRAGMA user_version.
int schema_version();

/// How often the caller has spoken, as an SQL expression of a row of `calls`: `transcript_count`,
/// once it has ended. Until then its long row is not written again for each turn, which would cost
/// as much as the turn's lines.
inline constexpr const char* caller_lines =
    "(SELECT count(*) FROM transcript WHERE call = calls.id AND speaker = 'caller')";

/// Brings a database to that version, step by step, each in a transaction of its own. Throws
/// runtime_error with a sentence when the database is of a newer version, which only a newer
/// program may write, or is another program's.
void migrate(Database& database);

/// DATA_DIR/history.db
std::filesystem::path database_file(const std::filesystem::path& directory);

/// Opens the history to write it, as start-up needs it: its directory is made, for its owner alone;
/// it has a write-ahead log, so that readers and the writer do not wait for each other; its schema
/// is the newest. Throws runtime_error with a sentence.
std::unique_ptr<Database> open_to_write(const std::filesystem::path& directory, Duration patience);

/// Opens the history to read it. Throws SqliteError.
std::unique_ptr<Database> open_to_read(const std::filesystem::path& directory, Duration patience);

}  // namespace phony::store
