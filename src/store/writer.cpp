#include "store/writer.hpp"

#include "log/log.hpp"
#include "store/housekeeping.hpp"
#include "store/schema.hpp"
#include <phony/async/thread.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

namespace phony::store {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A call is resumed when its process was alive a short while ago; to the second is enough.
constexpr auto between_signs_of_life = 1s;

void tell_committed(std::vector<Record>& records)
{
    for (Record& record : records) {
        auto* audit = std::get_if<AuditRecord>(&record);
        if (audit != nullptr && audit->committed) audit->committed->send(std::nullopt);
    }
}

}  // namespace

Writer::Writer(Options options, metrics::Metrics& metrics)
    : options_{std::move(options)},
      metrics_{metrics},
      inbox_{options_.queue_bytes},
      database_{open_to_write(options_.directory, options_.lock_patience)},
      process_{options_.directory},
      recorder_{*database_, process_.boot_id()},
      retention_{options_.keep},
      next_housekeeping_{Clock::now()}
{
    if (options_.most_pages != 0)
        database_->execute("PRAGMA max_page_count = " + std::to_string(options_.most_pages));
    metrics_.history_writable(true);
    thread_ = std::thread{[this] { run(); }};
}

Writer::~Writer()
{
    stop();
}

void Writer::stop()
{
    inbox_.close();
    if (thread_.joinable()) thread_.join();
}

void Writer::put(Record&& record, bool urgent)
{
    if (inbox_.put(std::move(record), urgent)) return metrics_.history_queued(inbox_.size());
    drop(1);
    if (!overflowing_.exchange(true))
        log::error("history: too much waits to be written; what happens now is not kept");
}

void Writer::run()
{
    async::name_thread("phony history");
    async::stay_in_background();
    for (;;) {
        if (Clock::now() >= next_sign_of_life_) {
            process_.touch();
            next_sign_of_life_ = Clock::now() + between_signs_of_life;
        }
        auto records =
            inbox_.take(std::min(next_housekeeping_, next_sign_of_life_), options_.linger);
        if (!records.empty()) {
            write(records);
            tell_committed(records);
            inbox_.done(records);
            metrics_.history_queued(inbox_.size());
        } else if (inbox_.closed()) {
            break;
        }
        if (Clock::now() >= next_housekeeping_) keep_house();
    }
    try {
        leave_process(*database_, process_.boot_id(), std::chrono::system_clock::now());
    } catch (const SqliteError& error) {
        note_trouble("closing", error);  // the next start finds that nobody holds our lock
    }
}

/// Until it is done, however long the disk is full; when the program ends, not much longer.
void Writer::write(const std::vector<Record>& records)
{
    auto length = options_.first_pause;
    for (auto give_up = TimePoint::max(); Clock::now() < give_up;) {
        try {
            commit(records);
            return note_success();
        } catch (const SqliteError& error) {
            recorder_.forget();
            note_trouble("writing", error);
        }
        if (inbox_.closed() && give_up == TimePoint::max())
            give_up = Clock::now() + options_.farewell;
        pause(length);
    }
    drop(records.size());
    log::error("history: rows are lost, because the program ends before they can be written",
               {{"rows", records.size()}});
}

void Writer::commit(const std::vector<Record>& records)
{
    Transaction transaction{*database_};
    for (const Record& record : records) {
        try {
            recorder_.write(record);
        } catch (const SqliteError& error) {
            if (!error.blames_the_row()) throw;
            drop(1);
            log::error("history: a row cannot be kept",
                       {{"callSid", call_sid_of(record)}, {"why", error.what()}});
        }
    }
    recorder_.finish();
    transaction.commit();
}

void Writer::pause(Duration& length)
{
    if (inbox_.closed()) {
        std::this_thread::sleep_for(options_.first_pause);
    } else {
        inbox_.wait_until_closed(Clock::now() + length);
    }
    length = std::min(length * 2, options_.longest_pause);
}

/// A bit at a time: what is left is done after what has come in meanwhile.
void Writer::keep_house()
{
    const auto wall = std::chrono::system_clock::now();
    const auto now = Clock::now();
    bool more = false;
    try {
        if (!entered_) enter_process(*database_, process_.boot_id(), wall);
        entered_ = true;
        if (const int lost = close_lost_calls(*database_, options_.directory, process_.boot_id());
            lost > 0) {
            log::warn("history: calls of a process that is gone are closed as lost",
                      {{"calls", lost}});
        }
        broken_calls_.run(*database_, now);
        if (options_.keep.count() != 0) {
            const auto history = span_of(*database_).value_or(Span{wall, wall});
            more = prune(*database_, retention_.until(history, wall, now), wall);
        }
        note_success();
    } catch (const SqliteError& error) {
        note_trouble("housekeeping", error);
        next_housekeeping_ = Clock::now() + options_.longest_pause;
        return;
    }
    next_housekeeping_ = more ? Clock::now() : Clock::now() + options_.housekeeping;
}

void Writer::note_trouble(std::string_view what, const SqliteError& error)
{
    metrics_.history_failed();
    metrics_.history_writable(false);
    if (in_trouble_.exchange(true)) return;
    log::error("history cannot be written; calls go on, and their records wait",
               {{"at", what}, {"why", error.what()}});
}

void Writer::note_success()
{
    metrics_.history_writable(true);
    overflowing_ = false;
    if (in_trouble_.exchange(false)) log::info("history is written again");
}

void Writer::drop(std::size_t records)
{
    metrics_.history_dropped(records);
}

}  // namespace phony::store
