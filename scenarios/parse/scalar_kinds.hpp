// The kinds of single values: times, rates, sizes, shares, numbers, words and text.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/parse/scalar.hpp"
#include "scenarios/terms/nearest.hpp"

namespace gauntlet::scenarios {

const Kind<Duration>& duration();
/// Above 0.
const Kind<Duration>& positive_duration();
Kind<Duration> duration_from(Duration least);
/// 0, or not below `least`.
Kind<Duration> none_or_from(Duration least);
/// For what comes again and again, and costs something each time.
inline constexpr Duration kEveryMin = std::chrono::milliseconds{1};
const Kind<Rate>& rate();
Kind<std::uint32_t> size(std::uint32_t least);
/// "30%" or 0.3, from 0 to 1.
const Kind<double>& probability();
/// "30%" or 0.3, from 0 to 100.
const Kind<double>& growth();
const Kind<double>& loss();
Kind<std::uint32_t> count(std::uint32_t least, std::uint32_t most);
const Kind<std::uint64_t>& seed();
const Kind<std::int64_t>& model_seed();
/// From `least` to `most`.
Kind<double> number(double least, double most, std::string example);
/// Above 0, at most `most`.
Kind<double> positive_number(double most, std::string example);
const Kind<bool>& boolean();
/// Any text but the empty one.
Kind<std::string> text(std::string example);
/// Text that may be empty.
Kind<std::string> free_text(std::string example);
/// Fit for the name of a folder.
const Kind<std::string>& short_name();

/// The form of one word, and how it is written.
Form word_form(const std::string& spelling);

/// One word that stands for one value.
template <class T>
Kind<T> word(const std::string& spelling, T meaning) {
  Kind<T> kind{word_form(spelling)};
  kind.read = [meaning](const Value&, Reader&, T& into) { into = meaning; };
  kind.write = [written = Value::plain(spelling), meaning](const T& content) {
    return content == meaning ? std::optional{written} : std::nullopt;
  };
  return kind;
}

/// One word that may be written instead of a value that is written out otherwise.
template <class T>
Kind<T> short_for(const std::string& spelling, T meaning) {
  Kind<T> kind = word(spelling, std::move(meaning));
  kind.write = [](const T&) { return std::nullopt; };
  return kind;
}

/// One of several words.
template <class T>
Kind<T> words(const std::vector<std::pair<std::string, T>>& meanings) {
  std::vector<Kind<T>> ways;
  std::vector<std::string> spellings;
  for (const auto& [spelling, meaning] : meanings) {
    ways.push_back(word(spelling, meaning));
    spellings.push_back(spelling);
  }
  return one_of<T>(any_of(spellings), spellings.front(), std::move(ways));
}

}  // namespace gauntlet::scenarios
