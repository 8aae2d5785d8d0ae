// Writing HTTP messages through Beast's serializer.
#include <algorithm>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>

#include "sim/wire/http.hpp"

namespace gauntlet::sim::wire {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using http::field;

constexpr unsigned kHttp11 = 11;

template <class Message>
void append_message(std::string& out, const Message& message) {
  http::serializer<Message::is_request::value, typename Message::body_type, http::fields>
      serializer{message};
  beast::error_code error;
  while (!error && !serializer.is_done()) {
    serializer.next(error, [&](beast::error_code&, const auto& buffers) {
      const std::size_t before = out.size();
      for (const auto buffer : beast::buffers_range_ref(buffers))
        out.append(static_cast<const char*>(buffer.data()), buffer.size());
      serializer.consume(out.size() - before);
    });
  }
}

// Without control characters: whatever a token or path may hold, it ends no line.
std::string on_one_line(std::string_view text) {
  std::string kept;
  std::ranges::copy_if(text, std::back_inserter(kept),
                       [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
  return kept;
}

template <class Body>
http::request<Body> request_for(const RequestHead& head) {
  http::request<Body> request;
  request.version(kHttp11);
  request.method_string(on_one_line(head.method));
  request.target(on_one_line(head.path));
  request.set(field::host, on_one_line(head.authority));
  request.set(field::user_agent, "gauntlet");
  if (!head.bearer.empty()) request.set(field::authorization, "Bearer " + on_one_line(head.bearer));
  return request;
}

}  // namespace

void append_request(std::string& out, const RequestHead& head, std::string_view body) {
  auto request = request_for<http::string_body>(head);
  request.set(field::accept, "*/*");
  request.keep_alive(head.keep_alive);
  if (!body.empty() || head.method == "POST") {
    request.set(field::content_type, "application/json");
    request.content_length(body.size());
    request.body() = body;
  }
  append_message(out, request);
}

void append_upgrade(std::string& out, const RequestHead& head, std::string_view nonce) {
  auto request = request_for<http::empty_body>(head);
  request.set(field::upgrade, "websocket");
  request.set(field::connection, "Upgrade");
  request.set(field::sec_websocket_key, on_one_line(nonce));
  request.set(field::sec_websocket_version, "13");
  append_message(out, request);
}

void append_response(std::string& out, int status, std::string_view content_type,
                     std::string_view body, bool keep_alive) {
  http::response<http::string_body> response;
  response.version(kHttp11);
  response.result(static_cast<unsigned>(std::clamp(status, 100, 999)));
  response.set(field::server, "gauntlet");
  if (!content_type.empty()) response.set(field::content_type, on_one_line(content_type));
  response.keep_alive(keep_alive);
  response.content_length(body.size());
  response.body() = body;
  append_message(out, response);
}

void append_accept(std::string& out, std::string_view nonce) {
  http::response<http::empty_body> response;
  response.version(kHttp11);
  response.result(http::status::switching_protocols);
  response.set(field::server, "gauntlet");
  response.set(field::upgrade, "websocket");
  response.set(field::connection, "Upgrade");
  response.set(field::sec_websocket_accept, websocket_accept(nonce));
  append_message(out, response);
}

}  // namespace gauntlet::sim::wire
