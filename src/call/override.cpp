#include <phony/call/override.hpp>

#include <array>
#include <variant>

namespace phony::call {

std::string_view action_of(const Override& order)
{
    // In the order of Override.
    static constexpr std::array<std::string_view, std::variant_size_v<Override>> names{
        "text", "dtmf", "end", "transfer", "clarification"};
    return names.at(order.index());
}

std::string value_of(const Override& order)
{
    if (const auto* say = std::get_if<SayText>(&order)) return say->text;
    if (const auto* digit = std::get_if<SendDigit>(&order)) return {digit->digit};
    if (const auto* transfer = std::get_if<TransferNow>(&order)) return transfer->target;
    if (const auto* clarify = std::get_if<Clarify>(&order)) return clarify->response;
    return {};
}

}  // namespace phony::call
