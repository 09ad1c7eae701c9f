#pragma once

#include <cstddef>

namespace phony::app {

/// As many file descriptors as the machine allows this process; the default is for programs that
/// use select(). Where that is refused, it stays as it was.
void raise_descriptor_limit();

/// How many this process may have.
std::size_t descriptor_limit();

/// How many of them clients may use: the others are for connections to the model and for files. At
/// most 20,000, which over TLS take 2 GB of memory: who has more shall say so.
std::size_t connections_for(std::size_t descriptors, std::size_t model_connections);

}  // namespace phony::app
