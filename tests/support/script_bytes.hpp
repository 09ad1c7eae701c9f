#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace phony::test {

/// A fuzzer's input as a list of choices. Behind its end everything is 0.
class ScriptBytes {
public:
    ScriptBytes(const std::uint8_t* data, std::size_t size) : rest_{data, size} {}

    bool empty() const { return rest_.empty(); }

    std::uint8_t next()
    {
        if (rest_.empty()) return 0;
        const std::uint8_t byte = rest_.front();
        rest_ = rest_.subspan(1);
        return byte;
    }
    bool flag() { return next() % 2 == 1; }

    template <typename T, std::size_t size>
    const T& one_of(const std::array<T, size>& choices)
    {
        return choices[next() % size];
    }

    /// So many bytes, or what is left of them; borrowed from the input.
    std::string_view text(std::size_t size)
    {
        const auto part = rest_.first(std::min(size, rest_.size()));
        rest_ = rest_.subspan(part.size());
        return {reinterpret_cast<const char*>(part.data()), part.size()};
    }
    std::string_view rest() { return text(rest_.size()); }

private:
    std::span<const std::uint8_t> rest_;
};

}  // namespace phony::test
