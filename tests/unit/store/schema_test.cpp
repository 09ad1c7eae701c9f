#include "store/schema.hpp"

#include "store_fixture.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace phony::store {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// Takes back what version 3 has made of the triggers.
constexpr const char* without_version_3 = R"sql(
    DROP TRIGGER call_ended;
    DROP TRIGGER call_resumed;
    DROP TRIGGER call_removed;
    DROP TRIGGER line_added;
    DROP TRIGGER line_changed;
    DROP TRIGGER line_removed;
    CREATE TRIGGER transcript_added AFTER INSERT ON transcript BEGIN
        INSERT INTO transcript_text(rowid, text) VALUES (new.id, new.text);
    END;
    CREATE TRIGGER transcript_removed AFTER DELETE ON transcript BEGIN SELECT 1; END;
    CREATE TRIGGER transcript_changed AFTER UPDATE OF text ON transcript BEGIN SELECT 1; END;
    PRAGMA user_version = 2;
)sql";

/// Takes back version 5, then version 4, and then version 3.
const std::string without_version_4 = std::string{R"sql(
    ALTER TABLE calls DROP COLUMN clock;
    ALTER TABLE calls DROP COLUMN resumptions;
    ALTER TABLE calls DROP COLUMN trace;
    ALTER TABLE calls DROP COLUMN trace_state;
    DROP TABLE dialogue;
    DROP TRIGGER call_forgotten;
    PRAGMA user_version = 3;
)sql"} + without_version_3;

class Schema : public Store {};

TEST_F(Schema, is_made_in_a_directory_that_is_made_as_well)
{
    const auto deep = directory.path() / "some" / "where";
    const auto database = open_to_write(deep, 1s);
    EXPECT_EQ(database->integer("PRAGMA user_version"), schema_version());
    EXPECT_EQ(database->integer("SELECT count(*) FROM calls"), 0);
    EXPECT_EQ(std::filesystem::status(deep).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(Schema, is_left_alone_when_it_is_the_newest)
{
    open_to_write(directory.path(), 1s)
        ->execute("INSERT INTO processes (boot_id, pid, started) VALUES ('a', 1, 0)");
    const auto again = open_to_write(directory.path(), 1s);
    EXPECT_EQ(again->integer("SELECT count(*) FROM processes"), 1);
}

TEST_F(Schema, of_the_first_version_learns_of_traces_and_keeps_its_rows)
{
    const auto old = open_to_write(directory.path(), 1s);
    old->execute(without_version_4);
    old->execute(R"sql(
        ALTER TABLE latencies DROP COLUMN request_id;
        ALTER TABLE latencies DROP COLUMN trace_id;
        PRAGMA user_version = 1;
        INSERT INTO calls (id, call_sid, session, process, from_number, to_number, from_digits,
                           to_digits, direction, started)
               VALUES (1, 'CA1', 1, 'a', '', '', '', '', 'inbound', 0);
        INSERT INTO latencies (call, seq, at, turn, interrupted, failed)
               VALUES (1, 5, 0, 3, 0, 0))sql");

    const auto database = open_to_write(directory.path(), 1s);
    EXPECT_EQ(database->integer("PRAGMA user_version"), schema_version());
    EXPECT_EQ(database->integer("SELECT turn FROM latencies WHERE request_id || trace_id = ''"), 3);
}

TEST_F(Schema, of_the_second_version_keeps_in_its_index_the_calls_that_have_ended)
{
    const auto old = open_to_write(directory.path(), 1s);
    old->execute(without_version_4);
    old->execute(R"sql(
        INSERT INTO calls (id, call_sid, session, process, from_number, to_number, from_digits,
                           to_digits, direction, started, ended)
               VALUES (1, 'CA1', 1, 'a', '', '', '', '', 'inbound', 0, 1),
                      (2, 'CA2', 1, 'a', '', '', '', '', 'inbound', 0, NULL);
        INSERT INTO transcript (call, seq, at, speaker, turn, text)
               VALUES (1, 2, 0, 'caller', 0, 'refund'), (2, 2, 0, 'caller', 0, 'refund'))sql");

    const auto found = [](Database& database) {
        return database.integer("SELECT group_concat(rowid) FROM transcript_text('refund')");
    };
    const auto database = open_to_write(directory.path(), 1s);
    EXPECT_EQ(found(*database), 1);
    database->execute("UPDATE calls SET ended = 1 WHERE id = 2; DELETE FROM calls WHERE id = 1");
    EXPECT_EQ(found(*database), 2);
}

TEST_F(Schema, of_a_newer_program_is_refused_and_not_touched)
{
    open_to_write(directory.path(), 1s)->execute("PRAGMA user_version = 1000");
    EXPECT_THAT([&] { open_to_write(directory.path(), 1s); },
                ThrowsMessage<std::runtime_error>(HasSubstr("a newer version of Phony")));
    EXPECT_EQ(select("PRAGMA user_version"), 1000);
}

TEST_F(Schema, of_another_program_is_refused)
{
    connect().execute("CREATE TABLE recipes (name TEXT)");
    EXPECT_THAT([&] { open_to_write(directory.path(), 1s); },
                ThrowsMessage<std::runtime_error>(HasSubstr("another program")));
    EXPECT_EQ(select("SELECT count(*) FROM sqlite_schema"), 1);
}

TEST_F(Schema, says_which_setting_is_at_fault)
{
    std::ofstream{directory.path() / "history.db"} << "this is no database, however long it is";
    EXPECT_THAT([&] { open_to_write(directory.path(), 1s); },
                ThrowsMessage<std::runtime_error>(HasSubstr("PHONY_DATA_DIR")));
    EXPECT_THAT([&] { open_to_write(directory.path() / "history.db" / "sub", 1s); },
                ThrowsMessage<std::runtime_error>(HasSubstr("PHONY_DATA_DIR")));
}

}  // namespace
}  // namespace phony::store
