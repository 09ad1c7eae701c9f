#include <phony/openai/chat_chunk.hpp>

#include <phony/openai/chunk_scan.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

/// Lines are the data of one reply's events. The scan and the tree must read the same out of them,
/// and half a surrogate pair never comes out of an escape.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace phony::openai;

    std::string_view lines{reinterpret_cast<const char*>(data), size};
    const bool has_only_escaped_halves = lines.find('\xED') == std::string_view::npos;
    ChunkReader reader;
    ChunkReader tree_reader;
    std::string text;
    std::string tree_text;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(line.size() == lines.size() ? line.size() : line.size() + 1);

        const Chunk chunk = reader.read(line, text);
        const Chunk tree_chunk = tree_reader.read_as_tree(line, tree_text);
        if (chunk != tree_chunk || text != tree_text) std::abort();
        if (chunk.malformed && scan_chunk(line)) std::abort();
        reader.read_error(line);
    }
    reader.finish(text);
    tree_reader.finish(tree_text);
    if (text != tree_text) std::abort();

    for (std::size_t at = text.find('\xED'); has_only_escaped_halves && at != std::string::npos;
         at = text.find('\xED', at + 1)) {
        if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xA0) std::abort();
    }
    return 0;
}
