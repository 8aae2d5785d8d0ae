#include "scenarios/parse/keys.hpp"

#include <algorithm>

#include "scenarios/parse/print.hpp"
#include "scenarios/terms/nearest.hpp"

namespace gauntlet::scenarios {

Keys::Keys(std::string_view name, std::string_view doc) : name_{name}, doc_{doc} {}
Keys::Keys(const Keys&) = default;
Keys::~Keys() = default;

void Keys::add(Presence presence, std::string_view key, Untyped kind, Place place,
               std::string_view doc, const void* defaults) {
  Field field;
  field.presence = presence;
  field.schema = {{"description", doc}};
  std::string fallback = presence == Presence::required ? "required" : "";
  if (presence == Presence::fallback) {
    const Value written = kind.write(place(defaults)).value_or(Value{});
    const bool none = !written.is_scalar() && written.items.empty();
    fallback = none ? "" : '`' + print_inline(written) + '`';
    field.schema["default"] = to_json(written);
  }
  field.schema.update(in_place(kind.form.schema, kind.form.scalar));
  field.row = {std::string{key}, kind.form.label, std::move(fallback), std::string{doc}};
  merge(definitions_, kind.form.definitions);
  field.kind = std::move(kind);
  field.place = std::move(place);
  fields_.push_back(std::move(field));
}

void Keys::add_spelling(std::string_view key, Untyped kind, Place place, std::string_view doc) {
  const std::string other = fields_.back().row.key;
  kind.write = [](const void*) { return std::nullopt; };
  add(Presence::free, key, std::move(kind), std::move(place), doc, nullptr);
  exclude(other, key);
}

void Keys::add_all(const Keys& of, const Place& place) {
  for (Field field : of.fields_) {
    field.place = [place, inner = field.place](const void* whole) { return inner(place(whole)); };
    fields_.push_back(std::move(field));
  }
  exclusive_.insert(exclusive_.end(), of.exclusive_.begin(), of.exclusive_.end());
  companions_.insert(companions_.end(), of.companions_.begin(), of.companions_.end());
  choices_.insert(choices_.end(), of.choices_.begin(), of.choices_.end());
  merge(definitions_, of.definitions_);
}

void Keys::need_one_of(std::vector<std::string> keys) {
  for (std::size_t i = 0; i < keys.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) exclude(keys[j], keys[i]);
  choices_.push_back(std::move(keys));
}

void Keys::need_with(std::string_view key, std::string_view other) {
  companions_.emplace_back(key, other);
}

void Keys::exclude(std::string_view a, std::string_view b) { exclusive_.emplace_back(a, b); }

void Keys::demand(std::string_view first, std::string_view second, Claim holds,
                  std::string_view must) {
  rules_.push_back({std::string{first}, std::string{second}, std::move(holds), std::string{must}});
}

void Keys::read(const Value& value, Reader& reader, void* into) const {
  if (!value.is_map()) {
    reader.refuse(value, "must be a map of keys", example());
    return;
  }
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    const Value& key = value.keys[i];
    const Field* known = field(key.text);
    if (known == nullptr) {
      complain_of_key(key, value, reader);
      continue;
    }
    const Reader::Inside inside{reader, key.text};
    if (!is_readable(known->kind.form, value.items[i], reader)) continue;
    known->kind.read(value.items[i], reader, const_cast<void*>(known->place(into)));
  }
  complain_of_missing(value, reader);
  complain_of_company(value, reader);
  check_rules(value, reader, into);
}

auto Keys::field(std::string_view key) const -> const Field* {
  for (const Field& known : fields_)
    if (known.row.key == key) return &known;
  return nullptr;
}

void Keys::complain_of_key(const Value& key, const Value& map, Reader& reader) const {
  std::vector<std::string> known;
  for (const Field& field : fields_) known.push_back(field.row.key);
  const std::string meant = nearest(key.text, known);
  // What was meant is unsound now: its default is not what the author wrote. Unless it is there,
  // too, and no override of it was meant.
  const Value* given = map.find(meant);
  const bool instead = !meant.empty() && (given == nullptr || given->place.file != key.place.file);
  reader.complain_about(reader.path(instead ? meant : key.text), key.place,
                        reader.path(key.text) + " is not a known key" +
                            (meant.empty() ? "" : "; did you mean `" + meant + "`?"),
                        known.empty()   ? "remove it; there is none to write here"
                        : meant.empty() ? "use " + any_of(known)
                        : instead       ? "write `" + meant + "`"
                                        : "remove it: `" + meant + "` is there, too");
}

