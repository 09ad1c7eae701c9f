#include "load/report/paired.hpp"

#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

namespace phony::bench {
namespace {

/// A machine that others use, too: what it measures is a few per cent off, slowly drifts by a
/// quarter, and now and then something else ran and it is far off.
class BusyMachine {
public:
    explicit BusyMachine(std::uint64_t seed, double far_off = 0.1) : random_{seed}, tail_{far_off}
    {
    }

    /// B costs `effect` times what A costs. They take turns in going first.
    std::vector<Pair> measure(std::size_t count, double effect)
    {
        std::vector<Pair> pairs(count);
        for (std::size_t i = 0; i < count; ++i) {
            const double first = measurement();
            const double second = measurement();
            pairs[i] = i % 2 == 0 ? Pair{.a = first, .b = effect * second}
                                  : Pair{.a = second, .b = effect * first};
        }
        return pairs;
    }

private:
    double measurement()
    {
        drift_ += 0.0125;
        const double tail = tail_(random_) ? 1 + far_(random_) : 1;
        return 100 * (1 + 0.25 * std::sin(drift_)) * std::exp(near_(random_)) * tail;
    }

    std::mt19937_64 random_;
    std::normal_distribution<double> near_{0, 0.03};
    std::exponential_distribution<double> far_{2};
    std::bernoulli_distribution tail_;
    double drift_ = 0;
};

/// In what share of many comparisons is a difference said to be real?
double share_real(std::size_t pairs, double effect, double far_off = 0.1)
{
    constexpr int experiments = 2000;
    int real = 0;
    for (int seed = 0; seed < experiments; ++seed) {
        BusyMachine machine{static_cast<std::uint64_t>(seed), far_off};
        real += static_cast<int>(compare_pairs(machine.measure(pairs, effect)).real());
    }
    return static_cast<double>(real) / experiments;
}

std::vector<Pair> pairs_with(const std::vector<double>& ratios)
{
    std::vector<Pair> pairs;
    pairs.reserve(ratios.size());
    for (const double ratio : ratios) pairs.push_back({.a = 10, .b = 10 * ratio});
    return pairs;
}

TEST(Paired, without_a_difference_one_is_seen_at_most_once_in_twenty_times)
{
    for (const std::size_t pairs : {6U, 8U, 10U, 20U}) {
        EXPECT_LE(share_real(pairs, 1.0), 0.06) << pairs << " pairs";  // 0.05, and chance
    }
}

TEST(Paired, a_tenth_is_found_with_twelve_pairs_and_a_twentieth_with_twenty)
{
    EXPECT_GE(share_real(12, 0.90, 0.02), 0.95);
    EXPECT_GE(share_real(12, 1.10, 0.02), 0.95);
    EXPECT_GE(share_real(20, 0.95, 0.02), 0.95);
}

TEST(Paired, thirty_pairs_find_a_twentieth_on_a_machine_that_is_far_off_every_tenth_time)
{
    EXPECT_GE(share_real(30, 0.95, 0.1), 0.9);
}

TEST(Paired, the_interval_holds_the_truth_nineteen_times_in_twenty)
{
    int held = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        const PairedResult result = compare_pairs(BusyMachine{seed}.measure(10, 0.8));
        held += static_cast<int>(result.interval && result.interval->contains(-0.2));
    }
    EXPECT_GE(held, 930);
}

TEST(Paired, the_interval_of_six_pairs_is_their_range)
{
    const PairedResult result = compare_pairs(pairs_with({1.1, 1.2, 1.3, 1.15, 1.25, 1.05}));
    const Interval interval = result.interval.value_or(Interval{});
    EXPECT_NEAR(interval.low, 0.05, 1e-12);
    EXPECT_NEAR(interval.high, 0.3, 1e-12);
    EXPECT_TRUE(result.real());
}

TEST(Paired, fewer_than_six_pairs_tell_nothing)
{
    const PairedResult result = compare_pairs(pairs_with({2, 2, 2, 2, 2}));
    EXPECT_FALSE(result.interval);
    EXPECT_FALSE(result.real());
    EXPECT_EQ(verdict(result, {}), "5 pairs are too few to tell; 6 or more are needed");
}

TEST(Paired, one_pair_that_went_wrong_hardly_matters)
{
    const PairedResult result = compare_pairs(
        pairs_with({0.90, 0.91, 0.89, 0.90, 0.91, 0.89, 0.90, 0.91, 0.89, 0.92, 0.88, 5.0}));
    EXPECT_NEAR(result.change, -0.1, 0.01);
    EXPECT_TRUE(result.real());
}

TEST(Paired, exchanging_A_and_B_exchanges_the_answer)
{
    std::vector<Pair> pairs = BusyMachine{3}.measure(12, 1.3);
    const double there = compare_pairs(pairs).change;
    for (Pair& pair : pairs) std::swap(pair.a, pair.b);
    EXPECT_NEAR((1 + there) * (1 + compare_pairs(pairs).change), 1, 1e-12);
}

TEST(Paired, the_verdict_says_how_much_and_how_sure)
{
    const ChangeWords words{.less = "cheaper", .more = "dearer"};
    EXPECT_EQ(verdict({.change = -0.031, .interval = Interval{-0.04, -0.022}, .pairs = 10}, words),
              "B is 3.1 % cheaper (95 %: 2.2 … 4.0)");
    EXPECT_EQ(verdict({.change = 0.25, .interval = Interval{0.201, 0.3}, .pairs = 10}, words),
              "B is 25.0 % dearer (95 %: 20.1 … 30.0)");
    EXPECT_EQ(verdict({.change = -0.01, .interval = Interval{-0.018, 0.004}, .pairs = 10}, words),
              "no difference larger than 1.8 % was seen");
}

}  // namespace
}  // namespace phony::bench
