#include "store/reader.hpp"

#include "log/log.hpp"
#include "store/broken_calls.hpp"
#include "store/queries.hpp"
#include "store/schema.hpp"
#include <phony/api/past_call.hpp>
#include <phony/async/thread.hpp>

#include <chrono>

#include <sqlite3.h>

#include <utility>

namespace phony::store {
namespace {

using Clock = std::chrono::steady_clock;

// A dashboard asks for one thing at a time.
constexpr std::size_t most_waiting = 64;

}  // namespace

Reader::Reader(const Options& options, std::string own_boot_id)
    : options_{options}, own_boot_id_{std::move(own_boot_id)}, thread_{[this] { run(); }}
{
}

Reader::~Reader()
{
    stop();
}

void Reader::ask(Question question)
{
    {
        const std::scoped_lock lock{mutex_};
        const bool urgent = std::holds_alternative<AboutBroken>(question.what);
        if (!stopping_ && (urgent || waiting_.size() < most_waiting)) {
            if (urgent) {
                waiting_.push_front(std::move(question));
            } else {
                waiting_.push_back(std::move(question));
            }
            changed_.notify_one();
            return;
        }
    }
    question.reply.send(Error{errc::rate_limited, "too many ask for the history at once"});
}

void Reader::stop()
{
    {
        const std::scoped_lock lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
    for (Question& question : waiting_) question.reply.send(Error{errc::shutting_down});
    waiting_.clear();
}

std::optional<Reader::Question> Reader::next()
{
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return std::nullopt;
    std::optional<Question> question{std::move(waiting_.front())};
    waiting_.pop_front();
    return question;
}

void Reader::run()
{
    async::name_thread("phony search");
    async::stay_in_background();
    while (auto question = next()) answer(*question);
}

void Reader::answer(Question& question)
{
    try {
        if (!database_) database_ = open_to_read(options_.directory, options_.lock_patience);
        database_->stop_at(Clock::now() + options_.search_limit);
        auto text = std::visit([this](const auto& what) { return text_for(what); }, question.what);
        if (!text) return question.reply.send(text.error());
        *question.text = std::move(*text);
        question.reply.send(std::nullopt);
    } catch (const SqliteError& error) {
        const bool late = error.code() == SQLITE_INTERRUPT;
        log::warn("history cannot be read", {{"why", error.what()}});
        question.reply.send(Error{errc::internal_error,
                                  late ? "the search took too long; a range of time makes it short"
                                       : "the history cannot be read at the moment"});
        database_.reset();  // whatever it is, a connection of its own may be rid of it
    }
}

Result<std::string> Reader::text_for(const AboutCall& about)
{
    const auto now = Clock::now();
    const auto found = find_call(*database_, about.call_sid);
    if (!found && !about.live) return Error{errc::call_not_found};
    return api::call_json(
        about.live ? *about.live : found->state, found ? found->details : api::CallDetails{}, now);
}

/// No text but what is found.
Result<std::string> Reader::text_for(const AboutBroken& about)
{
    auto found = find_broken_call(*database_,
                                  options_.directory,
                                  own_boot_id_,
                                  about.call_sid,
                                  std::chrono::system_clock::now(),
                                  Clock::now());
    if (!found) return Error{errc::call_not_found};
    *about.found = std::move(*found);
    return std::string{};
}

Result<std::string> Reader::text_for(const api::HistoryQuery& query)
{
    const Page page = search(*database_, query);
    return api::history_json(page.calls, page.next, Clock::now());
}

}  // namespace phony::store
