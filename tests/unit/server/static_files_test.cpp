#include "server/static_files.hpp"

#include <algorithm>
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace phony::server {
namespace {

using documents::File;
using testing::HasSubstr;

constexpr std::array files{
    File{.path = "index.html",
         .content_type = "text/html; charset=utf-8",
         .digest = "d1",
         .identity = "<!doctype html>",
         .gzip = "gzipped page",
         .brotli = "brotli page"},
    File{.path = "assets/a-1.js",
         .content_type = "text/javascript; charset=utf-8",
         .digest = "d2",
         .immutable = true,
         .identity = "run()",
         .gzip = "gzipped script"},
    File{.path = "sound.mp3", .content_type = "audio/mpeg", .digest = "d3", .identity = "ding"}};

Response get(std::string_view path, std::vector<std::pair<std::string, std::string>> headers = {})
{
    return serve_file(files, path, Request{.method = "GET", .headers = std::move(headers)});
}

std::string header(const Response& response, std::string_view name)
{
    const auto found =
        std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first);
    return found == response.headers.end() ? std::string{} : found->second;
}

TEST(StaticFiles, a_file_is_sent_as_it_is_to_who_knows_no_compression)
{
    const Response response = get("index.html");
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body, "<!doctype html>");
    EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(header(response, "Content-Encoding"), "");
    EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
}

TEST(StaticFiles, a_file_is_compressed_as_the_client_and_the_file_allow)
{
    const auto body = [](std::string_view path, std::string accepted) {
        return get(path, {{"accept-encoding", std::move(accepted)}}).body;
    };
    EXPECT_EQ(body("index.html", "gzip, br"), "brotli page");
    EXPECT_EQ(body("index.html", "gzip"), "gzipped page");
    EXPECT_EQ(body("assets/a-1.js", "gzip, br"), "gzipped script");
    EXPECT_EQ(body("sound.mp3", "gzip, br"), "ding");
    EXPECT_EQ(header(get("index.html", {{"Accept-Encoding", "br"}}), "Content-Encoding"), "br");
    EXPECT_EQ(header(get("sound.mp3", {{"Accept-Encoding", "br"}}), "Content-Encoding"), "");
}

TEST(StaticFiles, each_form_of_a_file_has_a_tag_of_its_own)
{
    EXPECT_EQ(header(get("index.html"), "ETag"), R"("d1")");
    EXPECT_EQ(header(get("index.html", {{"Accept-Encoding", "gzip"}}), "ETag"), R"("d1-gzip")");
    EXPECT_EQ(header(get("index.html", {{"Accept-Encoding", "br"}}), "ETag"), R"("d1-br")");
}

TEST(StaticFiles, who_has_a_file_already_is_told_so_and_nothing_else)
{
    const Response response =
        get("index.html", {{"Accept-Encoding", "br"}, {"If-None-Match", R"("x", W/"d1-br")"}});
    EXPECT_EQ(response.status, 304U);
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(header(response, "ETag"), R"("d1-br")");
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache");
    EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
    EXPECT_EQ(header(response, "Content-Encoding"), "");

    EXPECT_EQ(get("index.html", {{"If-None-Match", R"("d1-br")"}}).status, 200U)
        << "these bytes it does not have";
}

TEST(StaticFiles, only_a_name_that_changes_with_its_content_is_kept)
{
    EXPECT_THAT(header(get("assets/a-1.js"), "Cache-Control"), HasSubstr("immutable"));
    EXPECT_EQ(header(get("index.html"), "Cache-Control"), "no-cache");
    EXPECT_EQ(header(get("sound.mp3"), "Cache-Control"), "no-cache");
}

TEST(StaticFiles, a_page_may_run_and_ask_nothing_but_its_own_server)
{
    const std::string policy = header(get("index.html"), "Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_EQ(header(get("index.html"), "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header(get("assets/a-1.js"), "Content-Security-Policy"), "");
    EXPECT_EQ(header(get("assets/a-1.js"), "Cross-Origin-Resource-Policy"), "same-origin");
}

TEST(StaticFiles, what_is_not_there_is_refused_however_it_is_spelt)
{
    for (const char* path : {"",
                             "index",
                             "index.html/",
                             "Index.html",
                             "%69ndex.html",
                             "../index.html",
                             "assets/",
                             "assets//a-1.js",
                             "assets/../index.html"}) {
        const Response response = get(path);
        EXPECT_EQ(response.status, 404U) << path;
        EXPECT_THAT(response.body, HasSubstr("NOT_FOUND"));
    }
}

}  // namespace
}  // namespace phony::server
