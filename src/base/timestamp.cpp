#include <phony/base/timestamp.hpp>

#include <array>
#include <cstddef>
#include <span>

namespace phony {
namespace {

/// Takes what it reads from the front of a text. Once something was not there, nothing is.
class Taker {
public:
    explicit Taker(std::string_view text) : rest_{text} {}

    bool at_end() const { return rest_.empty(); }
    bool failed() const { return failed_; }

    bool take(char expected)
    {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void expect(char expected)
    {
        if (!take(expected)) failed_ = true;
    }

    int number(std::size_t digits, int most)
    {
        int number = 0;
        for (std::size_t i = 0; i < digits; ++i) number = number * 10 + digit();
        if (number > most) failed_ = true;
        return number;
    }

    /// ".25": as many decimals as are there, one at least.
    std::chrono::nanoseconds fraction()
    {
        std::chrono::nanoseconds value{0};
        std::chrono::nanoseconds unit{100'000'000};
        do {
            value += digit() * unit;
            unit /= 10;
        } while (!failed_ && is_digit() && unit.count() > 0);
        return value;
    }

private:
    bool is_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }

    int digit()
    {
        if (!is_digit()) {
            failed_ = true;
            return 0;
        }
        const int value = rest_.front() - '0';
        rest_.remove_prefix(1);
        return value;
    }

    std::string_view rest_;
    bool failed_ = false;
};

std::chrono::nanoseconds take_time_of_day(Taker& text)
{
    using namespace std::chrono;
    nanoseconds time = hours{text.number(2, 23)};
    text.expect(':');
    time += minutes{text.number(2, 59)};
    if (text.take(':')) {
        time += seconds{text.number(2, 59)};
        if (text.take('.')) time += text.fraction();
    }
    return time;
}

/// How far the clock of the text is ahead of UTC.
std::chrono::minutes take_offset(Taker& text)
{
    using namespace std::chrono;
    if (text.at_end() || text.take('Z')) return minutes{0};
    const bool behind = text.take('-');
    if (!behind) text.expect('+');
    const auto offset = hours{text.number(2, 23)};
    text.expect(':');
    const auto whole = offset + minutes{text.number(2, 59)};
    return behind ? -whole : whole;
}

/// Overwrites `width` characters with the number's decimal digits.
void put(std::span<char> text, std::size_t at, std::size_t width, unsigned number)
{
    while (width-- > 0) {
        text[at + width] = static_cast<char>('0' + number % 10);
        number /= 10;
    }
}

}  // namespace

/// By hand, because every event of every call has one: a tenth of what printf takes.
void append_iso8601(std::string& out, WallTime moment)
{
    using namespace std::chrono;
    const auto day = floor<days>(moment);
    const year_month_day date{day};
    const hh_mm_ss time{floor<std::chrono::milliseconds>(moment - day)};

    std::array text{std::to_array("0000-00-00T00:00:00.000Z")};
    put(text, 0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    put(text, 5, 2, static_cast<unsigned>(date.month()));
    put(text, 8, 2, static_cast<unsigned>(date.day()));
    put(text, 11, 2, static_cast<unsigned>(time.hours().count()));
    put(text, 14, 2, static_cast<unsigned>(time.minutes().count()));
    put(text, 17, 2, static_cast<unsigned>(time.seconds().count()));
    put(text, 20, 3, static_cast<unsigned>(time.subseconds().count()));
    out.append(text.data(), text.size() - 1);
}

std::string to_iso8601(WallTime moment)
{
    std::string text;
    append_iso8601(text, moment);
    return text;
}

std::optional<WallTime> from_iso8601(std::string_view text)
{
    using namespace std::chrono;
    Taker taker{text};
    const year year{taker.number(4, 9999)};
    taker.expect('-');
    const month month{static_cast<unsigned>(taker.number(2, 12))};
    taker.expect('-');
    const day day{static_cast<unsigned>(taker.number(2, 31))};
    nanoseconds time{0};
    if (!taker.at_end()) {
        taker.expect('T');
        time = take_time_of_day(taker);
        time -= take_offset(taker);
    }
    const year_month_day date{year, month, day};
    if (taker.failed() || !taker.at_end() || !date.ok()) return std::nullopt;
    const sys_days midnight{date};
    if (midnight < sys_days{} || midnight >= latest_moment) return std::nullopt;
    return floor<WallTime::duration>(midnight + time);
}

}  // namespace phony
