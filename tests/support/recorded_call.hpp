#pragma once

#include <boost/json.hpp>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace phony::test {

/// One line of a timeline in tests/data/recorded_calls (see its README).
struct RecordedLine {
    enum class From { twilio, application, world };

    std::chrono::milliseconds at{};
    From from = From::twilio;
    boost::json::value what;
};

struct RecordedCall {
    static constexpr const char* greeting = "This is the spike. Say something, or press a key.";

    std::chrono::milliseconds greeting_delay{};
    std::chrono::milliseconds start_delay{};
    std::vector<RecordedLine> lines;
};

/// Reads PHONY_TEST_DATA/recorded_calls/NAME.timeline; throws when that is not possible.
inline RecordedCall read_recorded_call(const std::string& name)
{
    std::ifstream file{std::string{PHONY_TEST_DATA "/recorded_calls/"} + name + ".timeline"};
    if (!file) throw std::runtime_error{"no recorded call " + name};

    RecordedCall call;
    for (std::string text; std::getline(file, text);) {
        if (text.empty() || text.front() == '#') continue;
        std::istringstream line{text};
        std::string first, second, json;
        line >> first >> second;
        std::getline(line, json);
        if (first == "@greeting") {
            call.greeting_delay = std::chrono::milliseconds{std::stoi(second)};
        } else if (first == "@start") {
            call.start_delay = std::chrono::milliseconds{std::stoi(second)};
        } else {
            const auto from = second == "<"   ? RecordedLine::From::twilio
                              : second == ">" ? RecordedLine::From::application
                                              : RecordedLine::From::world;
            call.lines.push_back(
                {std::chrono::milliseconds{std::stoi(first)}, from, boost::json::parse(json)});
        }
    }
    return call;
}

/// The frames of an application line: a text frame for each word, or the line itself.
inline std::vector<std::string> frames_of(const boost::json::value& line)
{
    if (line.is_string()) return {std::string{line.get_string()}};
    const auto& object = line.as_object();
    const auto* words = object.if_contains("words");
    if (words == nullptr) return {boost::json::serialize(line)};

    std::vector<std::string> frames;
    const std::string text{words->as_string()};
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(' ', begin + 1), text.size());
        boost::json::object frame{{"type", "text"},
                                  {"token", text.substr(begin, end - begin)},
                                  {"last", end == text.size()}};
        if (object.contains("preemptible")) frame["preemptible"] = true;
        frames.push_back(boost::json::serialize(frame));
        begin = end;
    }
    return frames;
}

}  // namespace phony::test
