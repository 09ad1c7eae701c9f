#pragma once

#include <phony/base/result.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace phony::server {

/// Who may step into calls: names and their secret tokens. Immutable; any thread may ask.
class Supervisors {
public:
    struct Supervisor {
        std::string name;
        std::string token;
    };

    /// None: the API is open, as the reference has it, and everyone is called "supervisor".
    explicit Supervisors(std::vector<Supervisor> supervisors) : known_{std::move(supervisors)} {}

    bool open() const { return known_.empty(); }

    /// The name of whoever sent this Authorization header. Errors: unauthorized. How long it takes
    /// does not tell how much of a token was right.
    Result<std::string> identify(std::string_view authorization) const;

private:
    std::vector<Supervisor> known_;
};

}  // namespace phony::server
