#include "load/model_client.hpp"

#include "load/clock.hpp"
#include "load/stamp.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace phony::bench {
namespace {

char lower_case(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Of a request's head; 0 when it names none.
std::size_t content_length(std::string_view head)
{
    constexpr std::string_view name = "\r\ncontent-length:";
    for (auto at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at + 2)) {
        auto line = head.substr(at);
        if (!std::ranges::equal(line.substr(0, name.size()), name, {}, lower_case)) continue;
        line.remove_prefix(name.size());
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        std::size_t length = 0;
        std::from_chars(line.data(), line.data() + line.size(), length);
        return length;
    }
    return 0;
}

/// In [0, 1).
double draw_unit(simulator::Random& random)
{
    return static_cast<double>(random.next() >> 11U) * 0x1p-53;
}

}  // namespace

Model::Client::Client(Model& model, Descriptor socket)
    : model_{model},
      connection_{model.loop_, *this},
      next_{model.loop_, [this](TimePoint due) { go_on(due); }}
{
    connection_.open(std::move(socket));
}

void Model::Client::ready(std::uint32_t events)
{
    connection_.ready(events);
    const std::size_t size = connection_.read(model_.buffer_);
    input_.append(model_.buffer_.data(), size);
    if (!input_.empty() && !reply_) take_requests();
    if (connection_.closed()) leave();
}

void Model::Client::take_requests()
{
    const std::string_view input = input_;
    constexpr std::string_view blank_line = "\r\n\r\n";
    const auto end_of_head = input.find(blank_line);
    if (end_of_head == input.npos) return;
    const auto head = input.substr(0, end_of_head + 2);
    const std::size_t size = end_of_head + blank_line.size() + content_length(head);
    if (input.size() < size) return;

    ++model_.account_.requests_in_all;
    const auto line = head.substr(0, head.find('\r'));
    if (line.starts_with("POST ") && line.find("/chat/completions ") != line.npos) {
        answer(input.substr(end_of_head, size - end_of_head));
    } else {
        connection_.write(refusal_text(404, "Invalid URL"));
    }
    input_.erase(0, size);
}

void Model::Client::answer(std::string_view body)
{
    const TimePoint read_at = now();
    Reply reply{.text = &model_.text_for(body),
                .prompt_due = last_stamp(body, StampKind::prompt, read_at),
                .cut_after = model_.workload_.tokens};
    if (reply.prompt_due) {
        model_.account_.requests.push_back({reply.prompt_due->time_since_epoch().count(),
                                            microseconds(read_at - *reply.prompt_due)});
    }

    const Faults& faults = model_.workload_.faults;
    double fate = faults.any() ? draw_unit(model_.random_) : 1;
    Duration delay = model_.workload_.first_token.draw(model_.random_);
    if (fate < faults.refused)
        return connection_.write(refusal_text(500, "The server had an error"));
    fate -= faults.refused;
    if (fate < faults.cut) {
        reply.cut_after = model_.workload_.tokens / 2;
    } else if (fate - faults.cut < faults.late) {
        delay += faults.lateness;
    }
    reply_ = reply;
    next_.set(whole_microseconds(read_at + delay));
}

void Model::Client::go_on(TimePoint due)
{
    if (!reply_ || connection_.closed()) return;
    const bool goes_on = model_.workload_.at_once() ? write_all(*reply_, due)
                                                    : write_next(*reply_, due);
    if (connection_.closed()) return leave();
    if (goes_on) {
        next_.set(whole_microseconds(due + model_.workload_.gap.draw(model_.random_)));
    } else {
        reply_.reset();
        if (!input_.empty()) take_requests();
    }
}

bool Model::Client::write_all(const Reply& reply, TimePoint due)
{
    std::string bytes{reply.text->begin()};
    for (unsigned i = 0; i < reply.cut_after; ++i) bytes += reply.text->token(due);
    const bool whole = reply.cut_after == model_.workload_.tokens;
    if (whole) bytes += reply.text->end();
    connection_.write(bytes);
    note_lateness(reply, due);
    if (!whole) connection_.close();
    return false;
}

bool Model::Client::write_next(Reply& reply, TimePoint due)
{
    if (reply.written == model_.workload_.tokens) {
        connection_.write(reply.text->end());
        return false;
    }
    if (reply.written == reply.cut_after) {
        connection_.close();
        return false;
    }
    if (reply.written == 0) {
        std::string bytes{reply.text->begin()};
        bytes += reply.text->token(due);
        connection_.write(bytes);
    } else {
        connection_.write(reply.text->token(due));
    }
    ++reply.written;
    note_lateness(reply, due);
    return true;
}

void Model::Client::note_lateness(const Reply& reply, TimePoint due)
{
    if (reply.prompt_due) {
        model_.account_.lateness.push_back(
            {reply.prompt_due->time_since_epoch().count(), microseconds(now() - due)});
    }
}

/// The server has gone, or the reply was cut on purpose.
void Model::Client::leave()
{
    next_.cancel();
    reply_.reset();
    model_.forget(*this);
}

}  // namespace phony::bench
