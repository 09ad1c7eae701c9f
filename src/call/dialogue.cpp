#include <phony/call/dialogue.hpp>

#include <algorithm>
#include <numeric>

namespace phony::call {
namespace {

constexpr std::size_t bytes_per_token = 4;
constexpr std::size_t tokens_per_message = 4;  // role and separators

std::size_t tokens_in(const Message& message)
{
    return tokens_per_message + (message.content.size() / bytes_per_token);
}

}  // namespace

Dialogue::Entry Dialogue::add(Role role, std::string content)
{
    lines_.push_back({next_, {role, std::move(content)}});
    note_change(next_);
    return next_++;
}

void Dialogue::restore(Entry entry, Role role, std::string content)
{
    lines_.push_back({entry, {role, std::move(content)}});
    next_ = entry + 1;
}

void Dialogue::append(Entry entry, std::string_view more)
{
    Line* const there = line(entry);
    if (there == nullptr) return;
    there->message.content += more;
    note_change(entry);
}

void Dialogue::revise(Entry entry, std::string_view content)
{
    Line* const there = line(entry);
    if (there == nullptr) return;
    there->message.content = content;
    note_change(entry);
}

void Dialogue::trim(std::size_t tokens)
{
    std::size_t total = estimated_tokens();
    if (total <= tokens) return;

    const std::size_t target = tokens - (tokens / 4);
    const std::size_t head = turn_end(0);
    while (total > target) {
        const std::size_t end = turn_end(head);
        if (end >= lines_.size()) break;  // only the last turn is left behind the head
        for (std::size_t at = head; at < end; ++at) total -= tokens_in(lines_[at].message);
        lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(head),
                     lines_.begin() + static_cast<std::ptrdiff_t>(end));
    }
}

std::vector<Message> Dialogue::messages() const
{
    std::vector<Message> messages;
    messages.reserve(lines_.size());
    for (const Line& line : lines_) {
        if (!line.message.content.empty()) messages.push_back(line.message);
    }
    return messages;
}

std::size_t Dialogue::estimated_tokens() const
{
    return std::accumulate(
        lines_.begin(), lines_.end(), std::size_t{0}, [](std::size_t sum, const Line& line) {
            return sum + tokens_in(line.message);
        });
}

const Message* Dialogue::find(Entry entry) const
{
    const auto line = std::ranges::lower_bound(lines_, entry, {}, &Line::entry);
    return line != lines_.end() && line->entry == entry ? &line->message : nullptr;
}

Dialogue::Line* Dialogue::line(Entry entry)
{
    if (!lines_.empty() && lines_.back().entry == entry) return &lines_.back();  // as a rule
    const auto line = std::ranges::lower_bound(lines_, entry, {}, &Line::entry);
    return line != lines_.end() && line->entry == entry ? &*line : nullptr;
}

std::optional<Dialogue::Entry> Dialogue::unanswered() const
{
    if (lines_.empty() || lines_.back().message.role != Role::user) return std::nullopt;
    return lines_.back().entry;
}

/// A reply changes with each of its words, one after the other.
void Dialogue::note_change(Entry entry)
{
    if (!changed_.empty() && changed_.back() == entry) return;
    if (std::ranges::find(changed_, entry) == changed_.end()) changed_.push_back(entry);
}

/// Where the turn that begins at `begin` ends: at the first user line behind an answer. A greeting
/// answers nobody, so it belongs to the first turn.
std::size_t Dialogue::turn_end(std::size_t begin) const
{
    bool asked = false;
    bool answered = false;
    for (std::size_t at = begin; at < lines_.size(); ++at) {
        const bool caller = lines_[at].message.role == Role::user;
        if (answered && caller) return at;
        asked = asked || caller;
        answered = asked && !caller;
    }
    return lines_.size();
}

}  // namespace phony::call
