#include "scenarios/terms/url.hpp"

#include <gtest/gtest.h>

namespace gauntlet {
namespace {

struct Good {
  const char* text;
  const char* authority;
  const char* path;
};

TEST(Url, IsSplitIntoItsParts) {
  for (const auto& [text, authority, path] :
       {Good{"http://127.0.0.1:8080", "127.0.0.1:8080", "/"},
        Good{"http://relay.example", "relay.example:80", "/"},
        Good{"wss://relay.example/arc?x=1", "relay.example:443", "/arc?x=1"},
        Good{"ws://[::1]:3000/ws", "[::1]:3000", "/ws"}, Good{"https://h?q", "h:443", "/?q"}}) {
    const auto url = parse_url(text);
    ASSERT_TRUE(url.ok()) << text << ": " << url.error();
    EXPECT_EQ(url.value().authority(), authority) << text;
    EXPECT_EQ(url.value().path, path) << text;
  }
}

TEST(Url, IsRefusedWithTheReason) {
  for (const auto& [text, reason] :
       std::map<std::string, std::string>{{"127.0.0.1:8080", "no scheme"},
                                          {"ftp://h", "not one of"},
                                          {"http://", "no host"},
                                          {"http://:80", "no host"},
                                          {"http://h:", "port is empty"},
                                          {"http://h:0", "not a port"},
                                          {"http://h:65536", "not a port"},
                                          {"http://h:8o", "not a port"},
                                          {"http://[::1", "never closed"},
                                          {"http://[::1]x", "only a port"},
                                          {"http://me@h", "user name"},
                                          {"http://h/a b", "space"}}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url.ok()) << text;
    EXPECT_THAT(url.error(), testing::HasSubstr(reason)) << text;
  }
}

TEST(Url, ReadsBackAsItIsWritten) {
  for (const char* text : {"http://127.0.0.1:8080/", "ws://[::1]:3000/ws?token=x"})
    EXPECT_EQ(to_string(parse_url(text).value()), text);
}

}  // namespace
}  // namespace gauntlet
