#include <phony/twilio/public_url.hpp>

namespace phony::twilio {

std::string url_of(std::string_view public_url, std::string_view target)
{
    while (public_url.ends_with('/')) public_url.remove_suffix(1);
    return std::string{public_url}.append(target.substr(0, target.find('#')));
}

std::string wss_url_of(std::string_view public_url, std::string_view target)
{
    if (const auto scheme_end = public_url.find("://"); scheme_end != std::string_view::npos) {
        public_url.remove_prefix(scheme_end + 3);
    }
    return "wss://" + url_of(public_url, target);
}

}  // namespace phony::twilio
