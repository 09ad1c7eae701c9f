#include "store/schema.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace phony::store {
namespace {

// "phny": tells the history from any other SQLite file that lies in its place.
constexpr int application_id = 0x70686E79;

// Times are milliseconds since 1970, UTC. A call SID can come again (a second setup, a resumed
// call): each time is a row of `calls`, its `session` counting from 1.
//
// transcript_text holds an index only; its text is that of `transcript`, and triggers keep the two
// together whoever writes (today's are those of version 3).
constexpr const char* version_1 = R"sql(
    CREATE TABLE processes (
        boot_id  TEXT PRIMARY KEY,
        pid      INTEGER NOT NULL,
        started  INTEGER NOT NULL,
        ended    INTEGER
    ) STRICT;

    CREATE TABLE calls (
        id               INTEGER PRIMARY KEY AUTOINCREMENT,
        call_sid         TEXT NOT NULL,
        session          INTEGER NOT NULL,
        process          TEXT NOT NULL,
        from_number      TEXT NOT NULL,
        to_number        TEXT NOT NULL,
        from_digits      TEXT NOT NULL,
        to_digits        TEXT NOT NULL,
        direction        TEXT NOT NULL,
        started          INTEGER NOT NULL,
        ended            INTEGER,
        outcome          TEXT,
        duration         REAL NOT NULL DEFAULT 0,
        transcript_count INTEGER NOT NULL DEFAULT 0,
        command_count    INTEGER NOT NULL DEFAULT 0,
        override_count   INTEGER NOT NULL DEFAULT 0,
        errors           INTEGER NOT NULL DEFAULT 0,
        interruptions    INTEGER NOT NULL DEFAULT 0,
        seq              INTEGER NOT NULL DEFAULT 0,
        UNIQUE (call_sid, session)
    ) STRICT;
    CREATE INDEX calls_by_time ON calls (started, id);
    CREATE INDEX open_calls ON calls (process) WHERE ended IS NULL;

