// A struct in a scenario: its keys, in the order in which they are written, each with its kind and
// a sentence that says what it means.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/parse/kind.hpp"
#include "scenarios/parse/print.hpp"
#include "scenarios/terms/nearest.hpp"

namespace gauntlet::scenarios {

template <class T>
class Record {
 public:
  /// @param name  Of its section in the reference, and of its schema.
  Record(std::string name, std::string doc) : name_{std::move(name)}, doc_{std::move(doc)} {}

  /// A key that has a default: the member of a default-made T.
  template <class M>
  Record& key(std::string key, M T::*member, Kind<M> kind, std::string doc) {
    return add(Presence::fallback, std::move(key), member, std::move(kind), std::move(doc));
  }
  /// A key without a default, which may be left out.
  template <class M>
  Record& key(std::string key, std::optional<M> T::*member, Kind<M> kind, std::string doc) {
    const auto make = [](M content) { return std::optional<M>{std::move(content)}; };
    const auto take = [](const std::optional<M>& content) { return content; };
    return add(Presence::free, std::move(key), member,
               adapt<std::optional<M>, M>(std::move(kind), make, take), std::move(doc));
  }
  template <class M>
  Record& required(std::string key, M T::*member, Kind<M> kind, std::string doc) {
    return add(Presence::required, std::move(key), member, std::move(kind), std::move(doc));
  }
  /// Another spelling of the key before it, which excludes that one and is never written.
  template <class M>
  Record& or_key(std::string key, M T::*member, Kind<M> kind, std::string doc) {
    const std::string other = fields_.back().row.key;
    kind.write = [](const M&) { return std::nullopt; };
    add(Presence::free, std::move(key), member, std::move(kind), std::move(doc));
    return exclusive(other, fields_.back().row.key);
  }
  /// Two keys that cannot both be there.
  Record& exclusive(std::string a, std::string b) {
    exclusive_.push_back({std::move(a), std::move(b)});
    return *this;
  }
  /// Something that must hold between two keys; the complaint is about the second.
  Record& rule(std::string first, std::string second, std::function<bool(const T&)> holds,
               std::string must) {
    rules_.push_back({std::move(first), std::move(second), std::move(holds), std::move(must)});
    return *this;
  }
  /// A key that people may expect and that we refuse with a reason.
  Record& withheld(std::string key, std::string what, std::string fix) {
    withheld_.push_back({std::move(key), std::move(what), std::move(fix)});
    return *this;
  }
  /// Maps with this key are meant to be this record, where there is a choice.
  Record& marked_by(std::string key) {
    tags_.push_back(std::move(key));
    return *this;
  }
  /// Written one key a line, even if it fits in one.
  Record& tall() {
    tall_ = true;
    return *this;
  }
  /// No section or schema of its own; for small ones that stand in one place only.
  Kind<T> inlined() const;
  Kind<T> kind() const;

 private:
  enum class Presence : std::uint8_t { fallback, free, required };
  struct Field {
    Row row;
    Json schema;
    bool required;
    std::string words;
    std::string example;
    std::function<void(const Value&, Reader&, T&)> read;
    std::function<std::optional<Value>(const T&)> write;
  };
  struct Withheld {
    std::string key;
    std::string what;
    std::string fix;
  };

  struct Rule {
    std::string first;
    std::string second;
    std::function<bool(const T&)> holds;
    std::string must;
  };

  template <class M>
  Record& add(Presence presence, std::string key, M T::*member, Kind<M> kind, std::string doc);

  void read(const Value& value, Reader& reader, T& into) const;
  const Field* field(std::string_view key) const;
  void complain_of_key(const Value& key, Reader& reader) const;
  void complain_of_missing(const Value& map, Reader& reader) const;
  void check_rules(const Value& map, Reader& reader, const T& content) const;
  Value write(const T& content) const;
  Json schema() const;
  std::string example() const;

