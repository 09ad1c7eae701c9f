#pragma once

#include <phony/base/timestamp.hpp>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

/// As much of SQLite's C interface as the history needs, with owners. A connection and its
/// statements belong to one thread. All that goes wrong is a SqliteError: the disk and the file are
/// shared with others, so that any statement can fail, and the loops that own a connection catch it
/// in one place.
namespace phony::store {

class SqliteError : public std::runtime_error {
public:
    SqliteError(int code, const std::string& what) : std::runtime_error{what}, code_{code} {}

    /// SQLITE_FULL, SQLITE_BUSY, …, without its extension.
    int code() const { return code_; }
    /// The row itself is at fault and would be at every further attempt.
    bool blames_the_row() const;

private:
    int code_;
};

/// One prepared statement, used again and again:
///
///     Statement insert{database, "INSERT INTO dtmf(call, digit) VALUES (?, ?)"};
///     insert.run(call, "5");
///
///     Statement find{database, "SELECT id, started FROM calls WHERE call_sid = ?"};
///     for (find.start(call_sid); find.next();) use(find.integer(0), find.time(1));
class Statement {
public:
    Statement(sqlite3* database, std::string_view sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Binds the values to ?1, ?2, … and makes ready for next(). Text is copied.
    template <typename... Values>
    void start(const Values&... values)
    {
        bind_all(Text::copied, values...);
    }

    /// Goes to the next row; false, and ready to be started again, when there is none.
    bool next();

    /// Binds, and carries out what has no rows to show.
    template <typename... Values>
    void run(const Values&... values)
    {
        bind_all(Text::borrowed, values...);
        while (next()) {}
    }

    // Columns of the row, from 0.
    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string text(int column) const;
    WallTime time(int column) const;
    std::optional<double> optional_real(int column) const;

    /// Lets go of the row, and of the lock that reading it holds.
    void reset();

private:
    enum class Text : bool { copied, borrowed };

    template <typename... Values>
    void bind_all(Text text, const Values&... values)
    {
        reset();
        text_ = text;
        int at = 0;
        (bind(++at, values), ...);
    }
    void bind(int at, std::int64_t value);
    void bind(int at, double value);
    void bind(int at, std::string_view value);
    void bind(int at, WallTime value);
    void bind(int at, std::nullopt_t);
    void bind(int at, const char* value) { bind(at, std::string_view{value}); }
    void bind(int at, const std::string& value) { bind(at, std::string_view{value}); }
    void bind(int at, std::integral auto value) { bind(at, static_cast<std::int64_t>(value)); }
    template <typename T>
    void bind(int at, const std::optional<T>& value)
    {
        if (value) {
            bind(at, *value);
        } else {
            bind(at, std::nullopt);
        }
    }
    void check(int code) const;

    sqlite3* database_;
    sqlite3_stmt* statement_ = nullptr;
    Text text_ = Text::copied;  ///< how the texts are bound
    bool under_way_ = false;    ///< was stepped since it was last reset
};

/// An open database file.
class Database {
public:
    /// Creates the file when it is not there. `patience`: how long a statement waits while another
    /// connection holds the lock that it needs.
    Database(const std::filesystem::path& file, Duration patience);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    operator sqlite3*() const { return database_; }

    /// Carries out statements that are separated by semicolons.
    void execute(const std::string& sql);
    /// The one value that this SQL selects.
    std::int64_t integer(std::string_view sql);

    // A transaction's ends; the first takes the write lock.
    void begin() { run(begin_, "BEGIN IMMEDIATE"); }
    void commit() { run(commit_, "COMMIT"); }

    std::int64_t last_row_id() const;
    /// Rows that the last statement changed.
    int changes() const;

    /// From now on statements that run past `moment` fail with SQLITE_INTERRUPT.
    void stop_at(TimePoint moment) { deadline_ = moment; }

private:
    static int is_late(void* self);
    void run(std::optional<Statement>& statement, std::string_view sql);

    sqlite3* database_ = nullptr;
    std::optional<Statement> begin_;  ///< prepared when first used, as is the other
    std::optional<Statement> commit_;
    TimePoint deadline_ = TimePoint::max();
};

/// Rolled back unless committed. It takes the write lock at once: one that began as a reader could
/// not be promoted while another process writes.
class Transaction {
public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

private:
    Database& database_;
    bool open_ = true;
};

}  // namespace phony::store