    CREATE TABLE transcript (
        id          INTEGER PRIMARY KEY,
        call        INTEGER NOT NULL REFERENCES calls ON DELETE CASCADE,
        seq         INTEGER NOT NULL,
        at          INTEGER NOT NULL,
        speaker     TEXT NOT NULL,
        turn        INTEGER NOT NULL,
        text        TEXT NOT NULL,
        interrupted INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX transcript_of_call ON transcript (call, seq);

    CREATE VIRTUAL TABLE transcript_text USING fts5(
        text, content = 'transcript', content_rowid = 'id',
        tokenize = 'unicode61 remove_diacritics 2'
    );
    CREATE TRIGGER transcript_added AFTER INSERT ON transcript BEGIN
        INSERT INTO transcript_text(rowid, text) VALUES (new.id, new.text);
    END;
    CREATE TRIGGER transcript_removed AFTER DELETE ON transcript BEGIN
        INSERT INTO transcript_text(transcript_text, rowid, text)
            VALUES ('delete', old.id, old.text);
    END;
    CREATE TRIGGER transcript_changed AFTER UPDATE OF text ON transcript BEGIN
        INSERT INTO transcript_text(transcript_text, rowid, text)
            VALUES ('delete', old.id, old.text);
        INSERT INTO transcript_text(rowid, text) VALUES (new.id, new.text);
    END;

    CREATE TABLE commands (
        id       INTEGER PRIMARY KEY,
        call     INTEGER NOT NULL REFERENCES calls ON DELETE CASCADE,
        seq      INTEGER NOT NULL,
        at       INTEGER NOT NULL,
        command  TEXT NOT NULL,
        value    TEXT NOT NULL,
        rejected TEXT
    ) STRICT;
    CREATE INDEX commands_of_call ON commands (call, seq);

    CREATE TABLE keys (
        id    INTEGER PRIMARY KEY,
        call  INTEGER NOT NULL REFERENCES calls ON DELETE CASCADE,
        seq   INTEGER NOT NULL,
        at    INTEGER NOT NULL,
        digit TEXT NOT NULL
    ) STRICT;
    CREATE INDEX keys_of_call ON keys (call, seq);

    CREATE TABLE overrides (
        id         INTEGER PRIMARY KEY,
        call       INTEGER REFERENCES calls ON DELETE CASCADE,
        call_sid   TEXT NOT NULL,
        at         INTEGER NOT NULL,
        supervisor TEXT NOT NULL,
        peer       TEXT NOT NULL,
        action     TEXT NOT NULL,
        value      TEXT NOT NULL,
        outcome    TEXT NOT NULL,
        reason     TEXT NOT NULL
    ) STRICT;
    CREATE INDEX overrides_of_call ON overrides (call, at);
    CREATE INDEX overrides_by_time ON overrides (at);

    CREATE TABLE latencies (
        id                      INTEGER PRIMARY KEY,
        call                    INTEGER NOT NULL REFERENCES calls ON DELETE CASCADE,
        seq                     INTEGER NOT NULL,
        at                      INTEGER NOT NULL,
        turn                    INTEGER NOT NULL,
        transcript_to_gpt_ms    REAL,
        response_headers_ms     REAL,
        gpt_first_token_ms      REAL,
        first_frame_ms          REAL,
        agent_speaking_ms       REAL,
        first_audio_playback_ms REAL,
        reply_complete_ms       REAL,
        playback_ended_ms       REAL,
        interrupted             INTEGER NOT NULL,
        failed                  INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX latencies_of_call ON latencies (call, seq);
)sql";

// Join the row with the logs, and with what the model server's support knows.
constexpr const char* version_2 = R"sql(
    ALTER TABLE latencies ADD COLUMN request_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE latencies ADD COLUMN trace_id TEXT NOT NULL DEFAULT '';
)sql";

// Only calls that have ended are searched, so their words are indexed when they end: all at once,
// which costs a fraction of what it costs line by line while they are on the line.
constexpr const char* version_3 = R"sql(
    DROP TRIGGER transcript_added;
    DROP TRIGGER transcript_removed;
    DROP TRIGGER transcript_changed;
    INSERT INTO transcript_text(transcript_text, rowid, text)
        SELECT 'delete', id, text FROM transcript
        WHERE call IN (SELECT id FROM calls WHERE ended IS NULL);

    CREATE TRIGGER call_ended AFTER UPDATE OF ended ON calls
        WHEN old.ended IS NULL AND new.ended IS NOT NULL BEGIN
        INSERT INTO transcript_text(rowid, text)
            SELECT id, text FROM transcript WHERE call = new.id;
    END;
    CREATE TRIGGER call_resumed AFTER UPDATE OF ended ON calls
        WHEN old.ended IS NOT NULL AND new.ended IS NULL BEGIN
        INSERT INTO transcript_text(transcript_text, rowid, text)
            SELECT 'delete', id, text FROM transcript WHERE call = new.id;
    END;
    CREATE TRIGGER call_removed BEFORE DELETE ON calls WHEN old.ended IS NOT NULL BEGIN
        INSERT INTO transcript_text(transcript_text, rowid, text)
            SELECT 'delete', id, text FROM transcript WHERE call = old.id;
    END;

    CREATE TRIGGER line_added AFTER INSERT ON transcript
        WHEN (SELECT ended FROM calls WHERE id = new.call) IS NOT NULL BEGIN
        INSERT INTO transcript_text(rowid, text) VALUES (new.id, new.text);
    END;
    CREATE TRIGGER line_changed AFTER UPDATE OF text ON transcript
        WHEN (SELECT ended FROM calls WHERE id = new.call) IS NOT NULL BEGIN
        INSERT INTO transcript_text(transcript_text, rowid, text)
            VALUES ('delete', old.id, old.text);
        INSERT INTO transcript_text(rowid, text) VALUES (new.id, new.text);
    END;
    CREATE TRIGGER line_removed AFTER DELETE ON transcript  -- not by call_removed: its call is there
        WHEN (SELECT ended FROM calls WHERE id = old.call) IS NOT NULL BEGIN
        INSERT INTO transcript_text(transcript_text, rowid, text)
            VALUES ('delete', old.id, old.text);
    END;
)sql";

