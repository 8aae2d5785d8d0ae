// A struct in a scenario: its keys, in the order in which they are written, each with its kind and
// a sentence that says what it means.
#pragma once

#include <algorithm>
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

/// What a key is to its map.
enum class Presence : std::uint8_t { fallback, free, required };

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
    const auto make = [](M&& content) { return std::optional<M>{std::move(content)}; };
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
  /// A member whose keys stand among the others, rather than in a map of their own.
  template <class M>
  Record& part(M T::*member, const Record<M>& of);
  /// Keys of which exactly one must be there.
  Record& one_of_keys(std::vector<std::string> keys) {
    for (std::size_t i = 0; i < keys.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) exclusive(keys[j], keys[i]);
    choices_.push_back(std::move(keys));
    return *this;
  }
  /// A key that means nothing without another one.
  Record& only_with(std::string key, std::string other) {
    companions_.push_back({std::move(key), std::move(other)});
    return *this;
  }
  /// Two keys that cannot both be there. Of one that has a default, nothing is written beside the
  /// other.
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
  template <class>
  friend class Record;

  struct Field {
    Row row;
    Json schema;
    Presence presence;
    std::string words;
    std::string example;
    std::function<void(const Value&, Reader&, T&)> read;
    std::function<std::optional<Value>(const T&)> write;
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
  void complain_of_company(const Value& map, Reader& reader) const;
  void check_rules(const Value& map, Reader& reader, const T& content) const;
  Value write(const T& content) const;
  Json schema() const;
  std::string example() const;

  std::string name_;
  std::string doc_;
  std::vector<Field> fields_;
  std::vector<std::pair<std::string, std::string>> exclusive_;
  std::vector<std::pair<std::string, std::string>> companions_;
  std::vector<std::vector<std::string>> choices_;
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
  field.presence = presence;
  field.words = kind.words;
  field.example = kind.example;
  field.schema = {{"description", doc}};
  std::string fallback = presence == Presence::required ? "required" : "";
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
template <class M>
Record<T>& Record<T>::part(M T::*member, const Record<M>& of) {
  for (const auto& theirs : of.fields_)
    fields_.push_back(
        {.row = theirs.row,
         .schema = theirs.schema,
         .presence = theirs.presence,
         .words = theirs.words,
         .example = theirs.example,
         .read = [read = theirs.read, member](const Value& value, Reader& reader,
                                              T& into) { read(value, reader, into.*member); },
         .write = [write = theirs.write,
                   member](const T& content) { return write(content.*member); }});
  exclusive_.insert(exclusive_.end(), of.exclusive_.begin(), of.exclusive_.end());
  companions_.insert(companions_.end(), of.companions_.begin(), of.companions_.end());
  choices_.insert(choices_.end(), of.choices_.begin(), of.choices_.end());
  merge(definitions_, of.definitions_);
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
  complain_of_company(value, reader);
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
  std::vector<std::string> known;
  for (const Field& field : fields_) known.push_back(field.row.key);
  const std::string meant = nearest(key.text, known);
  // What was meant is unsound now: its default is not what the author wrote.
  reader.complain_about(reader.path(meant.empty() ? key.text : meant), key.place,
                        reader.path(key.text) + " is not a known key" +
                            (meant.empty() ? "" : "; did you mean `" + meant + "`?"),
                        known.empty()   ? "remove it; there is none to write here"
                        : meant.empty() ? "use " + any_of(known)
                                        : "write `" + meant + "`");
}

template <class T>
void Record<T>::complain_of_missing(const Value& map, Reader& reader) const {
  for (const Field& known : fields_) {
    const std::string path = reader.path(known.row.key);
    // Said already when a key looks like this one.
    if (known.presence != Presence::required || map.find(known.row.key) != nullptr ||
        !reader.sound(path))
      continue;
    reader.complain_about(path, map.place, path + " is missing (" + known.words + ")",
                          "add `" + known.row.key + ": " + known.example + "`");
  }
  for (const std::vector<std::string>& keys : choices_) {
    const auto settled = [&](const std::string& key) {
      return map.find(key) != nullptr || !reader.sound(reader.path(key));
    };
    if (std::ranges::any_of(keys, settled)) continue;
    const Field& first = *field(keys.front());
    reader.complain_about(reader.path(first.row.key), map.place,
                          reader.path() + " needs " + any_of(keys),
                          "add `" + first.row.key + ": " + first.example + "`");
  }
}

template <class T>
void Record<T>::complain_of_company(const Value& map, Reader& reader) const {
  for (const auto& [key, other] : companions_) {
    const Value* alone = map.find(key);
    if (alone == nullptr || map.find(other) != nullptr || !reader.sound(reader.path(other)))
      continue;
    reader.complain_about(reader.path(key), alone->place,
                          reader.path(key) + " means nothing without `" + other + '`',
                          "remove it, or add `" + other + ": " + field(other)->example + '`');
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
  Value all = Value::map();
  for (const Field& known : fields_)
    if (auto item = known.write(content); item && !(item->is_list() && item->items.empty()))
      all.add(known.row.key, std::move(*item));
  const auto stands_back = [&](const std::string& key) {
    const bool fallback = field(key)->presence == Presence::fallback;
    return std::ranges::any_of(exclusive_,
                               [&](const auto& pair) {
                                 return fallback &&
                                        ((pair.first == key && all.find(pair.second) != nullptr) ||
                                         (pair.second == key && all.find(pair.first) != nullptr));
                               }) ||
           std::ranges::any_of(companions_, [&](const auto& pair) {
             return pair.first == key && all.find(pair.second) == nullptr;
           });
  };
  Value map = Value::map();
  map.block = tall_;
  for (std::size_t i = 0; i < all.keys.size(); ++i)
    if (!stands_back(all.keys[i].text)) map.add(all.keys[i].text, all.items[i]);
  return map;
}

template <class T>
Json Record<T>::schema() const {
  Json schema{{"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
  Json required = Json::array();
  for (const Field& known : fields_) {
    schema["properties"][known.row.key] = known.schema;
    if (known.presence == Presence::required) required.push_back(known.row.key);
  }
  if (!required.empty()) schema["required"] = std::move(required);
  Json all = Json::array();
  const auto has = [](const std::string& key) { return Json{{"required", Json::array({key})}}; };
  for (const auto& [a, b] : exclusive_)
    all.push_back({{"not", {{"required", Json::array({a, b})}}}});
  for (const auto& [key, other] : companions_)
    all.push_back({{"anyOf", Json::array({Json{{"not", has(key)}}, has(other)})}});
  for (const std::vector<std::string>& keys : choices_) {
    Json any = Json::array();
    for (const std::string& key : keys) any.push_back(has(key));
    all.push_back({{"anyOf", std::move(any)}});
  }
  if (!all.empty()) schema["allOf"] = std::move(all);
  return schema;
}

template <class T>
std::string Record<T>::example() const {
  std::string all;
  const auto wanted = [&](const Field& known) {
    return known.presence == Presence::required ||
           std::ranges::find(choices_, known.row.key,
                             [](const auto& keys) { return keys.front(); }) != choices_.end();
  };
  for (const Field& known : fields_)
    if (wanted(known)) all += (all.empty() ? "" : ", ") + known.row.key + ": " + known.example;
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
