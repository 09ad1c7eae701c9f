# `phony_headers`: compiles every header of ours alone and without a precompiled header, so that
# none leans on what its includer happened to include; clang-tidy checks a header through the same file.
# Part of `./dev lint`, not of a build.

function(phony_check_headers target links)
    set(sources)
    foreach(header IN LISTS ARGN)
        string(MAKE_C_IDENTIFIER ${header} name)
        set(source ${CMAKE_BINARY_DIR}/headers/${name}.cpp)
        file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${CMAKE_SOURCE_DIR}/${header}\"\n")
        list(APPEND sources ${source})
    endforeach()
    add_library(${target} OBJECT EXCLUDE_FROM_ALL ${sources})
    get_target_property(interface ${links} INTERFACE_LINK_LIBRARIES)
    target_link_libraries(${target} PRIVATE ${interface})
    add_dependencies(phony_headers ${target})
endfunction()

add_custom_target(phony_headers)
file(GLOB_RECURSE headers RELATIVE ${CMAKE_SOURCE_DIR} CONFIGURE_DEPENDS
     include/*.hpp src/*.hpp metrics/*.hpp)
set(pure_headers ${headers})
set(shell_headers ${headers})
list(FILTER pure_headers INCLUDE REGEX "phony/(base|call|twilio|openai|api)/")
list(FILTER shell_headers EXCLUDE REGEX "phony/(base|call|twilio|openai|api)/")
if(pure_headers)
    phony_check_headers(phony_headers_core phony_core ${pure_headers})
endif()
if(shell_headers)
    phony_check_headers(phony_headers_shell phony_shell ${shell_headers})
endif()