void Keys::complain_of_missing(const Value& map, Reader& reader) const {
  for (const Field& known : fields_) {
    const std::string path = reader.path(known.row.key);
    // Said already when a key looks like this one.
    if (known.presence != Presence::required || map.find(known.row.key) != nullptr ||
        !reader.sound(path))
      continue;
    reader.complain_about(path, map.place, path + " is missing (" + known.kind.form.words + ")",
                          "add `" + known.row.key + ": " + known.kind.form.example + "`");
  }
  for (const std::vector<std::string>& keys : choices_) {
    const auto settled = [&](const std::string& key) {
      return map.find(key) != nullptr || !reader.sound(reader.path(key));
    };
    if (std::ranges::any_of(keys, settled)) continue;
    const Field& first = *field(keys.front());
    reader.complain_about(reader.path(first.row.key), map.place,
                          reader.path() + " needs " + any_of(keys),
                          "add `" + first.row.key + ": " + first.kind.form.example + "`");
  }
}

void Keys::complain_of_company(const Value& map, Reader& reader) const {
  for (const auto& [key, other] : companions_) {
    const Value* alone = map.find(key);
    if (alone == nullptr || map.find(other) != nullptr || !reader.sound(reader.path(other)))
      continue;
    reader.complain_about(
        reader.path(key), alone->place, reader.path(key) + " means nothing without `" + other + '`',
        "remove it, or add `" + other + ": " + field(other)->kind.form.example + '`');
  }
  for (const auto& [a, b] : exclusive_) {
    const Value* second = map.find(b);
    if (map.find(a) == nullptr || second == nullptr) continue;
    reader.complain_about(reader.path(b), second->place,
                          reader.path(a) + " and " + reader.path(b) + " exclude each other",
                          "remove one of them");
  }
}

void Keys::check_rules(const Value& map, Reader& reader, const void* content) const {
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

// Whether a key is not written for the sake of another that is.
bool Keys::stands_back(const std::string& key, const Value& map) const {
  const auto yields = [&](const auto& pair) {
    return (pair.first == key && map.find(pair.second) != nullptr) ||
           (pair.second == key && map.find(pair.first) != nullptr);
  };
  const auto alone = [&](const auto& pair) {
    return pair.first == key && map.find(pair.second) == nullptr;
  };
  return (field(key)->presence == Presence::fallback && std::ranges::any_of(exclusive_, yields)) ||
         std::ranges::any_of(companions_, alone);
}

Value Keys::write(const void* content) const {
  Value all = Value::map();
  for (const Field& known : fields_)
    if (auto item = known.kind.write(known.place(content));
        item && !(item->is_list() && item->items.empty()))
      all.add(known.row.key, std::move(*item));
  Value map = Value::map();
  map.block = tall_;
  for (std::size_t i = 0; i < all.keys.size(); ++i)
    if (!stands_back(all.keys[i].text, all)) map.add(all.keys[i].text, all.items[i]);
  return map;
}

Json Keys::schema() const {
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

std::string Keys::example() const {
  std::string all;
  const auto wanted = [&](const Field& known) {
    return known.presence == Presence::required ||
           std::ranges::find(choices_, known.row.key,
                             [](const auto& keys) { return keys.front(); }) != choices_.end();
  };
  for (const Field& known : fields_)
    if (wanted(known))
      all += (all.empty() ? "" : ", ") + known.row.key + ": " + known.kind.form.example;
  if (all.empty() && !fields_.empty())
    all = fields_.front().row.key + ": " + fields_.front().kind.form.example;
  return '{' + all + '}';
}

Form Keys::inlined_form() const {
  Form form;
  form.words = "a map such as " + example();
  for (const Field& known : fields_)
    form.label += (form.label.empty() ? "{" : ", ") + known.row.key + ": " + known.row.kind;
  form.label += '}';
  form.example = example();
  form.schema = schema();
  form.definitions = definitions_;
  form.tags = tags_;
  form.claims = [tags = tags_](const Value& value) {
    const auto has = [&](const std::string& tag) { return value.find(tag) != nullptr; };
    return value.is_map() && (tags.empty() || std::ranges::any_of(tags, has));
  };
  return form;
}

Form Keys::form() const {
  auto definition = std::make_shared<Definition>();
  definition->name = name_;
  definition->doc = doc_;
  for (const Field& known : fields_) definition->rows.push_back(known.row);
  definition->schema = schema();
  definition->schema["description"] = doc_;
  Form form = inlined_form();
  refer_to(form, std::move(definition));
  return form;
}

}  // namespace gauntlet::scenarios
