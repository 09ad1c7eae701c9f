# One object library for each folder of src/, so that program, tests, fuzz targets and benchmarks are
# linked from the same objects.

# phony_layer(NAME [FOLDER dir] [ASIO] LINKS …): phony_NAME from src/NAME/*.cpp (or FOLDER/*.cpp). A
# folder that holds no .cpp yet gives a library of headers. ASIO layers may use Asio, Beast and spdlog.
function(phony_layer name)
    cmake_parse_arguments(PARSE_ARGV 1 layer "ASIO" "FOLDER" "LINKS")
    if(NOT layer_FOLDER)
        set(layer_FOLDER src/${name})
    endif()
    set(target phony_${name})
    file(GLOB sources CONFIGURE_DEPENDS ${layer_FOLDER}/*.cpp)

    if(sources)
        add_library(${target} OBJECT ${sources})
        set(scope PUBLIC)
        target_link_libraries(${target} PRIVATE phony_options)
        if(layer_ASIO)
            phony_reuse_precompiled(${target} asio)
        else()
            phony_reuse_precompiled(${target} core)
        endif()
    else()
        add_library(${target} INTERFACE)
        set(scope INTERFACE)
    endif()

    target_include_directories(${target} ${scope} ${CMAKE_SOURCE_DIR}/include)
    target_link_libraries(${target} ${scope} ${layer_LINKS})
    if(layer_ASIO OR layer_FOLDER MATCHES "^(metrics|src/documents)$")
        # Headers of the shell lie beside their .cpp: "clients/openai_client.hpp".
        target_include_directories(${target} ${scope} ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
    endif()
    if(layer_ASIO)
        target_link_libraries(${target} ${scope} phony_asio)
    endif()
endfunction()

# phony_group(NAME layers…): what an executable links to get these layers, objects included.
function(phony_group name)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE phony_options)
    foreach(layer IN LISTS ARGN)
        get_target_property(type ${layer} TYPE)
        target_link_libraries(${name} INTERFACE ${layer})
        if(type STREQUAL "OBJECT_LIBRARY")
            target_link_libraries(${name} INTERFACE $<TARGET_OBJECTS:${layer}>)
        endif()
    endforeach()
endfunction()
