#include "sim/live/resolve.hpp"

#include <boost/asio/connect.hpp>

namespace gauntlet::sim {

Result<Tcp::endpoint, std::string> find_listener(const Url& url, Duration timeout) {
  namespace asio = boost::asio;
  asio::io_context io;
  boost::system::error_code failure;
  const auto found = Tcp::resolver{io}.resolve(url.host, std::to_string(url.port), failure);
  if (failure) return fail("the host name cannot be resolved: " + failure.message());

  Tcp::socket socket{io};
  bool finished = false;
  asio::async_connect(socket, found, [&](const boost::system::error_code& error, const auto&) {
    finished = true;
    failure = error;
  });
  io.run_for(timeout);
  if (!finished)
    return fail("no answer within " + std::to_string(static_cast<int>(seconds(timeout))) + " s");
  std::string cause = failure.message();
  if (failure) {
    if (!cause.empty()) cause.front() = static_cast<char>(std::tolower(cause.front()));
    return fail(std::move(cause));
  }
  const Tcp::endpoint answered = socket.remote_endpoint(failure);
  if (failure) return fail(failure.message());
  return answered;
}

}  // namespace gauntlet::sim
