// Any split of a reply gives the same speech and the same commands, and no command is ever spoken.

#include <phony/call/command_parser.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using namespace phony::call;

struct Reply {
    std::string speech;
    // Commands, each with the place in the speech where it stands.
    std::vector<std::pair<std::size_t, Piece>> commands;
};

void append(Reply& reply, std::span<const Piece> pieces)
{
    for (const Piece& piece : pieces) {
        if (const auto* speech = std::get_if<Speech>(&piece)) {
            reply.speech += speech->text;
        } else {
            reply.commands.emplace_back(reply.speech.size(), piece);
        }
    }
}

bool same(const Reply& a, const Reply& b)
{
    if (a.speech != b.speech || a.commands.size() != b.commands.size()) return false;
    for (std::size_t i = 0; i < a.commands.size(); ++i) {
        const auto& [a_place, a_piece] = a.commands[i];
        const auto& [b_place, b_piece] = b.commands[i];
        if (a_place != b_place || a_piece.index() != b_piece.index()) return false;
        if (const auto* command = std::get_if<Command>(&a_piece)) {
            if (*command != std::get<Command>(b_piece)) return false;
        } else if (std::get<RejectedCommand>(a_piece) != std::get<RejectedCommand>(b_piece)) {
            return false;
        }
    }
    return true;
}

}  // namespace

// The first half of the input says how to cut the second half: each byte is the length of a read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::span<const std::uint8_t> lengths{data, size / 2};
    const std::string text{data + size / 2, data + size};

    Reply whole;
    CommandParser parser;
    append(whole, parser.feed(text));
    append(whole, parser.finish());

    Reply pieced;  // by the same parser, which must not remember the reply before
    std::string_view rest = text;
    for (const std::uint8_t length : lengths) {
        // A copy that dies after the read, so that a view kept for too long is found.
        const std::string read{rest.substr(0, length)};
        append(pieced, parser.feed(read));
        rest.remove_prefix(read.size());
    }
    append(pieced, parser.feed(rest));
    append(pieced, parser.finish());

    if (!same(whole, pieced)) std::abort();
    if (whole.speech.find("[[") != std::string::npos) std::abort();
    for (const auto& [place, piece] : whole.commands) {
        if (const auto* rejected = std::get_if<RejectedCommand>(&piece)) {
            if (rejected->command.size() > 64 || rejected->value.size() > 256) std::abort();
        }
    }
    return 0;
}
