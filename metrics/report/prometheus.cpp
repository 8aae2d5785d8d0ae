#include "metrics/report/prometheus.hpp"

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <chrono>
#include <mutex>
#include <utility>
#include <vector>

#include "metrics/record/rows.hpp"
#include "metrics/report/process_usage.hpp"
#include "metrics/report/prometheus_names.hpp"

namespace gauntlet::metrics {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// Ten bounds a decade (the Renard series R10), so that histogram_quantile() is at most a quarter
// off wherever in 0.1 ms to 60 s it falls.
constexpr std::array kBoundsSeconds{
    0.0001, 0.000125, 0.00016, 0.0002, 0.00025, 0.000315, 0.0004, 0.0005, 0.00063, 0.0008,
    0.001,  0.00125,  0.0016,  0.002,  0.0025,  0.00315,  0.004,  0.005,  0.0063,  0.008,
    0.01,   0.0125,   0.016,   0.02,   0.025,   0.0315,   0.04,   0.05,   0.063,   0.08,
    0.1,    0.125,    0.16,    0.2,    0.25,    0.315,    0.4,    0.5,    0.63,    0.8,
    1.0,    1.25,     1.6,     2.0,    2.5,     3.15,     4.0,    5.0,    6.3,     8.0,
    10.0,   12.5,     16.0,    20.0,   25.0,    31.5,     40.0,   50.0,   60.0,
};

MetricFamily family(std::string name, std::string_view help, MetricType type) {
  return {std::move(name), std::string{help}, type, {}};
}

ClientMetric labelled(std::string_view scenario, const Label& label = {}) {
  ClientMetric metric;
  metric.label.push_back({"scenario", std::string{scenario}});
  if (!label.key.empty())
    metric.label.push_back({std::string{label.key}, std::string{label.value}});
  return metric;
}

// Several rows stand under one help text: all of theirs, unless they say the same.
template <class Def>
std::string help_of(std::span<const Def> rows) {
  std::string help;
  for (const Def& row : rows) {
    if (help.find(row.help) != std::string::npos) continue;
    if (!help.empty()) help += ' ';
    if (rows.front().help != rows.back().help) help.append(row.label.value).append(": ");
    help.append(row.help);
  }
  return help;
}

ClientMetric::Histogram buckets_of(const Histogram* histogram) {
  ClientMetric::Histogram exported;
  for (const double bound : kBoundsSeconds)
    exported.bucket.push_back(
        {histogram == nullptr ? 0 : histogram->count_at_most(from_seconds(bound)), bound});
  if (histogram != nullptr) {
    exported.sample_count = histogram->count();
    exported.sample_sum = static_cast<double>(histogram->sum_ns()) * 1e-9;
  }
  return exported;
}

std::vector<MetricFamily> families(const Snapshot& snapshot, std::string_view scenario) {
  std::vector<MetricFamily> all;
  for_each_name(series_table(), [&](std::span<const SeriesDef> rows) {
    MetricFamily& one = all.emplace_back(
        family(prometheus_name(rows.front()), help_of(rows), MetricType::Histogram));
    for (const SeriesDef& row : rows) {
      ClientMetric& metric = one.metric.emplace_back(labelled(scenario, row.label));
      metric.histogram = buckets_of(snapshot.measured[static_cast<std::size_t>(row.id)].get());
    }
  });
  for_each_name(counter_table(), [&](std::span<const CounterDef> rows) {
    const bool falls = rows.front().falls;
    MetricFamily& one = all.emplace_back(family(prometheus_name(rows.front()), help_of(rows),
                                                falls ? MetricType::Gauge : MetricType::Counter));
    for (const CounterDef& row : rows) {
      ClientMetric& metric = one.metric.emplace_back(labelled(scenario, row.label));
      (falls ? metric.gauge.value : metric.counter.value) =
          static_cast<double>(snapshot.counter(row.id));
    }
  });
  for (const GaugeDef& def : kGauges) {
    MetricFamily& one = all.emplace_back(family(prometheus_name(def), def.help, MetricType::Gauge));
    one.metric.emplace_back(labelled(scenario)).gauge.value =
        static_cast<double>(snapshot.gauges[static_cast<std::size_t>(def.id)]);
  }
  return all;
}

void add_process(std::vector<MetricFamily>& all, std::string_view scenario) {
  const ProcessUsage usage = process_usage();
  MetricFamily& cpu =
      all.emplace_back(family("gauntlet_generator_cpu_seconds_total",
                              "Processor time of this process, all threads.", MetricType::Counter));
  cpu.metric.emplace_back(labelled(scenario)).counter.value = usage.cpu_seconds;
  MetricFamily& memory =
      all.emplace_back(family("gauntlet_generator_resident_bytes",
                              "Memory of this process that is resident.", MetricType::Gauge));
  memory.metric.emplace_back(labelled(scenario)).gauge.value =
      static_cast<double>(usage.resident_bytes);
}

class Scrape : public prometheus::Collectable {
 public:
  Scrape(std::string scenario_name, std::function<Snapshot()> look)
      : scenario_name_{std::move(scenario_name)}, look_{std::move(look)} {}

  std::vector<MetricFamily> Collect() const override {
    const std::lock_guard lock{mutex_};
    auto all = families(look_(), scenario_name_);
    add_process(all, scenario_name_);
    return all;
  }

 private:
  std::string scenario_name_;
  std::function<Snapshot()> look_;
  mutable std::mutex mutex_;
};

}  // namespace

std::string prometheus_text(const Snapshot& snapshot, std::string_view scenario_name) {
  return prometheus::TextSerializer{}.Serialize(families(snapshot, scenario_name));
}

std::string with_local_host(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) return "127.0.0.1:" + address;
  return colon == 0 ? "127.0.0.1" + address : address;
}

struct PrometheusServer::Impl {
  std::string host;
  prometheus::Exposer exposer;
  std::shared_ptr<Scrape> scrape;
};

PrometheusServer::PrometheusServer(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
PrometheusServer::PrometheusServer(PrometheusServer&&) noexcept = default;
PrometheusServer& PrometheusServer::operator=(PrometheusServer&&) noexcept = default;
PrometheusServer::~PrometheusServer() = default;

Result<PrometheusServer, std::string> PrometheusServer::start(const std::string& address,
                                                              std::string scenario_name,
                                                              std::function<Snapshot()> look) {
  const std::string place = with_local_host(address);
  // CivetWeb would take several, and serve a bare port among them to everybody.
  if (place.find(',') != std::string::npos)
    return fail("cannot serve Prometheus metrics at `" + address + "`: it is not one HOST:PORT");
  try {
    auto scrape = std::make_shared<Scrape>(std::move(scenario_name), std::move(look));
    std::unique_ptr<Impl> impl{new Impl{place.substr(0, place.rfind(':')),
                                        prometheus::Exposer{place, 1}, std::move(scrape)}};
    impl->exposer.RegisterCollectable(impl->scrape);
    return PrometheusServer{std::move(impl)};
  } catch (const std::exception&) {  // CivetWeb says no more than that it could not
    return fail("cannot serve Prometheus metrics at `" + address +
                "`: the port is taken, or it is no local HOST:PORT");
  }
}

int PrometheusServer::port() const { return impl_->exposer.GetListeningPorts().front(); }

std::string PrometheusServer::url() const {
  return "http://" + impl_->host + ':' + std::to_string(port()) + "/metrics";
}

}  // namespace gauntlet::metrics
