#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace phony::test {

/// Feeds one input to a parser in every way that a network may cut it: whole, in two at each
/// position, in three around each byte, and byte by byte. The output must not depend on the way:
///
///     for_each_split(stream, [&](std::span<const std::string_view> reads) {
///         Parser parser;
///         std::string spoken;
///         for (auto read : reads) spoken += parser.feed(read);
///         EXPECT_EQ(spoken, "One moment.");
///     });
///
/// The callable makes a new parser each time. Reads are never empty, except that an empty input is
/// one empty read. Quadratic in the input's length: meant for inputs of up to some kilobytes.
template <typename Feed>
void for_each_split(std::string_view input, const Feed& feed)
{
    const auto in_pieces = [&](std::vector<std::string_view> reads) {
        feed(std::span<const std::string_view>{reads});
    };

    in_pieces({input});
    for (std::size_t cut = 1; cut < input.size(); ++cut) {
        in_pieces({input.substr(0, cut), input.substr(cut)});
    }
    for (std::size_t cut = 1; cut + 1 < input.size(); ++cut) {
        in_pieces({input.substr(0, cut), input.substr(cut, 1), input.substr(cut + 1)});
    }
    std::vector<std::string_view> bytes;
    bytes.reserve(input.size());
    for (std::size_t at = 0; at < input.size(); ++at) bytes.push_back(input.substr(at, 1));
    if (bytes.size() > 2) in_pieces(bytes);
}

}  // namespace phony::test
