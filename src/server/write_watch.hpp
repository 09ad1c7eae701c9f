#pragma once

#include <phony/base/timestamp.hpp>

#include <boost/intrusive/list.hpp>

#include <functional>

namespace phony::server {

/// Finds the connections of one core whose peer has stopped reading. Beast's own clock does not: it
/// starts anew with every frame that is received, so a peer that sends but never reads would block
/// a writer for ever. A timer for each write would cost more than the write.
class WriteWatch {
public:
    /// `limit`: how long a write may take.
    explicit WriteWatch(Duration limit) : limit_{limit} {}

    Duration limit() const { return limit_; }

    /// A connection that may be writing; leaves the watch when destroyed.
    class Watched : public boost::intrusive::list_base_hook<
                        boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    public:
        /// `cut` closes the connection at once.
        Watched(WriteWatch& watch, std::function<void()> cut);

        void write_begins();
        void write_ended() { writing_ = false; }

    private:
        friend class WriteWatch;
        std::function<void()> cut_;
        TimePoint began_;
        bool writing_ = false;
    };

    /// Cuts what has been writing for longer than the limit. Called about once a second.
    void sweep(TimePoint now);

private:
    Duration limit_;
    boost::intrusive::list<Watched, boost::intrusive::constant_time_size<false>> watched_;
};

}  // namespace phony::server
