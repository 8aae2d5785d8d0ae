#include "scenarios/parse/overrides.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/parse/load.hpp"
#include "scenarios/parse/population_kinds.hpp"

namespace gauntlet::scenarios {
namespace {

struct Step {
  std::string key;
  int column;  // of its first character in the assignment, from 1
};

std::vector<Step> split(std::string_view path) {
  std::vector<Step> steps;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t dot = path.find('.', begin);
    steps.push_back({std::string{path.substr(begin, dot - begin)}, static_cast<int>(begin) + 1});
    if (dot == std::string_view::npos) return steps;
    begin = dot + 1;
  }
}

std::optional<std::size_t> index_of(std::string_view key) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (error != std::errc{} || end != key.data() + key.size()) return std::nullopt;
  return index;
}

bool has(const Value& population, std::string_view key) { return population.find(key) != nullptr; }

bool can_have(const Value& population, std::string_view key) {
  return std::ranges::any_of(gauntlet::scenarios::population().definitions, [&](const auto& kind) {
    // What marks a population is its first key, and its kind's name.
    const bool marks = !kind->rows.empty() && kind->rows.front().key == kind->name;
    return marks && has(population, kind->name) &&
           std::ranges::find(kind->rows, key, &Row::key) != kind->rows.end();
  });
}

// The entries of `population` that a key alone can mean: those that have it, or else could.
std::vector<std::size_t> populations_for(std::string_view key, const Value& root) {
  const Value* populations = root.find("population");
  if (populations == nullptr || !populations->is_list()) return {};
  for (const auto fits : {has, can_have}) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < populations->items.size(); ++i)
      if (fits(populations->items[i], key)) found.push_back(i);
    if (!found.empty()) return found;
  }
  return {};
}

class Override {
 public:
  Override(std::string_view assignment, Reader& reader)
      : assignment_{assignment}, file_{"--set " + std::string{assignment}}, reader_{reader} {}

  void apply(Value& root) {
    const std::size_t equals = assignment_.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      reader_.complain(place(1), "`" + std::string{assignment_} + "` has no key or no `=`",
                       "write `--set duration=10s`");
      return;
    }
    std::vector<Step> steps = split(assignment_.substr(0, equals));
    if (!expand(steps, root)) return;
    Value* at = &root;
    for (const Step& step : steps) {
      if (at->shape == Value::Shape::null && index_of(step.key)) make(*at, Value::list(), step);
      at = at->is_list() ? item(*at, step) : entry(*at, step);
      if (at == nullptr) return;
    }
    auto value = read(assignment_.substr(equals + 1), place(static_cast<int>(equals) + 2));
    if (value) *at = std::move(*value);
  }

 private:
  SourcePos place(int column) const { return {file_, 1, column}; }

  // "agents=50" means "population.N.agents=50" when only the Nth population has agents, and
  // "heartbeat=0s" the same even when it is not written there yet.
  bool expand(std::vector<Step>& steps, const Value& root) {
    const Step first = steps.front();
    if (root.find(first.key) != nullptr) return true;
    const auto found = populations_for(first.key, root);
    if (found.empty()) return true;
    if (found.size() > 1) {
      reader_.complain(place(1), "`" + first.key + "` can mean more than one population",
                       "say which: `--set population." + std::to_string(found[0]) + '.' +
                           std::string{assignment_} + '`');
      return false;
    }
    steps.insert(steps.begin(),
                 {{"population", first.column}, {std::to_string(found[0]), first.column}});
    return true;
  }

  void make(Value& value, Value empty, const Step& step) {
    value = std::move(empty);
    value.place = place(step.column);
  }

  // Makes a map of a word such as `embedded` or `mock`: the path says more than the word did.
  Value* entry(Value& map, const Step& step) {
    if (!map.is_map()) make(map, Value::map(), step);
    if (Value* known = map.find(step.key)) return known;
    map.add(step.key, Value{});
    map.keys.back().place = place(step.column);
    map.items.back().place = place(step.column);
    return &map.items.back();
  }

  // A key of an entry, most likely, whose number was forgotten.
  static std::string number_for(const Value& list, std::string_view key) {
    for (std::size_t i = 0; i < list.items.size(); ++i)
      if (const Value& item = list.items[i]; item.is_map() && item.find(key) != nullptr)
        return "write `" + std::to_string(i) + '.' + std::string{key} + '`';
    return "use a number up to " + std::to_string(list.items.size());
  }

  Value* item(Value& list, const Step& step) {
    const auto index = index_of(step.key);
    if (!index || *index > list.items.size()) {
      reader_.complain(place(step.column),
                       "`" + step.key + "` is not the number of an entry of this list, which has " +
                           std::to_string(list.items.size()) + " (they count from 0)",
                       number_for(list, step.key));
      return nullptr;
    }
    if (*index == list.items.size()) {
      list.items.emplace_back();
      list.items.back().place = place(step.column);
    }
    return &list.items[*index];
  }

  // Only brackets and quotes make it YAML: a prompt may have a colon in it.
  std::optional<Value> read(std::string_view text, const SourcePos& where) {
    const bool yaml = !text.empty() && std::string_view{"[{\"'"}.find(text[0]) != text.npos;
    if (yaml) return load(text, where, reader_);
    const std::string as_quoted =
        Json(std::string{text}).dump(-1, ' ', false, Json::error_handler_t::replace);
    auto value = load(as_quoted, where, reader_);
    if (!value) return value;
    value->quoted = false;
    if (value->text.empty()) value->shape = Value::Shape::null;
    return value;
  }

  std::string_view assignment_;
  std::string file_;
  Reader& reader_;
};

}  // namespace

void apply_override(std::string_view assignment, Value& root, Reader& reader) {
  Override{assignment, reader}.apply(root);
}

}  // namespace gauntlet::scenarios
