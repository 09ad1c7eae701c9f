#pragma once

#include <phony/base/result.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace phony {

struct FormField {
    std::string name;
    std::string value;
    friend bool operator==(const FormField&, const FormField&) = default;
};

/// The fields of an `application/x-www-form-urlencoded` body, or of the query of a URL, decoded, in
/// the order they were sent. Empty values and repeated names are kept, because a signature covers
/// them.
///
///     auto form = parse_form("CallSid=CA77&Digits=&From=%2B441632960011");
///     form->find("From")    // "+441632960011"
class Form {
public:
    Form() = default;
    explicit Form(std::vector<FormField> fields) : fields_{std::move(fields)} {}

    /// The first value under this name; borrowed from the form.
    std::optional<std::string_view> find(std::string_view name) const;

    std::span<const FormField> all() const { return fields_; }

private:
    std::vector<FormField> fields_;
};

inline constexpr std::size_t most_form_fields = 1000;

/// Reads a body. `+` is a space; decoded bytes need not be UTF-8.
///
/// Errors (invalid_request): a `%` without two hex digits, or more than `most_form_fields`.
Result<Form> parse_form(std::string_view body);

/// Reads the query of a URL, without its `?`: the same, but that errors speak of the query.
Result<Form> parse_query(std::string_view query);

/// Writes a body that `parse_form` reads back. Everything but letters, digits and `- . _ ~` is
/// escaped, so that the `+` of a phone number does not arrive as a space.
std::string encode_form(const Form& form);

}  // namespace phony
