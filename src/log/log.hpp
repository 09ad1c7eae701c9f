#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

/// The log: one line for each event, with fields that join it to the call it belongs to.
///
///     log::info("listening", {{"address", address}, {"port", port}});
///
///     {"time":"2024-01-01T00:00:00.000Z","level":"info","msg":"listening","address":"127.0.0.1","port":24187}
///     00:00:00.000 info    listening address=127.0.0.1 port=24187
///
/// Any thread may log. A call writes the line itself, so lines stand in the order of the calls and
/// the last one before a crash is there; but it never waits: a line that the terminal or pipe
/// cannot take at once is dropped, and the next one that is written is preceded by the number
/// dropped. A stopped terminal (Ctrl-S) or a stuck log collector must not silence phone calls.
///
/// Secrets are never logged, what callers say only at debug, and phone numbers redacted.
namespace phony::log {

enum class Level { debug, info, warn, error };
enum class Format {
    json,   ///< an object on each line, time in UTC
    human,  ///< for a terminal, time of the local clock
};

struct Options {
    Level level = Level::info;
    Format format = Format::human;
    int file_descriptor = 1;  ///< not closed by the log
};

/// Called once, before other threads start; until then the log is human, at info, to stdout. Makes
/// the process ignore SIGPIPE: a log reader that goes away must not end calls.
void start(const Options& options);

/// Borrows its key and text: meant to live no longer than the call that logs it.
class Field {
public:
    using Value = std::variant<bool, std::int64_t, std::uint64_t, double, std::string_view>;

    template <std::convertible_to<std::string_view> Text>
    Field(std::string_view key, const Text& text) : key_{key}, value_{std::string_view{text}}
    {
    }
    Field(std::string_view key, std::same_as<bool> auto value) : key_{key}, value_{value} {}
    Field(std::string_view key, std::floating_point auto value)
        : key_{key}, value_{static_cast<double>(value)}
    {
    }
    template <std::integral Integer>
        requires(!std::same_as<Integer, bool>)
    Field(std::string_view key, Integer value) : key_{key}
    {
        if constexpr (std::is_signed_v<Integer>) {
            value_ = static_cast<std::int64_t>(value);
        } else {
            value_ = static_cast<std::uint64_t>(value);
        }
    }

    std::string_view key() const { return key_; }
    const Value& value() const { return value_; }

private:
    std::string_view key_;
    Value value_;
};

/// Whether lines of this level are written at all: for those that cost something to put together.
bool is_written(Level level);

/// Text longer than 1 KiB and lines longer than 4 KiB are cut. Values are escaped.
void write(Level level, std::string_view message, std::span<const Field> fields);

inline void debug(std::string_view message, std::initializer_list<Field> fields = {})
{
    write(Level::debug, message, {fields.begin(), fields.size()});
}
inline void info(std::string_view message, std::initializer_list<Field> fields = {})
{
    write(Level::info, message, {fields.begin(), fields.size()});
}
inline void warn(std::string_view message, std::initializer_list<Field> fields = {})
{
    write(Level::warn, message, {fields.begin(), fields.size()});
}
inline void error(std::string_view message, std::initializer_list<Field> fields = {})
{
    write(Level::error, message, {fields.begin(), fields.size()});
}

/// How many lines the process has dropped so far, because the log's reader did not keep up. Any
/// thread.
std::uint64_t dropped_lines();

/// A caller as the log may know it: "+15551234567" becomes "***4567". Whatever else a caller id may
/// be (a SIP address, "anonymous") becomes "***", and no caller id stays empty.
std::string redact_number(std::string_view number);

/// Free text, in which someone may have written a number of seven digits or more: each as above.
std::string redact_numbers_in(std::string_view text);

}  // namespace phony::log
