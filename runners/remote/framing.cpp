#include "runners/remote/framing.hpp"

#include <algorithm>
#include <utility>

namespace gauntlet::runners {

bool Deframer::feed(std::string_view bytes, const OnPayload& on_payload) {
  while (!bytes.empty()) {
    if (std::exchange(after_cr_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    line_.append(bytes.substr(0, end));
    if (line_.size() > kPayloadBytesMax) return false;
    if (end == bytes.size()) return true;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (!end_line(on_payload)) return false;
  }
  return true;
}

bool Deframer::finish(const OnPayload& on_payload) {
  if (!line_.empty() && !end_line(on_payload)) return false;
  return framing_ == Framing::lines || end_event(on_payload);
}

bool Deframer::end_line(const OnPayload& on_payload) {
  std::string_view line = line_;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (std::exchange(at_start_, false) && line.starts_with(kByteOrderMark))
    line.remove_prefix(kByteOrderMark.size());
  bool goes_on = true;
  if (framing_ == Framing::lines) {
    if (line.find_first_not_of(" \t") != std::string_view::npos) goes_on = on_payload(line);
  } else if (line.empty()) {
    goes_on = end_event(on_payload);
  } else {
    const std::size_t colon = std::min(line.find(':'), line.size());
    if (line.substr(0, colon) == "data") {
      std::string_view value = line.substr(std::min(colon + 1, line.size()));
      if (value.starts_with(' ')) value.remove_prefix(1);
      if (std::exchange(has_data_, true)) data_ += '\n';
      data_ += value;
      goes_on = data_.size() <= kPayloadBytesMax;
    }
  }
  line_.clear();
  return goes_on;
}

bool Deframer::end_event(const OnPayload& on_payload) {
  if (!std::exchange(has_data_, false)) return true;
  const bool goes_on = on_payload(data_);
  data_.clear();
  return goes_on;
}

}  // namespace gauntlet::runners
