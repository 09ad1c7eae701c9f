#include <phony/base/json_members.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace phony {

void JsonMembers::add(std::string_view name, double number)
{
    begin(name);
    std::array<char, 32> digits{};
    const auto [end, ec] = std::to_chars(
        digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed, 3);
    if (!std::isfinite(number) || ec != std::errc{}) {
        out_ += "null";
        return;
    }
    std::string_view text{digits.data(), static_cast<std::size_t>(end - digits.data())};
    text = text.substr(0, text.find_last_not_of('0') + 1);  // there is a point: it stops there
    if (text.ends_with('.')) text.remove_suffix(1);
    out_ += text;
}

void JsonMembers::append(std::uint64_t number)
{
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out_.append(digits.data(), end);
}

}  // namespace phony
