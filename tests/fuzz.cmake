# phony_fuzz_target(fuzz/NAME_fuzz.cpp [SHELL] [SOURCES …]): the executable NAME_fuzz, whose seeds are
# data/fuzz/NAME/*. It links the pure core, or with SHELL the whole program but its main().
#
# In a build with the address sanitizer it is a libFuzzer program, and ctest lets it search for
# PHONY_FUZZ_SECONDS, starting from a copy of the seeds (label `fuzz`). In every other build it
# replays the seeds, among them each input that once crashed it (label `fuzz-replay`).

function(phony_fuzz_target source)
    cmake_parse_arguments(PARSE_ARGV 1 fuzz "SHELL" "" "SOURCES")
    get_filename_component(target ${source} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" name ${target})
    set(seeds ${CMAKE_CURRENT_SOURCE_DIR}/data/fuzz/${name})

    add_executable(${target} ${source} ${fuzz_SOURCES})
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    if(fuzz_SHELL)
        target_link_libraries(${target} PRIVATE phony_shell phony_core)
        phony_reuse_precompiled(${target} asio)
    else()
        target_link_libraries(${target} PRIVATE phony_core)
        phony_reuse_precompiled(${target} core)
    endif()

    if(PHONY_SANITIZER STREQUAL "address")
        target_link_options(${target} PRIVATE -fsanitize=fuzzer)
        add_test(NAME fuzz.${name}
                 COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/briefly $<TARGET_FILE:${target}> ${seeds}
                         ${CMAKE_CURRENT_BINARY_DIR}/corpus/${name} ${PHONY_FUZZ_SECONDS})
        math(EXPR timeout "${PHONY_FUZZ_SECONDS} + 60")
        set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz TIMEOUT ${timeout})
    else()
        target_sources(${target} PRIVATE fuzz/replay.cpp)
        add_test(NAME fuzz-replay.${name} COMMAND ${target} ${seeds})
        set_tests_properties(fuzz-replay.${name} PROPERTIES LABELS fuzz-replay TIMEOUT 60)
    endif()
endfunction()
