#include "scenarios/parse/kind.hpp"

#include <algorithm>

#include "scenarios/terms/nearest.hpp"

namespace gauntlet::scenarios {
namespace {

// A map that has none of the keys by which its kind could be told.
void complain_of_tag(const Value& map, const std::vector<std::string>& tags, Reader& reader) {
  for (const Value& key : map.keys) {
    const std::string meant = nearest(key.text, tags);
    if (meant.empty()) continue;
    reader.complain(key.place,
                    reader.path(key.text) + " is not a known key; did you mean `" + meant + "`?",
                    "write `" + meant + "`");
    return;
  }
  reader.complain(map.place, reader.path() + " lacks the key that says what it is",
                  "add the key " + any_of(tags));
}

}  // namespace

Form::Form() = default;
Form::Form(const Form&) = default;
Form::Form(Form&&) noexcept = default;
Form& Form::operator=(const Form&) = default;
Form& Form::operator=(Form&&) noexcept = default;
Form::~Form() = default;

Json in_place(Json schema, bool scalar) {
  if (!scalar) return schema;
  Json either = schema.contains("anyOf") ? std::move(schema)
                                         : Json{{"anyOf", Json::array({std::move(schema)})}};
  either["anyOf"].push_back({{"$ref", "#/$defs/variable"}});
  return either;
}

void merge(Definitions& into, const Definitions& from) {
  for (const auto& definition : from) {
    const auto same = [&](const auto& known) { return known->name == definition->name; };
    if (std::ranges::none_of(into, same)) into.push_back(definition);
  }
}

bool is_readable(const Form& form, const Value& value, Reader& reader) {
  if (value.broken) return false;
  if (value.shape != Value::Shape::null) return true;
  reader.refuse(value, "must be " + form.words, form.example);
  return false;
}

void name_form(Form& form, std::string_view name, std::string_view doc, std::string_view written) {
  auto definition = std::make_shared<Definition>();
  definition->name = name;
  definition->doc = doc;
  definition->written = written;
  definition->schema = in_place(std::move(form.schema), form.scalar);
  refer_to(form, std::move(definition));
  form.scalar = false;
}

void refer_to(Form& form, std::shared_ptr<const Definition> definition) {
  form.schema = Json{{"$ref", "#/$defs/" + definition->name}};
  form.label = "[" + definition->name + "](#" + definition->name + ")";
  form.definitions.insert(form.definitions.begin(), std::move(definition));
}

Form list_form(const Form& item, std::size_t least) {
  Form list;
  list.words = "a list";
  list.label = "list of " + item.label;
  list.example = "[" + item.example + "]";
  list.schema = {{"type", "array"}, {"items", in_place(item.schema, item.scalar)}};
  if (least > 0) list.schema["minItems"] = least;
  list.definitions = item.definitions;
  list.claims = [](const Value& value) { return value.is_list(); };
  return list;
}

bool is_list(const Form& item, std::size_t least, const Value& value, Reader& reader) {
  const bool one = value.is_scalar() && item.claims && item.claims(value);
  const std::string example = "[" + (one ? value.text : item.example) + "]";
  if (!value.is_list()) {
    reader.refuse(value, "must be a list", example);
    return false;
  }
  if (value.items.size() < least)
    reader.complain(value.place, reader.path() + " is a list with nothing in it",
                    reader.advise(value.place, reader.path(), example));
  return true;
}

Form choice_form(std::string_view words, std::string_view example,
                 const std::vector<const Form*>& ways) {
  Form choice;
  choice.words = words;
  choice.example = example;
  choice.schema = {{"anyOf", Json::array()}};
  std::vector<std::function<bool(const Value&)>> claims;
  for (const Form* way : ways) {
    choice.label += (choice.label.empty() ? "" : " or ") + way->label;
    choice.schema["anyOf"].push_back(way->schema);
    choice.scalar = choice.scalar || way->scalar;
    merge(choice.definitions, way->definitions);
    choice.tags.insert(choice.tags.end(), way->tags.begin(), way->tags.end());
    claims.push_back(way->claims);
  }
  choice.claims = [claims = std::move(claims)](const Value& value) {
    return std::ranges::any_of(claims, [&](const auto& claim) { return claim(value); });
  };
  return choice;
}

void complain_of_choice(const Form& choice, const Value& value, Reader& reader) {
  if (value.is_map() && !choice.tags.empty()) return complain_of_tag(value, choice.tags, reader);
  reader.refuse(value, "must be " + choice.words, choice.example);
}

}  // namespace gauntlet::scenarios
