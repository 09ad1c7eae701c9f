#include <phony/api/content_coding.hpp>

#include <phony/base/text.hpp>

#include <boost/algorithm/string/predicate.hpp>

#include <array>
#include <cstddef>
#include <optional>

namespace phony::api {
namespace {

using boost::algorithm::iequals;

constexpr int full_weight = 1000;

/// ";q=0.5" in thousandths. One that is no number from 0 to 1 does not count: nobody says by a slip
/// of the hand that he wants less.
int weight_of(std::string_view parameters)
{
    const auto mark = parameters.find('=');
    if (mark == std::string_view::npos) return full_weight;
    const std::string_view name = trimmed(parameters.substr(0, mark));
    const std::string_view value = trimmed(parameters.substr(mark + 1));
    constexpr std::size_t longest = 5;  // "0.123"
    if (!iequals(name, "q")) return full_weight;
    if (value.empty() || value.size() > longest || value.front() != '0') return full_weight;
    if (value.size() > 1 && value[1] != '.') return full_weight;
    int weight = 0;
    int digit_worth = full_weight / 10;
    for (const char digit : value.substr(value.size() > 1 ? 2 : 1)) {
        if (digit < '0' || digit > '9') return full_weight;
        weight += (digit - '0') * digit_worth;
        digit_worth /= 10;
    }
    return weight;
}

/// What a header says of each coding.
struct Weights {
    std::array<std::optional<int>, 3> named;
    std::optional<int> others;

    explicit Weights(std::string_view header)
    {
        while (!header.empty()) {
            const auto comma = header.find(',');
            note(header.substr(0, comma));
            header.remove_prefix(comma == std::string_view::npos ? header.size() : comma + 1);
        }
    }

    int of(ContentCoding coding) const
    {
        // Identity is acceptable unless it is refused, but anything that was asked for comes first.
        const auto unnamed = coding == ContentCoding::identity && others.value_or(1) > 0 ? 1 : 0;
        const auto& weight = named.at(static_cast<std::size_t>(coding));
        if (weight) return *weight;
        return coding == ContentCoding::identity ? unnamed : others.value_or(0);
    }

private:
    void note(std::string_view element)
    {
        const auto semicolon = element.find(';');
        const std::string_view name = trimmed(element.substr(0, semicolon));
        const int weight = semicolon == std::string_view::npos
                               ? full_weight
                               : weight_of(element.substr(semicolon + 1));
        if (name == "*") others = weight;
        for (const auto coding :
             {ContentCoding::identity, ContentCoding::gzip, ContentCoding::brotli}) {
            if (iequals(name, name_of(coding))) named.at(static_cast<std::size_t>(coding)) = weight;
        }
        if (iequals(name, "x-gzip"))  // RFC 9110 has it as another name
            named.at(static_cast<std::size_t>(ContentCoding::gzip)) = weight;
    }
};

}  // namespace

std::string_view name_of(ContentCoding coding)
{
    switch (coding) {
    case ContentCoding::gzip: return "gzip";
    case ContentCoding::brotli: return "br";
    case ContentCoding::identity: break;
    }
    return "identity";
}

ContentCoding choose_coding(std::string_view accept_encoding, Codings offered)
{
    const Weights weights{accept_encoding};
    ContentCoding chosen = ContentCoding::identity;
    int best = weights.of(chosen);
    const auto consider = [&](ContentCoding coding) {
        const int weight = weights.of(coding);
        if (weight == 0 || weight < best) return;
        chosen = coding;
        best = weight;
    };
    if (offered.gzip) consider(ContentCoding::gzip);
    if (offered.brotli) consider(ContentCoding::brotli);
    return chosen;
}

}  // namespace phony::api
