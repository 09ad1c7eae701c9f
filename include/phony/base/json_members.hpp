#pragma once

#include <phony/base/json_text.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace phony {

/// Writes the members of a JSON object by hand, where a tree of values would cost too much:
///
///     out += '{';
///     JsonMembers members{out};
///     members.add("speaker", "caller");
///     members.add("turn", turn);
///     out += '}';                             // {"speaker":"caller","turn":3}
///
/// The comma before a member is left out when it is the first, after `{`. Names are ours and need
/// no escaping.
class JsonMembers {
public:
    explicit JsonMembers(std::string& out) : out_{out} {}

    void add(std::string_view name, std::string_view text)
    {
        begin(name);
        append_json_string(out_, text);
    }
    void add(std::string_view name, const char* text) { add(name, std::string_view{text}); }

    void add(std::string_view name, std::same_as<bool> auto flag)
    {
        begin(name);
        out_ += flag ? "true" : "false";
    }

    void add(std::string_view name, std::unsigned_integral auto number)
        requires(!std::same_as<decltype(number), bool>)
    {
        begin(name);
        append(std::uint64_t{number});
    }

    void add(std::string_view name, double number)
    {
        begin(name);
        append_json_number(out_, number);
    }

    /// Left out when there is none.
    void add(std::string_view name, const std::optional<double>& number)
    {
        if (number) add(name, *number);
    }

    void add_null(std::string_view name)
    {
        begin(name);
        out_ += "null";
    }

    /// The value follows, and is the caller's to write.
    void begin(std::string_view name)
    {
        if (!out_.ends_with('{')) out_ += ',';
        out_.append("\"").append(name).append("\":");
    }

private:
    void append(std::uint64_t number);

    std::string& out_;
};

}  // namespace phony
