#pragma once

#include <phony/base/json_text.hpp>
#include <phony/base/timestamp.hpp>

#include <array>
#include <concepts>
#include <cstddef>
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

    /// As it stands between two members, put together by the compiler: `,"speaker":`
    class Name {
    public:
        consteval Name(const char* name)  // NOLINT(google-explicit-constructor): reads like a name
        {
            put(',');
            put('"');
            for (; *name != '\0'; ++name) put(*name);
            put('"');
            put(':');
        }

    private:
        friend class JsonMembers;
        constexpr void put(char byte) { text_.at(size_++) = byte; }

        std::array<char, 40> text_{};
        std::size_t size_ = 0;
    };

    void add(const Name& name, std::string_view text)
    {
        begin(name);
        append_json_string(out_, text);
    }
    void add(const Name& name, const char* text) { add(name, std::string_view{text}); }

    void add(const Name& name, std::same_as<bool> auto flag)
    {
        begin(name);
        out_ += flag ? "true" : "false";
    }

    void add(const Name& name, std::unsigned_integral auto number)
        requires(!std::same_as<decltype(number), bool>)
    {
        begin(name);
        append(std::uint64_t{number});
    }

    void add(const Name& name, WallTime moment)
    {
        begin(name);
        out_ += '"';
        append_iso8601(out_, moment);
        out_ += '"';
    }

    void add(const Name& name, double number)
    {
        begin(name);
        append_json_number(out_, number);
    }

    /// Left out when there is none.
    void add(const Name& name, const std::optional<double>& number)
    {
        if (number) add(name, *number);
    }

    void add_null(const Name& name)
    {
        begin(name);
        out_ += "null";
    }

    /// The value follows, and is the caller's to write.
    void begin(const Name& name)
    {
        const std::size_t comma = out_.ends_with('{') ? 1 : 0;
        out_.append(name.text_.data() + comma, name.size_ - comma);
    }

private:
    void append(std::uint64_t number);

    std::string& out_;
};

}  // namespace phony
