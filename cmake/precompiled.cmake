# Two precompiled headers, each compiled once and reused by every target of its kind: `core` for the
# pure folders, `asio` for the shell. Beast is in neither: two or three files include it.

add_compile_options("SHELL:-Xclang -fno-pch-timestamp")  # or ccache never hits

set(phony_precompiled_core
    <algorithm>
    <array>
    <charconv>
    <chrono>
    <cstdint>
    <functional>
    <map>
    <memory>
    <optional>
    <span>
    <string>
    <string_view>
    <utility>
    <variant>
    <vector>
    <boost/json.hpp>
    <boost/system/result.hpp>)

set(phony_precompiled_asio
    ${phony_precompiled_core}
    <boost/asio/as_tuple.hpp>
    <boost/asio/awaitable.hpp>
    <boost/asio/buffer.hpp>
    <boost/asio/co_spawn.hpp>
    <boost/asio/detached.hpp>
    <boost/asio/experimental/awaitable_operators.hpp>
    <boost/asio/experimental/channel.hpp>
    <boost/asio/experimental/concurrent_channel.hpp>
    <boost/asio/io_context.hpp>
    <boost/asio/ip/tcp.hpp>
    <boost/asio/post.hpp>
    <boost/asio/ssl.hpp>
    <boost/asio/steady_timer.hpp>
    <boost/asio/this_coro.hpp>
    <boost/asio/use_awaitable.hpp>
    <spdlog/spdlog.h>)

file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cpp.new "// owns a precompiled header\n")
file(COPY_FILE ${CMAKE_BINARY_DIR}/precompiled.cpp.new ${CMAKE_BINARY_DIR}/precompiled.cpp
     ONLY_IF_DIFFERENT)

foreach(kind IN ITEMS core asio)
    add_library(phony_precompiled_${kind} OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
    target_link_libraries(phony_precompiled_${kind} PRIVATE phony_options Boost::json)
    target_precompile_headers(phony_precompiled_${kind} PRIVATE ${phony_precompiled_${kind}})
endforeach()
target_link_libraries(phony_precompiled_asio PRIVATE phony_asio)

function(phony_reuse_precompiled target kind)
    target_precompile_headers(${target} REUSE_FROM phony_precompiled_${kind})
endfunction()
