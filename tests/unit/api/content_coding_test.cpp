#include <phony/api/content_coding.hpp>

#include <gtest/gtest.h>

namespace phony::api {
namespace {

constexpr Codings all{.gzip = true, .brotli = true};

TEST(ContentCoding, is_the_smallest_that_a_client_takes)
{
    EXPECT_EQ(choose_coding("gzip, deflate, br, zstd", all), ContentCoding::brotli);
    EXPECT_EQ(choose_coding("gzip, deflate", all), ContentCoding::gzip);
    EXPECT_EQ(choose_coding("GZip", all), ContentCoding::gzip);
    EXPECT_EQ(choose_coding("x-gzip", all), ContentCoding::gzip);
    EXPECT_EQ(choose_coding("*", all), ContentCoding::brotli);
    EXPECT_EQ(choose_coding("br", {.gzip = true}), ContentCoding::identity);
    EXPECT_EQ(choose_coding("br, gzip", {.gzip = true}), ContentCoding::gzip);
}

TEST(ContentCoding, is_none_where_the_client_names_none_that_there_is)
{
    for (const char* header : {"", "deflate", "identity", ", ,", "gzipped", ";q=1"})
        EXPECT_EQ(choose_coding(header, all), ContentCoding::identity) << header;
}

TEST(ContentCoding, follows_the_weights)
{
    EXPECT_EQ(choose_coding("br;q=0.5, gzip;q=0.8", all), ContentCoding::gzip);
    EXPECT_EQ(choose_coding("br ; q=0.999,gzip;Q=0.998", all), ContentCoding::brotli);
    EXPECT_EQ(choose_coding("gzip;q=0.1, identity;q=0.2", all), ContentCoding::identity);
    EXPECT_EQ(choose_coding("identity, gzip;q=0.5", all), ContentCoding::identity);
    EXPECT_EQ(choose_coding("gzip;q=0.001", all), ContentCoding::gzip);
    EXPECT_EQ(choose_coding("br;q=1.000, gzip", all), ContentCoding::brotli);
}

TEST(ContentCoding, a_weight_of_zero_refuses)
{
    EXPECT_EQ(choose_coding("br;q=0, gzip", all), ContentCoding::gzip);
    EXPECT_EQ(choose_coding("br;q=0, *", all), ContentCoding::gzip);
    EXPECT_EQ(choose_coding("gzip;q=0.000, br;q=0", all), ContentCoding::identity);
    EXPECT_EQ(choose_coding("*;q=0", all), ContentCoding::identity) << "rather than nothing";
    EXPECT_EQ(choose_coding("identity;q=0, gzip;q=0.2", all), ContentCoding::gzip);
    EXPECT_EQ(choose_coding("*;q=0, gzip;q=0.2", all), ContentCoding::gzip);
}

TEST(ContentCoding, a_weight_that_is_none_does_not_count)
{
    for (const char* header : {"gzip;q=",
                               "gzip;q=2",
                               "gzip;q=-1",
                               "gzip;q=0x",
                               "gzip;q=0.1234",
                               "gzip;level=0",
                               "gzip;q",
                               "gzip;q=,",
                               "gzip;q=0.0.0"})
        EXPECT_EQ(choose_coding(header, all), ContentCoding::gzip) << header;
}

}  // namespace
}  // namespace phony::api
