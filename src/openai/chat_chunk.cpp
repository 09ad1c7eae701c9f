#include <phony/openai/chat_chunk.hpp>

#include <phony/base/text.hpp>
#include <phony/openai/chunk_scan.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <array>

namespace phony::openai {
namespace {

namespace json = boost::json;

constexpr std::string_view json_spaces = " \t\r\n";

json::value parse(std::string_view data,
                  const json::storage_ptr& memory,
                  boost::system::error_code& ec)
{
    json::parse_options options;
    options.allow_invalid_utf8 = true;
    json::value value = json::parse(data, ec, memory, options);
    if (ec && data.find("\\u") != std::string_view::npos) {  // perhaps half a surrogate pair
        value = json::parse(with_surrogates_unescaped(data), ec, memory, options);
    }
    return value;
}

const json::object* object_at(const json::object& object, std::string_view key)
{
    const json::value* value = object.if_contains(key);
    return value == nullptr ? nullptr : value->if_object();
}

std::string_view string_at(const json::object& object, std::string_view key)
{
    const json::value* value = object.if_contains(key);
    if (value == nullptr || !value->is_string()) return {};
    return value->get_string();
}

std::uint64_t count_at(const json::object* object, std::string_view key)
{
    const json::value* value = object == nullptr ? nullptr : object->if_contains(key);
    const std::int64_t* count = value == nullptr ? nullptr : value->if_int64();
    return count == nullptr || *count < 0 ? 0 : static_cast<std::uint64_t>(*count);
}

/// The only choice we ask for. A missing index means 0.
bool is_first(const json::object& choice)
{
    const json::value* index = choice.if_contains("index");
    return index == nullptr || !index->is_number() || *index == 0;
}

FinishReason parse_finish_reason(std::string_view name)
{
    if (name.empty()) return FinishReason::none;  // some servers write "" for null
    if (name == "stop") return FinishReason::stop;
    if (name == "length") return FinishReason::length;
    if (name == "tool_calls" || name == "function_call") return FinishReason::tool_calls;
    if (name == "content_filter") return FinishReason::content_filter;
    return FinishReason::other;
}

/// Chunks are small: their trees fit on the stack, and nothing is freed one by one.
class ChunkMemory {
public:
    json::storage_ptr get() { return &resource_; }

private:
    std::array<unsigned char, 8192> buffer_;
    json::monotonic_resource resource_{buffer_.data(), buffer_.size()};
};

Chunk malformed()
{
    Chunk chunk;
    chunk.malformed = true;
    return chunk;
}

}  // namespace

Chunk ChunkReader::read(std::string_view data, std::string& text)
{
    const auto scanned = pattern_.scan(data);
    if (!scanned) return read_as_tree(data, text);

    const std::string_view raw = scanned->content;
    if (raw.find('\\') == std::string_view::npos) {
        joiner_.append(text, raw);
    } else {
        unescaped_.clear();
        append_unescaped(unescaped_, raw);
        joiner_.append(text, unescaped_);
    }
    Chunk chunk;
    chunk.finish_reason = parse_finish_reason(scanned->finish_reason);
    chunk.usage = scanned->usage;
    return chunk;
}

Chunk ChunkReader::read_as_tree(std::string_view data, std::string& text)
{
    data = trimmed(data, json_spaces);
    if (data.empty()) return {};
    if (data.starts_with("[DONE]")) {
        Chunk last;
        last.done = true;
        return last;
    }

    ChunkMemory memory;
    boost::system::error_code ec;
    const json::value value = parse(data, memory.get(), ec);
    if (ec || !value.is_object()) return malformed();

    if (auto error = find_server_error(value)) {
        Chunk failed;
        failed.error = std::move(error);
        return failed;
    }
    return read_object(value.get_object(), text);
}

Chunk ChunkReader::read_error(std::string_view data)
{
    ChunkMemory memory;
    boost::system::error_code ec;
    const json::value value = parse(data, memory.get(), ec);

    Chunk failed;
    failed.error = ServerError{};
    if (!ec) failed.error = find_server_error(value).value_or(read_server_error(value));
    return failed;
}

Chunk ChunkReader::read_object(const json::object& chunk, std::string& text)
{
    Chunk result;
    if (const auto* choices = chunk.if_contains("choices"); choices && choices->is_array()) {
        for (const json::value& choice : choices->get_array()) {
            if (const auto* object = choice.if_object(); object && is_first(*object)) {
                read_choice(*object, result, text);
            }
        }
    }
    if (const json::object* usage = object_at(chunk, "usage")) {
        const json::object* details = object_at(*usage, "prompt_tokens_details");
        result.usage = Usage{.prompt_tokens = count_at(usage, "prompt_tokens"),
                             .cached_tokens = count_at(details, "cached_tokens"),
                             .completion_tokens = count_at(usage, "completion_tokens")};
    }
    return result;
}

void ChunkReader::read_choice(const json::object& choice, Chunk& result, std::string& text)
{
    if (const json::object* delta = object_at(choice, "delta")) {
        joiner_.append(text, string_at(*delta, "content"));
        joiner_.append(text, string_at(*delta, "refusal"));
    }
    const FinishReason reason = parse_finish_reason(string_at(choice, "finish_reason"));
    if (reason != FinishReason::none) result.finish_reason = reason;
}

std::string_view name_of(FinishReason reason)
{
    switch (reason) {
    case FinishReason::none: return "none";
    case FinishReason::stop: return "stop";
    case FinishReason::length: return "length";
    case FinishReason::tool_calls: return "tool_calls";
    case FinishReason::content_filter: return "content_filter";
    case FinishReason::other: return "other";
    }
    return "unknown";
}

}  // namespace phony::openai
