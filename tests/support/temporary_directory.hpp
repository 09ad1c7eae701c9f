#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <system_error>

#include <unistd.h>

namespace phony::test {

/// A directory of its own, gone with its owner.
class TemporaryDirectory {
public:
    TemporaryDirectory() { std::filesystem::create_directory(path_); }
    ~TemporaryDirectory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    static std::string next_name()
    {
        static std::atomic<int> made = 0;
        return "phony_test_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
    }

    std::filesystem::path path_ = std::filesystem::temp_directory_path() / next_name();
};

}  // namespace phony::test
