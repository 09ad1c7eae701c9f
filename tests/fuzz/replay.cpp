// Feeds files to a fuzz target, so that plain ctest replays the seeds in builds without libFuzzer:
//
//     NAME_fuzz tests/data/fuzz/NAME       # a directory, or files
//
// A directory that does not exist holds no seeds yet.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void replay(const fs::path& file)
{
    std::ifstream in{file, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    std::fprintf(stderr, "%s\n", file.c_str());  // the last line names the one that crashed
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int count, char** arguments)
{
    replay("/dev/null");  // the empty input, whatever the seeds are
    for (int i = 1; i < count; ++i) {
        const fs::path path{arguments[i]};
        if (fs::is_directory(path)) {
            for (const auto& entry : fs::directory_iterator{path}) replay(entry.path());
        } else if (fs::exists(path)) {
            replay(path);
        }
    }
}
