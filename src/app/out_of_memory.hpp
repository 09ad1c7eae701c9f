#pragma once

namespace phony::app {

/// From now on a process that is ended by a bad_alloc that nobody could catch, or while there is no
/// memory, says so in one sentence and exits with EXIT_FAILURE: no core is dumped of a process
/// whose memory is used up, and whoever supervises it starts it anew. Every other bug aborts as
/// before.
void exit_when_out_of_memory() noexcept;

/// Does so now. Allocates nothing.
[[noreturn]] void exit_out_of_memory() noexcept;

}  // namespace phony::app
