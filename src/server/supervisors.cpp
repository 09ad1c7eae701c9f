#include "server/supervisors.hpp"

#include <phony/api/secret.hpp>
#include <phony/api/session.hpp>

#include <algorithm>

namespace phony::server {

Result<std::string> Supervisors::identify(const Credentials& credentials, WallTime now) const
{
    if (open()) return std::string{"supervisor"};
    if (const auto token = api::bearer_token(credentials.authorization)) return with_token(*token);
    if (!credentials.session.empty()) return with_session(credentials.session, now);
    return Error{errc::unauthorized,
                 "a supervisor's token is needed: Authorization: Bearer TOKEN, or sign in"};
}

Result<std::string> Supervisors::with_token(std::string_view token) const
{
    if (open()) return std::string{"supervisor"};
    const Supervisor* found = nullptr;
    for (const Supervisor& supervisor : known_) {
        if (api::is_same_secret(supervisor.token, token))
            found = &supervisor;  // and go on: the time must not tell who
    }
    if (found == nullptr) return Error{errc::unauthorized, "this is no supervisor's token"};
    return found->name;
}

Result<std::string> Supervisors::with_session(std::string_view session, WallTime now) const
{
    Error invalid{errc::unauthorized, "the session is not valid any more: sign in again"};
    const auto claim = api::parse_session(session);
    if (!claim) return invalid;
    const Supervisor* supervisor = find(claim->supervisor);
    if (supervisor == nullptr || !claim->is_signed_with(supervisor->token)) return invalid;
    // One that lasts for longer was given out when the clock was ahead.
    if (claim->expires <= now || claim->expires - now > 2 * session_lifetime)
        return Error{errc::unauthorized, "the session has expired: sign in again"};
    return supervisor->name;
}

std::string Supervisors::new_session(std::string_view name, WallTime now) const
{
    const Supervisor* supervisor = find(name);
    if (supervisor == nullptr) return {};
    return api::session_value(name, now + session_lifetime, supervisor->token);
}

const Supervisors::Supervisor* Supervisors::find(std::string_view name) const
{
    const auto found = std::ranges::find(known_, name, &Supervisor::name);
    return found == known_.end() ? nullptr : &*found;
}

}  // namespace phony::server
