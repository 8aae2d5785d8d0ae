#include "sim/actor/questions.hpp"

#include <algorithm>
#include <charconv>

namespace gauntlet::sim {
namespace {

/// For the heap functions, which keep the greatest in front: the soonest.
bool later(const PendingAnswer& a, const PendingAnswer& b) {
  return a.due != b.due ? a.due > b.due : a.order > b.order;
}

}  // namespace

std::string question_ref(std::string_view run, ActorId asker, std::uint32_t n) {
  return std::string{"q-"}.append(run) + '-' + std::to_string(asker) + '-' + std::to_string(n);
}

std::optional<std::uint32_t> question_number(std::string_view ref, std::string_view run,
                                             ActorId asker) {
  const std::size_t last_hyphen = ref.rfind('-');
  if (last_hyphen == std::string_view::npos) return std::nullopt;
  std::uint32_t n = 0;
  const char* const end = ref.data() + ref.size();
  const auto parsed = std::from_chars(ref.data() + last_hyphen + 1, end, n);
  if (parsed.ec != std::errc{} || question_ref(run, asker, n) != ref) return std::nullopt;
  return n;
}

std::optional<Duration> think_time(const scenarios::Answer& rule, std::uint64_t seed, ActorId asker,
                                   std::uint32_t n, ActorId answerer) {
  Stream random{key_of(seed, static_cast<std::uint32_t>(Purpose::answers), asker, n, answerer)};
  if (!random.chance(rule.probability)) return std::nullopt;
  return draw(rule.after, random);
}

bool PendingAnswers::is_new(ActorId asker, std::uint32_t n) {
  const std::uint64_t question = (std::uint64_t{asker} << 32U) | n;
  if (std::find(seen_.begin(), seen_.end(), question) != seen_.end()) return false;
  if (seen_.size() < kRemembered)
    seen_.push_back(question);
  else
    seen_[seen_next_++ % kRemembered] = question;
  return true;
}

void PendingAnswers::add(PendingAnswer answer) {
  answer.order = added_++;
  heap_.push_back(std::move(answer));
  std::push_heap(heap_.begin(), heap_.end(), later);
}

std::optional<PendingAnswer> PendingAnswers::take(Instant now) {
  if (now < next() || heap_.empty()) return std::nullopt;
  std::pop_heap(heap_.begin(), heap_.end(), later);
  PendingAnswer soonest = std::move(heap_.back());
  heap_.pop_back();
  return soonest;
}

}  // namespace gauntlet::sim
