#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace phony::bench {

/// Of its own and with a name of its own; gone with its owner.
class WorkingDirectory {
public:
    WorkingDirectory()
    {
        std::string name = std::filesystem::temp_directory_path() / "phony-bench-XXXXXX";
        if (mkdtemp(name.data()) == nullptr)
            throw std::runtime_error{"no temporary directory can be made: " + name};
        path_ = name;
    }
    ~WorkingDirectory()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    WorkingDirectory(const WorkingDirectory&) = delete;
    WorkingDirectory& operator=(const WorkingDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace phony::bench
