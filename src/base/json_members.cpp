#include <phony/base/json_members.hpp>

#include <array>
#include <charconv>
#include <cstddef>

namespace phony {

void JsonMembers::append(std::uint64_t number)
{
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out_.append(digits.data(), end);
}

}  // namespace phony
