#pragma once

#include <phony/base/timestamp.hpp>
#include <phony/call/outbound_call.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace phony::api {

/// An answer that is given again.
struct KeptAnswer {
    unsigned status = 0;
    std::string body;
    std::string location;  ///< empty: without one
    friend bool operator==(const KeptAnswer&, const KeptAnswer&) = default;
};

/// Which orders were given under which Idempotency-Key, so that one that is sent again, because its
/// answer got lost, is answered again and not carried out again
/// (draft-ietf-httpapi-idempotency-key-header). Keys of different supervisors are different keys.
///
///     auto claim = keys.claim("ada", key, order, now);
///     if (claim.verdict == Verdict::fresh) { …; keys.answer("ada", key, {201, body}, now); }
///
/// Answers are kept for `keep_time`; should there be more than `most`, the oldest are forgotten.
/// An order that came to nothing is withdrawn, and may be tried again under its key. A value
/// without a clock or a lock.
class OrderKeys {
public:
    static constexpr Duration keep_time = std::chrono::hours{24};
    static constexpr std::size_t longest_key = 255;

    explicit OrderKeys(std::size_t most = 10'000) : most_{most} {}

    /// 1 to `longest_key` printable ASCII characters.
    static bool is_key(std::string_view text);

    enum class Verdict {
        fresh,     ///< now claimed: answer() or withdraw() follows
        underway,  ///< the same order, not answered yet
        other,     ///< another order came under this key
        answered,  ///< the same order, with this answer
    };
    struct Claim {
        Verdict verdict = Verdict::fresh;
        KeptAnswer answer;
    };

    Claim claim(std::string_view owner,
                std::string_view key,
                const call::OutboundCall& order,
                TimePoint now);
    void answer(std::string_view owner, std::string_view key, KeptAnswer answer, TimePoint now);
    void withdraw(std::string_view owner, std::string_view key);

    std::size_t size() const { return orders_.size(); }

private:
    struct Entry {
        call::OutboundCall order;
        std::optional<KeptAnswer> answer;
    };

    void forget_expired(TimePoint now);

    std::size_t most_;
    std::map<std::string, Entry, std::less<>> orders_;
    std::deque<std::pair<TimePoint, std::string>> answered_;  ///< until when, the oldest first
};

}  // namespace phony::api
