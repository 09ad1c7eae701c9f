#include "store/sqlite.hpp"

#include <chrono>

#include <sqlite3.h>

#include <utility>

namespace phony::store {
namespace {

using Milliseconds = std::chrono::milliseconds;

// How many steps of its virtual machine a statement takes until it looks at the clock: some ten
// microseconds' worth.
constexpr int steps_between_looks = 1000;

[[noreturn]] void fail(sqlite3* database, int code)
{
    throw SqliteError{code & 0xFF,
                      database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database)};
}

/// SQLite counts the memory that it uses under a lock for the whole process, for nobody here.
void do_not_count_memory()
{
    static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(done);
}

}  // namespace

bool SqliteError::blames_the_row() const
{
    return code_ == SQLITE_CONSTRAINT || code_ == SQLITE_TOOBIG || code_ == SQLITE_MISMATCH;
}

// ── Statement ──

Statement::Statement(sqlite3* database, std::string_view sql) : database_{database}
{
    check(sqlite3_prepare_v3(database,
                             sql.data(),
                             static_cast<int>(sql.size()),
                             SQLITE_PREPARE_PERSISTENT,
                             &statement_,
                             nullptr));
}

Statement::~Statement()
{
    sqlite3_finalize(statement_);
}

bool Statement::next()
{
    under_way_ = true;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) {
        const std::string why = sqlite3_errmsg(database_);
        reset();
        throw SqliteError{code & 0xFF, why};
    }
    reset();
    return false;
}

void Statement::reset()
{
    if (!std::exchange(under_way_, false)) return;  // which SQLite takes longer to find out
    sqlite3_reset(statement_);  // answers the error of the last step again, which is known
}

bool Statement::is_null(int column) const
{
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(statement_, column);
}

std::string Statement::text(int column) const
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (text == nullptr) return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

WallTime Statement::time(int column) const
{
    return WallTime{Milliseconds{integer(column)}};
}

std::optional<double> Statement::optional_real(int column) const
{
    if (is_null(column)) return std::nullopt;
    return real(column);
}

void Statement::bind(int at, std::int64_t value)
{
    check(sqlite3_bind_int64(statement_, at, value));
}

void Statement::bind(int at, double value)
{
    check(sqlite3_bind_double(statement_, at, value));
}

void Statement::bind(int at, std::string_view value)
{
    // Never null: that would bind NULL where the text is empty.
    const char* data = value.empty() ? "" : value.data();
    const auto destructor = text_ == Text::copied ? SQLITE_TRANSIENT : SQLITE_STATIC;  // NOLINT
    check(sqlite3_bind_text64(statement_, at, data, value.size(), destructor, SQLITE_UTF8));
}

void Statement::bind(int at, WallTime value)
{
    const auto since_epoch = std::chrono::floor<Milliseconds>(value.time_since_epoch());
    bind(at, static_cast<std::int64_t>(since_epoch.count()));
}

void Statement::bind(int at, std::nullopt_t)
{
    check(sqlite3_bind_null(statement_, at));
}

void Statement::check(int code) const
{
    if (code != SQLITE_OK) fail(database_, code);
}

// ── Database ──

Database::Database(const std::filesystem::path& file, Duration patience)
{
    do_not_count_memory();
    const int code =
        sqlite3_open_v2(file.c_str(),
                        &database_,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        nullptr);
    if (code != SQLITE_OK) {
        const std::string why = sqlite3_errmsg(database_);
        sqlite3_close_v2(database_);
        throw SqliteError{code & 0xFF, why};
    }
    // Rows of ours and the frames of triggers are larger than what it keeps at hand by itself.
    sqlite3_db_config(database_, SQLITE_DBCONFIG_LOOKASIDE, nullptr, 4096, 64);
    sqlite3_busy_timeout(database_,
                         static_cast<int>(std::chrono::ceil<Milliseconds>(patience).count()));
    sqlite3_progress_handler(database_, steps_between_looks, &Database::is_late, this);
}

Database::~Database()
{
    sqlite3_close_v2(database_);  // in fact once the last of its statements is gone
}

int Database::is_late(void* self)
{
    const TimePoint deadline = static_cast<const Database*>(self)->deadline_;
    return deadline != TimePoint::max() && std::chrono::steady_clock::now() > deadline ? 1 : 0;
}

void Database::execute(const std::string& sql)
{
    const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(database_, code);
}

void Database::run(std::optional<Statement>& statement, std::string_view sql)
{
    if (!statement) statement.emplace(database_, sql);
    statement->next();
}

std::int64_t Database::integer(std::string_view sql)
{
    Statement statement{database_, sql};
    return statement.next() ? statement.integer(0) : 0;
}

std::int64_t Database::last_row_id() const
{
    return sqlite3_last_insert_rowid(database_);
}

int Database::changes() const
{
    return sqlite3_changes(database_);
}

// ── Transaction ──

Transaction::Transaction(Database& database) : database_{database}
{
    database_.begin();
}

Transaction::~Transaction()
{
    // A full disk or an I/O error may have rolled it back already.
    if (open_ && sqlite3_get_autocommit(database_) == 0)
        sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit()
{
    database_.commit();
    open_ = false;
}

}  // namespace phony::store
