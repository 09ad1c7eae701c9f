# `phony_options`: the language, the warnings and the instrumentation that every target of ours gets.

add_library(phony_options INTERFACE)
target_compile_features(phony_options INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)

target_compile_options(phony_options INTERFACE
    -Wall
    -Wextra
    -Wpedantic
    -Wconversion
    -Wshadow
    -Wnon-virtual-dtor
    -Woverloaded-virtual
    -Wcast-align
    -Wunused
    -Wnull-dereference
    -Wimplicit-fallthrough
    -Wextra-semi
    -Wno-missing-designated-field-initializers  # what is not named has its default
    -Werror=unused-result  # asio::awaitable is nodiscard: this catches a forgotten co_await
    -Werror=return-type
    -Werror=switch
    $<$<BOOL:${PHONY_WERROR}>:-Werror>)

if(PHONY_HARDENING)
    target_compile_options(phony_options INTERFACE
        -D_FORTIFY_SOURCE=2
        -D_GLIBCXX_ASSERTIONS
        -fstack-protector-strong
        -fstack-clash-protection
        -fcf-protection
        -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
    target_link_options(phony_options INTERFACE -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()

# Sanitizers go to all code, Boost's included, or they would see half of a data race.
if(PHONY_SANITIZER STREQUAL "address")
    # fuzzer-no-link: the fuzz targets are linked from the same objects as the tests.
    add_compile_options(-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
                        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=address,undefined)
elseif(PHONY_SANITIZER STREQUAL "thread")
    add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
    add_link_options(-fsanitize=thread)
elseif(PHONY_SANITIZER)
    message(FATAL_ERROR "PHONY_SANITIZER is '${PHONY_SANITIZER}'; it can be 'address', 'thread' or empty.")
endif()

find_program(PHONY_MOLD mold)
if(PHONY_MOLD)
    add_link_options(-fuse-ld=mold)  # 0.2 s instead of 1.1 s for each link
endif()

# ccache works with precompiled headers only when their time stamps are left out and it is told not
# to look at them. The base directory lets clones in other places share what was compiled.
find_program(PHONY_CCACHE ccache)
if(PHONY_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        /usr/bin/env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
        CCACHE_NOHASHDIR=1
        ${PHONY_CCACHE})
endif()
