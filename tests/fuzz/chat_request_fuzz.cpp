#include <phony/openai/chat_request.hpp>

#include <phony/call/model_failure.hpp>
#include <phony/openai/server_error.hpp>

#include <boost/json/parse.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace json = boost::json;
using namespace phony;

/// The whole input as the settings, and each of its lines as a turn of the dialogue.
void check_request(std::string_view input)
{
    boost::system::error_code ec;
    const json::value extra = json::parse(input, ec);
    const openai::ChatRequest request{
        {.model = std::string{input},
         .system_prompt = std::string{input},
         .prompt_cache_key = {},
         .extra_body = !ec && extra.is_object() ? extra.get_object() : json::object{}}};

    std::vector<call::Message> dialogue;
    std::string before = request.body(dialogue);
    while (!input.empty() && dialogue.size() < 8) {
        const std::string_view line = input.substr(0, input.find('\n'));
        input.remove_prefix(line.size() == input.size() ? line.size() : line.size() + 1);
        dialogue.push_back({call::Role::user, std::string{line}});

        std::string after = request.body(dialogue);
        if (!after.starts_with(std::string_view{before}.substr(0, before.size() - 2))) std::abort();
        before = std::move(after);
    }
    const json::value body = json::parse(before, ec);
    if (ec || body.at("stream") != true) std::abort();
    if (body.at("messages").as_array().size() < dialogue.size()) std::abort();
}

/// Whatever a server answers, what we say of it is short and printable.
void check_error(std::string_view body)
{
    for (const int status : {200, 400, 401, 429, 503}) {
        const openai::Failure failure =
            openai::classify_http_error(status, body.substr(0, 20), body);
        if (failure.detail.empty() || failure.detail.size() > 128) std::abort();
        for (const char letter : failure.detail) {
            if (letter < ' ' || letter > '~') std::abort();
        }
    }
    openai::parse_retry_after(body);
}

}  // namespace

/// Every body is JSON, and a longer dialogue only appends to it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    check_request(input);
    check_error(input);
    return 0;
}
