# Everything comes from Debian 12's packages; `./dev` installs them.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL 3.0 REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(SQLite3 3.40 REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(GTest 1.12 REQUIRED)

# Debian's has no CMake package.
find_path(PHONY_SPEEXDSP_INCLUDE speex/speex_resampler.h REQUIRED)
find_library(PHONY_SPEEXDSP_LIBRARY speexdsp REQUIRED)
add_library(SpeexDSP::SpeexDSP UNKNOWN IMPORTED)
set_target_properties(SpeexDSP::SpeexDSP PROPERTIES
    IMPORTED_LOCATION ${PHONY_SPEEXDSP_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${PHONY_SPEEXDSP_INCLUDE})

# Asio and Beast as all of the shell uses them: compiled once, in phony_boost (cmake/boost).
add_library(phony_asio INTERFACE)
target_compile_definitions(phony_asio INTERFACE
    BOOST_ASIO_SEPARATE_COMPILATION
    BOOST_BEAST_SEPARATE_COMPILATION
    # Frames of coroutines that a thread keeps for the next ones: as many as a token needs.
    BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8
    BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(phony_asio INTERFACE Boost::headers OpenSSL::SSL spdlog::spdlog
                                           Threads::Threads)