// What the next relay session of a call needs, should its socket or its process be lost: the
// dialogue as the model is shown it, gone once the call has ended for good. Of what was handed over
// to be played, `heard` bytes were heard; NULL: all of it. `trace` is a traceparent.
constexpr const char* version_4 = R"sql(
    ALTER TABLE calls ADD COLUMN resumptions INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE calls ADD COLUMN trace TEXT NOT NULL DEFAULT '';
    ALTER TABLE calls ADD COLUMN trace_state TEXT NOT NULL DEFAULT '';
    CREATE TABLE dialogue (  -- without REFERENCES, which cost as much as the rows
        call   INTEGER NOT NULL,
        entry  INTEGER NOT NULL,
        turn   INTEGER NOT NULL,
        role   TEXT NOT NULL,
        text   TEXT NOT NULL,
        heard  INTEGER,
        PRIMARY KEY (call, entry)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER call_forgotten AFTER DELETE ON calls BEGIN
        DELETE FROM dialogue WHERE call = old.id;
    END;
)sql";

// A call's clock (base/call_clock): what it showed when the machine's steady clock was at zero.
constexpr const char* version_5 = R"sql(
    ALTER TABLE calls ADD COLUMN clock INTEGER NOT NULL DEFAULT 0;
)sql";

/// Step N leads from version N to N + 1. A step that has been released is never changed: what is
/// wrong with it is put right by a further one.
constexpr std::array steps{version_1, version_2, version_3, version_4, version_5};

bool is_ours(Database& database)
{
    return database.integer("PRAGMA application_id") == application_id;
}

bool is_empty(Database& database)
{
    return database.integer("SELECT count(*) FROM sqlite_schema") == 0;
}

std::int64_t version_of(Database& database)
{
    return database.integer("PRAGMA user_version");
}

}  // namespace

int schema_version()
{
    return static_cast<int>(steps.size());
}

void migrate(Database& database)
{
    if (is_ours(database) && version_of(database) == schema_version()) return;  // nothing to write
    for (;;) {
        // Another process may be at it, too: under the write lock one of us looks first.
        Transaction transaction{database};
        if (!is_ours(database) && !is_empty(database))
            throw std::runtime_error{"it is the database of another program"};
        const auto version = version_of(database);
        if (version > schema_version()) {
            throw std::runtime_error{"it was written by a newer version of Phony (schema " +
                                     std::to_string(version) + "; this one knows " +
                                     std::to_string(schema_version()) + ")"};
        }
        if (version == schema_version()) return;
        database.execute(steps.at(static_cast<std::size_t>(version)));
        database.execute("PRAGMA user_version = " + std::to_string(version + 1));
        database.execute("PRAGMA application_id = " + std::to_string(application_id));
        transaction.commit();
    }
}

std::filesystem::path database_file(const std::filesystem::path& directory)
{
    return directory / "history.db";
}

std::unique_ptr<Database> open_to_write(const std::filesystem::path& directory, Duration patience)
{
    namespace fs = std::filesystem;
    const auto file = database_file(directory);
    try {
        if (fs::create_directories(directory))
            fs::permissions(directory,
                            fs::perms::owner_all);  // it tells who called and what was said
        auto database = std::make_unique<Database>(file, patience);
        database->execute("PRAGMA journal_mode = WAL");
        // What was committed survives the process in any case; after a power cut the last moments
        // may be missing, and in return no commit waits for the disk.
        database->execute("PRAGMA synchronous = NORMAL");
        database->execute("PRAGMA foreign_keys = ON");
        migrate(*database);
        return database;
    } catch (const std::exception& error) {
        throw std::runtime_error{"PHONY_DATA_DIR: the history in " + file.string() +
                                 " cannot be used: " + error.what()};
    }
}

std::unique_ptr<Database> open_to_read(const std::filesystem::path& directory, Duration patience)
{
    auto database = std::make_unique<Database>(database_file(directory), patience);
    database->execute("PRAGMA query_only = ON");
    return database;
}

}  // namespace phony::store
