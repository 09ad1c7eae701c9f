#pragma once

#include "hub/held_call.hpp"
#include "hub/reply_slot.hpp"
#include "store/options.hpp"
#include "store/sqlite.hpp"
#include <phony/api/call_state.hpp>
#include <phony/api/history_query.hpp>
#include <phony/base/result.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

namespace phony::store {

/// The thread that reads the history, on a connection of its own: a slow search delays neither the
/// writer nor a core.
class Reader {
public:
    struct AboutCall {
        std::string call_sid;
        std::optional<api::CallState> live;
    };

    /// A caller waits for this one: it goes before all others. Answered with call_not_found when
    /// there is none; `found` is the asker's once the reply has come.
    struct AboutBroken {
        std::string call_sid;
        std::shared_ptr<hub::HeldCall> found;
    };

    /// What someone waits for. The text is the asker's once the reply has come.
    struct Question {
        std::variant<AboutCall, api::HistoryQuery, AboutBroken> what;
        std::shared_ptr<std::string> text;
        hub::ReplySlot::Reply reply;
    };

    /// `own_boot_id`: of this process.
    Reader(const Options& options, std::string own_boot_id);
    /// stop()s.
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    /// Any thread. Answered here: rate_limited, when too many wait already.
    void ask(Question question);

    /// What is being looked for is still answered; who waits behind it is refused.
    void stop();

private:
    void run();
    void answer(Question& question);
    Result<std::string> text_for(const AboutCall& about);
    Result<std::string> text_for(const api::HistoryQuery& query);
    Result<std::string> text_for(const AboutBroken& about);
    std::optional<Question> next();

    Options options_;
    std::string own_boot_id_;
    std::unique_ptr<Database> database_;  ///< the thread's own; opened when first needed

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Question> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace phony::store
