#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace phony::test {

/// What /metrics answered, to be asked of.
///
///     const Samples samples{co_await scrape()};
///     EXPECT_EQ(samples.sum("phony_model_requests_total", {{"result", "ok"}}), 3);
class Samples {
public:
    explicit Samples(std::string text) : text_{std::move(text)} {}

    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    /// Of all samples with this name that have these labels, whatever others they have; 0 when
    /// there is none.
    double sum(std::string_view name, Labels labels = {}) const;

    /// The names of all samples, those of a histogram's parts under that of the whole.
    std::set<std::string> families() const;

    const std::string& text() const { return text_; }

private:
    std::string text_;
};

}  // namespace phony::test
