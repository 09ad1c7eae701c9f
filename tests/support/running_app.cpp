#include "support/running_app.hpp"

#include "app/command_line.hpp"
#include "log/log.hpp"
#include "support/eventually.hpp"
#include "support/outside_of.hpp"
#include "support/temporary_directory.hpp"
#include "support/test_certificate.hpp"

#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace phony::test {
namespace {

app::Config load(RunningApp::Settings settings,
                 const RunningApp::Adjust& adjust,
                 const std::filesystem::path& data_directory)
{
    settings.emplace("PHONY_DATA_DIR", data_directory);
    settings.emplace("PHONY_THREADS", "2");
    settings.emplace("PORT", "0");
    auto config = app::load_config(app::CommandLine{}, outside_of(settings));
    if (!config) {
        for (const auto& sentence : config.error().sentences) ADD_FAILURE() << sentence;
        throw std::invalid_argument{"the test's settings are wrong"};
    }
    if (adjust) adjust(*config);
    return std::move(*config);
}

std::size_t entries(const char* directory)
{
    const std::filesystem::directory_iterator listing{directory};
    return static_cast<std::size_t>(std::distance(begin(listing), end(listing)));
}

/// For those who are not in a coroutine: the same as eventually().
bool wait_for(const std::function<bool()>& is_true)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!is_true()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return true;
}

}  // namespace

RunningApp::RunningApp(Settings settings, const Adjust& adjust, Watcher watcher)
    : tls_{settings.contains("PHONY_TLS_CERT")},
      app_{load(std::move(settings), adjust, directory_.path())}
{
    app_.watch([this](const api::EventStamp& stamp, const call::Event& event) {
        events_.record(stamp, event);
    });
    if (watcher) app_.watch(std::move(watcher));
    thread_ = std::thread{[this] {
        app_.run();
        over_ = true;
    }};
}

RunningApp::~RunningApp()
{
    EXPECT_TRUE(over_ || wait_for([this] { return is_idle(); })) << "something is left of a call";
    app_.stop();
    app_.stop();  // whoever was announced, and never came, is not waited for
    if (!wait_for([this] { return over_.load(); })) {
        ADD_FAILURE() << "the program does not stop";
        app_.stop();
    }
    thread_.join();

    const auto left = app_.figures();
    EXPECT_EQ(left.active_calls, 0U);
    EXPECT_EQ(left.connections, 0U);
    EXPECT_EQ(left.model_connections_in_use, 0U);
    EXPECT_EQ(left.simulated_calls, 0U);
    for (const auto& call_sid : events_.call_sids())
        EXPECT_GE(events_.count<call::CallEnded>(call_sid), 1U) << call_sid << " never ended";
}

double RunningApp::metric(std::string_view name) const
{
    const std::string all = app_.metrics();
    const std::string line = "\n" + std::string{name} + " ";
    const auto at = all.find(line);
    if (at == std::string::npos) return 0;
    double value = 0;
    std::from_chars(all.data() + at + line.size(), all.data() + all.size(), value);
    return value;
}

bool RunningApp::is_idle() const
{
    const auto now = figures();
    return now.active_calls == 0 && now.connections == 0 && now.simulated_calls == 0;
}

RunningApp::Settings tls_settings()
{
    const auto certificate = TestCertificate::issue("localhost");
    static const TemporaryDirectory directory;  // gone when the process is
    const std::string stem = directory.path() / "phony";
    std::ofstream{stem + ".crt"} << certificate.certificate_pem;
    std::ofstream{stem + ".key"} << certificate.key_pem;
    return {{"PHONY_TLS_CERT", stem + ".crt"}, {"PHONY_TLS_KEY", stem + ".key"}};
}

AppTest::AppTest()
{
    static std::once_flag once;
    std::call_once(once, [] {
        log::start({.level = log::Level::error});  // calls that fail on purpose would fill pages
        std::thread{[] {}}.join();  // a sanitizer starts a thread of its own beside the first one
    });
    descriptors_ = entries("/proc/self/fd");
    threads_ = entries("/proc/self/task");
}

AppTest::~AppTest()
{
    // A joined thread stays in the list for a moment.
    EXPECT_TRUE(wait_for([this] { return entries("/proc/self/task") <= threads_; }));
    EXPECT_EQ(entries("/proc/self/fd"), descriptors_);
}

}  // namespace phony::test
