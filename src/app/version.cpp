#include "app/version.hpp"

namespace phony::app {

std::string_view version()
{
    return PHONY_VERSION;
}

std::string_view commit()
{
    return PHONY_COMMIT;
}

std::string_view compiler()
{
    return "clang " __clang_version__;
}

}  // namespace phony::app
