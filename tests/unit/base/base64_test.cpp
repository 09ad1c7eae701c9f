#include <phony/base/base64.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace phony {
namespace {

std::string to_base64(std::string_view bytes)
{
    std::string out;
    append_base64(out, bytes);
    return out;
}

TEST(Base64, spells_the_examples_of_rfc_4648)
{
    EXPECT_EQ(to_base64(""), "");
    EXPECT_EQ(to_base64("f"), "Zg==");
    EXPECT_EQ(to_base64("fo"), "Zm8=");
    EXPECT_EQ(to_base64("foo"), "Zm9v");
    EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
    EXPECT_EQ(to_base64("fooba"), "Zm9vYmE=");
    EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(to_base64("\xFB\xFF\xFE"), "+//+");
}

TEST(Base64, reads_what_it_wrote_whatever_the_bytes)
{
    std::string bytes;
    for (int value = 0; value < 600; ++value) {
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes) << bytes.size();
        bytes += static_cast<char>(value * 37 % 256);
    }
}

TEST(Base64, appends)
{
    std::string out = "data:";
    append_base64(out, "fo");
    EXPECT_EQ(out, "data:Zm8=");
}

TEST(Base64, refuses_what_is_not_base64)
{
    for (const std::string_view text : {"Zg",  // no whole group
                                        "Zg=",
                                        "Z===",
                                        "=",
                                        "====",
                                        "Zg==Zg==",  // padding in the middle
                                        "Zh==",      // bits that are not used
                                        "Zm9=",
                                        "Zm 9v",
                                        "Zm9\n",
                                        "Zm-_",  // the alphabet of URLs
                                        "Zm\xC3\xA9"}) {
        EXPECT_FALSE(from_base64(text)) << text;
    }
    EXPECT_EQ(from_base64(""), "");
}

}  // namespace
}  // namespace phony
