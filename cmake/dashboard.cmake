# The dashboard as a part of phony_documents: web/ is built and packed into a table of files, anew only
# when one of its sources changed. Without PHONY_DASHBOARD there is a page in its place that says so, so
# that all other work on Phony needs no Node.js.

if(NOT PHONY_DASHBOARD)
    target_sources(phony_documents PRIVATE ${CMAKE_SOURCE_DIR}/src/documents/no_dashboard/dashboard.cpp)
    return()
endif()

set(web ${CMAKE_SOURCE_DIR}/web)
file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS ${web}/src/* ${web}/public/*)
list(FILTER web_sources EXCLUDE REGEX "\\.test\\.tsx?$")
file(GLOB web_project CONFIGURE_DEPENDS ${web}/index.html ${web}/*.ts ${web}/*.js ${web}/*.cjs ${web}/*.mjs
     ${web}/*.json)

set(packed ${CMAKE_BINARY_DIR}/dashboard/dashboard.cpp)
add_custom_command(
    OUTPUT ${packed}
    COMMAND ${web}/scripts/build ${CMAKE_BINARY_DIR}/dashboard
    DEPENDS ${web}/scripts/build ${web}/scripts/pack.mjs ${web_sources} ${web_project}
    COMMENT "Building the dashboard"
    VERBATIM)
target_sources(phony_documents PRIVATE ${packed})
