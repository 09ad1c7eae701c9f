#pragma once

#include <string>

namespace phony::call {

enum class Role { user, assistant };

/// One entry of the dialogue as the model is shown it.
struct Message {
    Role role = Role::user;
    std::string content;
    friend bool operator==(const Message&, const Message&) = default;
};

}  // namespace phony::call
