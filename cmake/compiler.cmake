# clang-19 builds Phony, everywhere: g++ 12 silently miscompiles ordinary Asio coroutines (double
# destruction, crashes, endless loops), and so does nothing newer that Debian 12 has.

set(phony_compiler_sentence
    "Phony is built with clang-19 only, because g++ 12 miscompiles Asio coroutines: "
    "run `apt-get install clang-19 libclang-rt-19-dev` and configure with `cmake --preset dev`, or "
    "let `./dev build` do both.")
string(CONCAT phony_compiler_sentence ${phony_compiler_sentence})

# Without a choice of the user's, clang++-19 rather than the system's c++.
if(NOT DEFINED CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX})
    set(CMAKE_CXX_COMPILER clang++-19 CACHE STRING "The C++ compiler")
endif()

if(DEFINED CMAKE_CXX_COMPILER)
    find_program(phony_found_compiler NAMES "${CMAKE_CXX_COMPILER}" NO_CACHE)
    if(NOT phony_found_compiler)
        message(FATAL_ERROR "${phony_compiler_sentence}")
    endif()
endif()

function(phony_require_clang_19)
    if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR NOT CMAKE_CXX_COMPILER_VERSION MATCHES "^19\\.")
        message(FATAL_ERROR "${phony_compiler_sentence}")
    endif()
endfunction()
