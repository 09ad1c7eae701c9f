#pragma once

#include "server/supervisors.hpp"
#include "server/throttle.hpp"
#include <phony/api/origin.hpp>

#include <cstddef>
#include <string>

namespace phony::server {

/// A few slips of the hand in a minute from one address, and no more.
inline constexpr std::size_t failed_sign_ins_per_minute = 10;

/// Who may do what, and how often. Shared by all cores; guards itself.
struct AccessRules {
    Supervisors supervisors;
    api::Origins origins;        ///< whose web pages may use the API
    std::string metrics_token;   ///< empty: everyone may scrape
    bool secure_cookie = false;  ///< the public URL is https
    bool insist_on_https =
        false;          ///< it is, and in production: browsers shall come by no other way
    Throttle controls;  ///< what a supervisor does to calls
    Throttle failed_sign_ins{failed_sign_ins_per_minute};
};

}  // namespace phony::server
