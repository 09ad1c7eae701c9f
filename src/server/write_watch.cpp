#include "server/write_watch.hpp"

#include <utility>

namespace phony::server {

WriteWatch::Watched::Watched(WriteWatch& watch, std::function<void()> cut) : cut_{std::move(cut)}
{
    watch.watched_.push_back(*this);
}

void WriteWatch::Watched::write_begins()
{
    began_ = std::chrono::steady_clock::now();
    writing_ = true;
}

void WriteWatch::sweep(TimePoint now)
{
    for (const Watched& connection : watched_) {
        if (connection.writing_ && now - connection.began_ > limit_) connection.cut_();
    }
}

}  // namespace phony::server
