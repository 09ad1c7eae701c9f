#pragma once

#include <phony/base/result.hpp>
#include <phony/base/timestamp.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace phony::server {

/// What a request shows to say who sends it.
struct Credentials {
    std::string_view authorization;  ///< the header: "Bearer TOKEN"
    std::string_view session;        ///< the value of the dashboard's cookie
};

/// Who may step into calls: names and their secret tokens. Immutable; any thread may ask.
class Supervisors {
public:
    struct Supervisor {
        std::string name;
        std::string token;
    };

    static constexpr auto session_lifetime = std::chrono::hours{12};

    /// None: the API is open, as the reference has it, and everyone is called "supervisor".
    explicit Supervisors(std::vector<Supervisor> supervisors) : known_{std::move(supervisors)} {}

    bool open() const { return known_.empty(); }

    /// The name of whoever shows this; a token counts before a session. Errors: unauthorized. How
    /// long it takes does not tell how much of a token was right.
    Result<std::string> identify(const Credentials& credentials, WallTime now) const;

    /// The name of whose token it is. Errors: unauthorized.
    Result<std::string> with_token(std::string_view token) const;

    /// What the cookie of a supervisor who has signed in holds; empty when there is no such.
    std::string new_session(std::string_view name, WallTime now) const;

private:
    Result<std::string> with_session(std::string_view session, WallTime now) const;
    const Supervisor* find(std::string_view name) const;

    std::vector<Supervisor> known_;
};

}  // namespace phony::server
