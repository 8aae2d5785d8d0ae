// Reading arena messages: one pass over the fields, in whatever order they come. The last of
// several fields of one name counts, as in most JSON readers.
#include <algorithm>
#include <array>
#include <utility>

#include "sim/wire/arena_messages.hpp"
#include "sim/wire/json_walk.hpp"

namespace gauntlet::sim::wire {
namespace {

template <class Value>
struct Row {
  std::string_view name;
  Value value;
};
template <class Value>
Row(const char*, Value) -> Row<Value>;

constexpr std::array kTypes{
    Row{"register", ArenaType::register_},
    Row{"token", ArenaType::token},
    Row{"complete", ArenaType::complete},
    Row{"error", ArenaType::error},
    Row{"telao_register", ArenaType::telao_register},
    Row{"registered", ArenaType::registered},
    Row{"challenge", ArenaType::challenge},
    Row{"heartbeat", ArenaType::heartbeat},
    Row{"registered_telao", ArenaType::registered_telao},
    Row{"telao_registered", ArenaType::registered_telao},
    Row{"state_snapshot", ArenaType::state_snapshot},
    Row{"participant_registered", ArenaType::participant_registered},
    Row{"participant_disconnected", ArenaType::participant_disconnected},
    Row{"round_started", ArenaType::round_started},
    Row{"round_state", ArenaType::round_state},
    Row{"token_update", ArenaType::token_update},
    Row{"completion", ArenaType::completion},
};

constexpr std::array kTexts{
    Row{"participant_id", &ArenaMessage::participant_id},
    Row{"content", &ArenaMessage::content},
    Row{"nickname", &ArenaMessage::nickname},
    Row{"pin", &ArenaMessage::pin},
    Row{"runner", &ArenaMessage::runner},
    Row{"model", &ArenaMessage::model},
    Row{"session_id", &ArenaMessage::session_id},
    Row{"prompt", &ArenaMessage::prompt},
    Row{"code", &ArenaMessage::code},
    Row{"message", &ArenaMessage::message},
    Row{"view", &ArenaMessage::view},
};

constexpr std::array kWholeNumbers{
    Row{"round", &ArenaMessage::round},
    Row{"seq", &ArenaMessage::seq},
    Row{"tokens", &ArenaMessage::tokens},
    Row{"total_tokens", &ArenaMessage::total_tokens},
    Row{"max_tokens", &ArenaMessage::max_tokens},
    Row{"deadline_ms", &ArenaMessage::deadline_ms},
    Row{"seed", &ArenaMessage::seed},
};

constexpr std::array kRealNumbers{
    Row{"latency_ms_first_token", &ArenaMessage::latency_ms_first_token},
    Row{"duration_ms", &ArenaMessage::duration_ms},
    Row{"temperature", &ArenaMessage::temperature},
};

template <class Rows>
auto find(const Rows& rows, std::string_view name) -> decltype(rows.data()) {
  const auto row = std::ranges::find(rows, name, [](const auto& r) { return r.name; });
  return row == rows.end() ? nullptr : &*row;
}

ArenaType type_named(std::string_view name) {
  const auto* row = find(kTypes, name);
  return row ? row->value : ArenaType::unknown;
}

}  // namespace

struct ArenaDecoder::Impl {
  JsonDocument document;
  ArenaMessage message;
  bool has_type{false};

  bool take(std::string_view key, ondemand::value value);
};

bool ArenaDecoder::Impl::take(std::string_view key, ondemand::value value) {
  const auto* text = find(kTexts, key);
  const auto* whole = text ? nullptr : find(kWholeNumbers, key);
  const auto* real = text || whole ? nullptr : find(kRealNumbers, key);
  const bool is_type = key == "type";
  const bool is_model_info = key == "model_info";
  if (!text && !whole && !real && !is_type && !is_model_info) return check(value);

  const auto item = read(value);
  if (!item) return false;
  const bool is_string = item->kind == JsonKind::string;
  const std::string_view number = item->kind == JsonKind::number ? item->text : std::string_view{};
  if (text) {
    message.*text->value = is_string ? item->text : std::string_view{};
    if (key == "content") message.has_content = is_string;
  } else if (whole) {
    message.*whole->value = whole_number(number);
  } else if (real) {
    message.*real->value = real_number(number);
  } else if (is_type) {
    has_type = is_string;
    message.type = is_string ? type_named(item->text) : ArenaType::unknown;
  } else {
    message.model_info = item->kind == JsonKind::object ? item->text : std::string_view{};
  }
  return true;
}

ArenaDecoder::ArenaDecoder() : impl_{new Impl} {}
ArenaDecoder::~ArenaDecoder() { delete impl_; }
ArenaDecoder::ArenaDecoder(ArenaDecoder&& other) noexcept
    : impl_{std::exchange(other.impl_, nullptr)} {}

const ArenaMessage* ArenaDecoder::decode(std::string_view text) {
  Impl& impl = *impl_;
  impl.message = {};
  impl.has_type = false;
  const bool well_formed = impl.document.each_field_of(
      text, [&impl](std::string_view key, ondemand::value value) { return impl.take(key, value); });
  return well_formed && impl.has_type ? &impl.message : nullptr;
}

}  // namespace gauntlet::sim::wire
