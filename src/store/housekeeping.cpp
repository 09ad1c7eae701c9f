#include "store/housekeeping.hpp"

#include "store/process_lock.hpp"
#include "store/schema.hpp"

#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

namespace phony::store {
namespace {

constexpr int pruned_at_a_time = 100;

std::vector<std::string> processes_to_look_for(Database& database)
{
    Statement select{database,
                     "SELECT boot_id FROM processes WHERE ended IS NULL "
                     "UNION SELECT process FROM calls WHERE ended IS NULL"};
    std::vector<std::string> found;
    while (select.next()) found.push_back(select.text(0));
    return found;
}

int close_calls_of(Database& database, std::string_view boot_id, std::optional<WallTime> seen)
{
    Transaction transaction{database};
    // What happened last in each of them is the best that is known of its end.
    Statement close{
        database,
        "UPDATE calls SET outcome = 'lost', transcript_count = " + std::string{caller_lines} +
            ", ended = max(started, "
            "coalesce((SELECT max(at) FROM transcript WHERE call = calls.id), 0), "
            "coalesce((SELECT max(at) FROM commands WHERE call = calls.id), 0), "
            "coalesce((SELECT max(at) FROM keys WHERE call = calls.id), 0), "
            "coalesce((SELECT max(at) FROM latencies WHERE call = calls.id), 0), "
            "coalesce((SELECT max(at) FROM overrides WHERE call = calls.id), 0)) "
            "WHERE process = ? AND ended IS NULL"};
    close.run(boot_id);
    const int closed = database.changes();
    Statement measure{database,
                      "UPDATE calls SET duration = (ended - started) / 1000.0 "
                      "WHERE process = ? AND outcome = 'lost'"};
    measure.run(boot_id);
    // It may have been gone before it was entered.
    Statement enter{database,
                    "INSERT OR IGNORE INTO processes (boot_id, pid, started) "
                    "SELECT ?1, 0, min(started) FROM calls WHERE process = ?1 HAVING count(*) > 0"};
    enter.run(boot_id);
    Statement leave{database,
                    "UPDATE processes SET ended = "
                    "coalesce(?2, (SELECT max(ended) FROM calls WHERE process = ?1), started) "
                    "WHERE boot_id = ?1 AND ended IS NULL"};
    leave.run(boot_id, seen);
    transaction.commit();
    return closed;
}

bool prune_rows(Database& database,
                const std::string& table,
                const std::string& at,
                const std::string& which,
                WallTime until,
                WallTime wall)
{
    const std::string where = " FROM " + table + " WHERE " + which + " AND " + at;
    const std::string some = "DELETE FROM " + table + " WHERE id IN (SELECT id" + where;
    Statement misdated{database,
                       some + " > ?2 AND id < (SELECT max(id)" + where + " < ?1) LIMIT ?3)"};
    misdated.run(until, wall, pruned_at_a_time);
    int removed = database.changes();
    Statement old{database, some + " < ?1 ORDER BY " + at + " LIMIT ?2)"};
    old.run(until, pruned_at_a_time);
    removed += database.changes();
    return removed >= pruned_at_a_time;
}

}  // namespace

void enter_process(Database& database, std::string_view boot_id, WallTime now)
{
    Statement insert{database,
                     "INSERT OR IGNORE INTO processes (boot_id, pid, started) VALUES (?, ?, ?)"};
    insert.run(boot_id, ::getpid(), now);
}

void leave_process(Database& database, std::string_view boot_id, WallTime now)
{
    Statement update{database, "UPDATE processes SET ended = ? WHERE boot_id = ?"};
    update.run(now, boot_id);
}

int close_lost_calls(Database& database,
                     const std::filesystem::path& data_directory,
                     std::string_view own_boot_id)
{
    int closed = 0;
    for (const std::string& boot_id : processes_to_look_for(database)) {
        if (boot_id == own_boot_id || !is_gone(data_directory, boot_id)) continue;
        closed += close_calls_of(database, boot_id, last_seen(data_directory, boot_id));
        forget_process(data_directory, boot_id);
    }
    return closed;
}

std::optional<Span> span_of(Database& database)
{
    Statement select{database,
                     "SELECT min(at), max(at) FROM (SELECT min(started) AS at FROM calls "
                     "UNION ALL SELECT max(started) FROM calls "
                     "UNION ALL SELECT min(at) FROM overrides WHERE call IS NULL "
                     "UNION ALL SELECT max(at) FROM overrides WHERE call IS NULL)"};
    if (!select.next() || select.is_null(0)) return std::nullopt;
    return Span{select.time(0), select.time(1)};
}

bool prune(Database& database, WallTime until, WallTime wall)
{
    Transaction transaction{database};
    bool more = prune_rows(database, "calls", "started", "ended IS NOT NULL", until, wall);
    // Attempts to step into calls that were not there.
    more = prune_rows(database, "overrides", "at", "call IS NULL", until, wall) || more;
    Statement processes{database,
                        "DELETE FROM processes WHERE ended < ? AND boot_id NOT IN "
                        "(SELECT process FROM calls WHERE ended IS NULL)"};
    processes.run(until);
    transaction.commit();
    return more;
}

}  // namespace phony::store