  std::string name_;
  std::string doc_;
  std::vector<Field> fields_;
  std::vector<std::pair<std::string, std::string>> exclusive_;
  std::vector<Withheld> withheld_;
  std::vector<Rule> rules_;
  std::vector<std::string> tags_;
  Definitions definitions_;
  bool tall_{false};
};

/// A map with one key that says which alternative of a variant is in it: {uniform: {...}}.
template <class Variant, class A>
Kind<Variant> tagged(std::string tag, Kind<A> kind, std::string doc) {
  struct Holder {
    A content{};
  };
  Record<Holder> record{tag, {}};
  record.required(tag, &Holder::content, std::move(kind), std::move(doc)).marked_by(tag);
  return adapt<Variant, Holder>(
      record.inlined(), [](Holder holder) { return Variant{std::move(holder.content)}; },
      [](const Variant& content) -> std::optional<Holder> {
        if constexpr (std::same_as<Variant, A>)
          return Holder{content};
        else if (const A* held = std::get_if<A>(&content))
          return Holder{*held};
        return std::nullopt;
      });
}

// ---- What follows is how.

template <class T>
template <class M>
Record<T>& Record<T>::add(Presence presence, std::string key, M T::*member, Kind<M> kind,
                          std::string doc) {
  Field field;
  field.required = presence == Presence::required;
  field.words = kind.words;
  field.example = kind.example;
  field.schema = {{"description", doc}};
  std::string fallback = field.required ? "required" : "";
  if (presence == Presence::fallback) {
    const Value written = write_as(kind, T{}.*member);
    const bool none = !written.is_scalar() && written.items.empty();
    fallback = none ? "" : '`' + print_inline(written) + '`';
    field.schema["default"] = to_json(written);
  }
  field.schema.update(in_place(kind.schema, kind.scalar));
  field.row = {std::move(key), kind.label, std::move(fallback), std::move(doc)};
  merge(definitions_, kind.definitions);
  field.read = [kind, member](const Value& value, Reader& reader, T& into) {
    read_as(kind, value, reader, into.*member);
  };
  field.write = [kind, member](const T& content) { return kind.write(content.*member); };
  fields_.push_back(std::move(field));
  return *this;
}

template <class T>
void Record<T>::read(const Value& value, Reader& reader, T& into) const {
  if (!value.is_map()) {
    reader.refuse(value, "must be a map of keys", example());
    return;
  }
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    const Value& key = value.keys[i];
    const Field* known = field(key.text);
    if (known == nullptr) {
      complain_of_key(key, reader);
      continue;
    }
    const Reader::Inside inside{reader, key.text};
    known->read(value.items[i], reader, into);
  }
  complain_of_missing(value, reader);
  check_rules(value, reader, into);
}

template <class T>
auto Record<T>::field(std::string_view key) const -> const Field* {
  for (const Field& known : fields_)
    if (known.row.key == key) return &known;
  return nullptr;
}

template <class T>
void Record<T>::complain_of_key(const Value& key, Reader& reader) const {
  for (const Withheld& refused : withheld_)
    if (refused.key == key.text)
      return reader.complain_about(reader.path(key.text), key.place, refused.what, refused.fix);
  std::vector<std::string> known;
  for (const Field& field : fields_) known.push_back(field.row.key);
  const std::string meant = nearest(key.text, known);
  // What was meant is unsound now: its default is not what the author wrote.
  reader.complain_about(reader.path(meant.empty() ? key.text : meant), key.place,
                        reader.path(key.text) + " is not a known key" +
                            (meant.empty() ? "" : "; did you mean `" + meant + "`?"),
                        meant.empty() ? "use " + any_of(known) : "write `" + meant + "`");
}

