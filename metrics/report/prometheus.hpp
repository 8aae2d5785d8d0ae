// The run's metrics for Prometheus, scraped from merged snapshots: the hot path pays nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "metrics/record/snapshot.hpp"
#include "scenarios/terms/result.hpp"

namespace gauntlet::metrics {

/// The text that a scrape of `snapshot` returns, without the numbers of this process.
std::string prometheus_text(const Snapshot& snapshot, std::string_view scenario_name);

/// Where an address given as "9464" or ":9464" is: on this machine alone. Others stay as they are.
std::string with_local_host(const std::string& address);

/// Serves GET /metrics until it is destroyed.
///
/// @threads `look` is called from the server's own threads, one call at a time.
class PrometheusServer {
 public:
  /// @param address  "127.0.0.1:9464", or the port alone: 127.0.0.1 then; port 0 picks a free one.
  /// @param look     What is known at this moment.
  /// @error A sentence for the user, with the address: it is taken, or it is none.
  static Result<PrometheusServer, std::string> start(const std::string& address,
                                                     std::string scenario_name,
                                                     std::function<Snapshot()> look);

  PrometheusServer(PrometheusServer&&) noexcept;
  PrometheusServer& operator=(PrometheusServer&&) noexcept;
  ~PrometheusServer();

  int port() const;
  /// Where to scrape, with the port that was picked: "http://127.0.0.1:9464/metrics".
  std::string url() const;

 private:
  struct Impl;
  explicit PrometheusServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace gauntlet::metrics
