#include <phony/call/model_failure.hpp>

namespace phony::call {

std::string_view name_of(ModelFailure failure)
{
    switch (failure) {
    case ModelFailure::connect: return "connect";
    case ModelFailure::timeout: return "timeout";
    case ModelFailure::rate_limited: return "rate_limited";
    case ModelFailure::quota: return "quota";
    case ModelFailure::server: return "server";
    case ModelFailure::refused: return "refused";
    case ModelFailure::context_too_long: return "context_too_long";
    case ModelFailure::not_a_stream: return "not_a_stream";
    case ModelFailure::cut: return "cut";
    case ModelFailure::mid_stream: return "mid_stream";
    case ModelFailure::filtered: return "filtered";
    }
    return "unknown";
}

bool is_retryable(ModelFailure failure)
{
    switch (failure) {
    case ModelFailure::connect:
    case ModelFailure::timeout:
    case ModelFailure::rate_limited:
    case ModelFailure::server:
    case ModelFailure::not_a_stream:  // mostly a gateway's page while the server behind it restarts
    case ModelFailure::cut:
    case ModelFailure::mid_stream: return true;
    case ModelFailure::quota:
    case ModelFailure::refused:
    case ModelFailure::context_too_long:
    case ModelFailure::filtered: return false;
    }
    return false;
}

}  // namespace phony::call