template <class T>
void Record<T>::complain_of_missing(const Value& map, Reader& reader) const {
  for (const Field& known : fields_) {
    const std::string path = reader.path(known.row.key);
    // Said already when a key looks like this one.
    if (!known.required || map.find(known.row.key) != nullptr || !reader.sound(path)) continue;
    reader.complain_about(path, map.place, path + " is missing (" + known.words + ")",
                          "add `" + known.row.key + ": " + known.example + "`");
  }
  for (const auto& [a, b] : exclusive_) {
    const Value* second = map.find(b);
    if (map.find(a) == nullptr || second == nullptr) continue;
    reader.complain_about(reader.path(b), second->place,
                          reader.path(a) + " and " + reader.path(b) + " exclude each other",
                          "remove one of them");
  }
}

template <class T>
void Record<T>::check_rules(const Value& map, Reader& reader, const T& content) const {
  for (const Rule& rule : rules_) {
    const std::string path = reader.path(rule.second);
    if (!reader.sound(reader.path(rule.first)) || !reader.sound(path) || rule.holds(content))
      continue;
    const Value& at = closest(map, rule.second);
    const std::string is = at.is_scalar() ? " is " + shown(at) + ", but" : std::string{};
    reader.complain_about(path, at.place, path + is + " must be " + rule.must,
                          "change `" + rule.first + "` or `" + rule.second + "`");
  }
}

template <class T>
Value Record<T>::write(const T& content) const {
  Value map = Value::map();
  map.block = tall_;
  for (const Field& known : fields_) {
    auto item = known.write(content);
    if (!item || (item->is_list() && item->items.empty())) continue;
    map.add(known.row.key, std::move(*item));
  }
  return map;
}

template <class T>
Json Record<T>::schema() const {
  Json schema{{"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
  Json required = Json::array();
  for (const Field& known : fields_) {
    schema["properties"][known.row.key] = known.schema;
    if (known.required) required.push_back(known.row.key);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  Json excluded = Json::array();
  for (const auto& [a, b] : exclusive_)
    excluded.push_back({{"not", {{"required", Json::array({a, b})}}}});
  if (!excluded.empty()) schema["allOf"] = std::move(excluded);
  return schema;
}

template <class T>
std::string Record<T>::example() const {
  std::string all;
  for (const Field& known : fields_)
    if (known.required) all += (all.empty() ? "" : ", ") + known.row.key + ": " + known.example;
  if (all.empty() && !fields_.empty())
    all = fields_.front().row.key + ": " + fields_.front().example;
  return '{' + all + '}';
}

template <class T>
Kind<T> Record<T>::inlined() const {
  Kind<T> kind;
  kind.words = "a map such as " + example();
  for (const Field& known : fields_)
    kind.label += (kind.label.empty() ? "{" : ", ") + known.row.key + ": " + known.row.kind;
  kind.label += '}';
  kind.example = example();
  kind.schema = schema();
  kind.definitions = definitions_;
  kind.tags = tags_;
  kind.claims = [tags = tags_](const Value& value) {
    if (!value.is_map()) return false;
    for (const std::string& tag : tags)
      if (value.find(tag) != nullptr) return true;
    return tags.empty();
  };
  const auto self = std::make_shared<const Record<T>>(*this);
  kind.read = [self](const Value& value, Reader& reader, T& into) {
    self->read(value, reader, into);
  };
  kind.write = [self](const T& content) { return std::optional<Value>{self->write(content)}; };
  return kind;
}

template <class T>
Kind<T> Record<T>::kind() const {
  auto definition = std::make_shared<Definition>();
  definition->name = name_;
  definition->doc = doc_;
  for (const Field& known : fields_) definition->rows.push_back(known.row);
  definition->schema = schema();
  definition->schema["description"] = doc_;
  Kind<T> kind = inlined();
  kind.label = "[" + name_ + "](#" + name_ + ")";
  kind.schema = Json{{"$ref", "#/$defs/" + name_}};
  kind.definitions.insert(kind.definitions.begin(), std::move(definition));
  return kind;
}

}  // namespace gauntlet::scenarios
