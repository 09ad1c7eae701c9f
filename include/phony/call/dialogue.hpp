#pragma once

#include <phony/call/message.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace phony::call {

/// What has been said in a call, as the model is shown it. An assistant's entry holds what the
/// caller heard, which may become known only later: `revise` sets it right.
///
/// Long calls are trimmed from the middle, whole turns at a time: the beginning says what the call
/// is about, the end is what is being talked about. Trimming goes to three quarters of the budget
/// at once, so that the prefix of consecutive requests stays the same for a while and the model's
/// cache holds.
class Dialogue {
public:
    using Entry = std::uint32_t;

    Entry add(Role role, std::string content);
    /// Adds a line of an earlier session under its old number, which is higher than all before.
    void restore(Entry entry, Role role, std::string content);
    /// Continues the entry. Does nothing when it was trimmed.
    void append(Entry entry, std::string_view more);
    /// Replaces what the entry says. Does nothing when it was trimmed.
    void revise(Entry entry, std::string_view content);

    /// Drops turns from the middle until about `tokens` are left. The last turn always stays.
    void trim(std::size_t tokens);

    /// The dialogue in order, without the entries of which nothing was heard.
    std::vector<Message> messages() const;

    /// What the entry says; null when it was trimmed.
    const Message* find(Entry entry) const;
    /// The newest line, if it is one that nobody has begun to answer.
    std::optional<Entry> unanswered() const;

    /// Which lines have changed since this was last asked, in no order.
    std::vector<Entry> take_changed() { return std::exchange(changed_, {}); }
    bool has_changed() const { return !changed_.empty(); }

    /// A rough count, four bytes to a token, which errs on the high side for English.
    std::size_t estimated_tokens() const;

private:
    struct Line {
        Entry entry;
        Message message;
    };
    Line* line(Entry entry);
    void note_change(Entry entry);
    std::size_t turn_end(std::size_t begin) const;

    std::vector<Line> lines_;
    Entry next_ = 1;
    std::vector<Entry> changed_;  ///< few: as a rule the newest
};

}  // namespace phony::call
