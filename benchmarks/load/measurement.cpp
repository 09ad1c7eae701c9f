#include "load/measurement.hpp"

namespace phony::bench {

std::string_view title(Stage stage)
{
    switch (stage) {
    case Stage::prompt_to_request: return "prompt → request";
    case Stage::token_to_frame: return "token → frame";
    case Stage::prompt_to_first_frame: return "prompt → first frame";
    case Stage::callers_late: return "callers late";
    case Stage::model_late: return "model late";
    }
    return {};
}

std::string_view key(Stage stage)
{
    switch (stage) {
    case Stage::prompt_to_request: return "prompt_to_request";
    case Stage::token_to_frame: return "token_to_frame";
    case Stage::prompt_to_first_frame: return "prompt_to_first_frame";
    case Stage::callers_late: return "callers_late";
    case Stage::model_late: return "model_late";
    }
    return {};
}

}  // namespace phony::bench
