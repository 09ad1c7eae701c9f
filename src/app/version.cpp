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

}  // namespace phony::app
