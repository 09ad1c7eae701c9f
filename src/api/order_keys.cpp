#include <phony/api/order_keys.hpp>

#include <algorithm>

namespace phony::api {
namespace {

/// Keys are printable, so that a line's end can stand between the two.
std::string name_of(std::string_view owner, std::string_view key)
{
    return std::string{key}.append("\n").append(owner);
}

}  // namespace

bool OrderKeys::is_key(std::string_view text)
{
    return !text.empty() && text.size() <= longest_key &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

OrderKeys::Claim OrderKeys::claim(std::string_view owner,
                                  std::string_view key,
                                  const call::OutboundCall& order,
                                  TimePoint now)
{
    forget_expired(now);
    const auto [entry, fresh] = orders_.try_emplace(name_of(owner, key), Entry{order, {}});
    if (fresh) return {Verdict::fresh, {}};
    if (entry->second.order != order) return {Verdict::other, {}};
    const auto& answer = entry->second.answer;
    if (!answer) return {Verdict::underway, {}};
    return {Verdict::answered, *answer};
}

void OrderKeys::answer(std::string_view owner,
                       std::string_view key,
                       KeptAnswer answer,
                       TimePoint now)
{
    std::string name = name_of(owner, key);
    const auto entry = orders_.find(name);
    if (entry == orders_.end() || entry->second.answer) return;
    entry->second.answer = std::move(answer);
    answered_.emplace_back(now + keep_time, std::move(name));
    forget_expired(now);
}

void OrderKeys::withdraw(std::string_view owner, std::string_view key)
{
    const auto entry = orders_.find(name_of(owner, key));
    if (entry != orders_.end() && !entry->second.answer) orders_.erase(entry);
}

void OrderKeys::forget_expired(TimePoint now)
{
    while (!answered_.empty() && (answered_.front().first <= now || answered_.size() > most_)) {
        orders_.erase(answered_.front().second);
        answered_.pop_front();
    }
}

}  // namespace phony::api
