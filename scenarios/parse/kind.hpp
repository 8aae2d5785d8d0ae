// The heart of this folder: a Kind describes what may stand somewhere in a scenario. One definition
// is read from (the parser), written to (the effective scenario), shown to editors (the schema) and
// to people (the reference).
//
// Kinds are plain values, built from smaller ones:
//
//   scalars       duration(), count(), text() ...            scalar_kinds.hpp
//   Record<T>     keys of a struct, each with its sentence   record.hpp
//   list_of       any number of one kind                     below
//   one_of        several ways to write the same thing       below
//
// Nobody writes a default twice: a key's default is what a default-made struct has in its member.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/parse/reader.hpp"
#include "scenarios/parse/value.hpp"

namespace gauntlet::scenarios {

/// One key of a record, as the reference shows it.
struct Row {
  std::string key;
  std::string kind;      // Markdown: "a [duration](#duration)"
  std::string fallback;  // "required", "none", or the default as it would be written
  std::string doc;
};

/// A kind with a name of its own: an entry in the schema's $defs and a section of the reference.
struct Definition {
  std::string name;
  std::string doc;
  std::string written;    // how it is written, for those that are not records
  std::vector<Row> rows;  // of a record
  Json schema;
};
/// Every definition that a kind stands on, each once, the outer before the inner.
using Definitions = std::vector<std::shared_ptr<const Definition>>;

template <class T>
struct Kind {
  std::string words;    // in a message: "must be WORDS"
  std::string label;    // in the reference; Markdown
  std::string example;  // one that is right
  Json schema;
  bool scalar{false};  // may be written as an environment variable
  Definitions definitions;
  std::vector<std::string> tags;  // keys by one of which a map shows that it is of this kind

  /// Whether a value is meant to be of this kind; asked only where there is a choice.
  std::function<bool(const Value&)> claims;
  /// Complains of all that is wrong and fills in the rest.
  std::function<void(const Value&, Reader&, T&)> read;
  /// Nothing when this kind has no words for it, which is for another of a choice then.
  std::function<std::optional<Value>(const T&)> write;
};

/// The schema of a place where this kind stands.
Json in_place(Json schema, bool scalar);
/// Adds those that are not in it yet.
void merge(Definitions& into, const Definitions& from);

/// A map that has none of the keys by which its kind could be told.
void complain_of_tag(const Value& map, const std::vector<std::string>& tags, Reader& reader);

/// Reads a value of a kind, unless there is none or it is known to be broken.
template <class T>
void read_as(const Kind<T>& kind, const Value& value, Reader& reader, T& into) {
  if (value.broken) return;
  if (value.shape == Value::Shape::null) {
    reader.refuse(value, "must be " + kind.words, kind.example);
    return;
  }
  kind.read(value, reader, into);
}

/// The value as this kind writes it; of a choice that is complete, there always is one.
template <class T>
Value write_as(const Kind<T>& kind, const T& content) {
  return kind.write(content).value_or(Value{});
}

/// Gives a kind a name: its schema goes to $defs, its rows to a section of the reference.
template <class T>
Kind<T> named(std::string name, std::string doc, std::string written, Kind<T> kind) {
  auto definition = std::make_shared<Definition>();
  definition->name = name;
  definition->doc = std::move(doc);
  definition->written = std::move(written);
  definition->schema = in_place(std::move(kind.schema), kind.scalar);
  kind.schema = Json{{"$ref", "#/$defs/" + name}};
  kind.scalar = false;
  kind.label = "[" + name + "](#" + name + ")";
  kind.definitions.insert(kind.definitions.begin(), std::move(definition));
  return kind;
}

/// A Kind of T where a U is written.
template <class T, class U>
Kind<T> adapt(Kind<U> kind, std::function<T(U)> make,
              std::function<std::optional<U>(const T&)> take) {
  Kind<T> adapted;
  adapted.words = kind.words;
  adapted.label = kind.label;
  adapted.example = kind.example;
  adapted.schema = kind.schema;
  adapted.scalar = kind.scalar;
  adapted.definitions = kind.definitions;
  adapted.tags = kind.tags;
  adapted.claims = kind.claims;
  adapted.read = [kind, make](const Value& value, Reader& reader, T& into) {
    U content{};
    read_as(kind, value, reader, content);
    into = make(std::move(content));
  };
  adapted.write = [kind, take](const T& content) -> std::optional<Value> {
    const std::optional<U> taken = take(content);
    return taken ? kind.write(*taken) : std::nullopt;
  };
  return adapted;
}

/// One alternative of a variant.
template <class Variant, class A>
Kind<Variant> alternative(Kind<A> kind) {
  return adapt<Variant, A>(
      std::move(kind), [](A content) { return Variant{std::move(content)}; },
      [](const Variant& content) {
        const A* held = std::get_if<A>(&content);
        return held != nullptr ? std::optional<A>{*held} : std::nullopt;
      });
}

template <class T>
Kind<std::vector<T>> list_of(Kind<T> item, std::size_t least = 0) {
  Kind<std::vector<T>> list;
  list.words = "a list";
  list.label = "list of " + item.label;
  list.example = "[" + item.example + "]";
  list.schema = {{"type", "array"}, {"items", in_place(item.schema, item.scalar)}};
  if (least > 0) list.schema["minItems"] = least;
  list.definitions = item.definitions;
  list.claims = [](const Value& value) { return value.is_list(); };
  list.read = [item, least](const Value& value, Reader& reader, std::vector<T>& into) {
    if (!value.is_list()) {
      reader.refuse(value, "must be a list", "[" + item.example + "]");
      return;
    }
    if (value.items.size() < least)
      reader.complain(value.place, reader.path() + " is a list with nothing in it",
                      reader.advise(value.place, reader.path(), "[" + item.example + "]"));
    into.clear();
    for (const Value& entry : value.items) {
      const Reader::Inside inside{reader, std::to_string(into.size())};
      read_as(item, entry, reader, into.emplace_back());
    }
  };
  list.write = [item](const std::vector<T>& content) {
    Value written = Value::list();
    written.block = true;
    for (const T& entry : content) written.items.push_back(write_as(item, entry));
    return written;
  };
  return list;
}

/// Several ways to write the same thing. A value goes to the first that claims it; content is
/// written the first way that has words for it.
template <class T>
Kind<T> one_of(std::string words, std::string example, std::vector<Kind<T>> ways) {
  Kind<T> choice;
  choice.words = std::move(words);
  choice.example = std::move(example);
  choice.schema = {{"anyOf", Json::array()}};
  for (const Kind<T>& way : ways) {
    choice.label += (choice.label.empty() ? "" : " or ") + way.label;
    choice.schema["anyOf"].push_back(way.schema);
    choice.scalar = choice.scalar || way.scalar;
    merge(choice.definitions, way.definitions);
    choice.tags.insert(choice.tags.end(), way.tags.begin(), way.tags.end());
  }
  choice.claims = [ways](const Value& value) {
    for (const Kind<T>& way : ways)
      if (way.claims(value)) return true;
    return false;
  };
  choice.read = [ways, tags = choice.tags, said = choice.words, instead = choice.example](
                    const Value& value, Reader& reader, T& into) {
    for (const Kind<T>& way : ways)
      if (way.claims(value)) return way.read(value, reader, into);
    if (value.is_map() && !tags.empty()) return complain_of_tag(value, tags, reader);
    reader.refuse(value, "must be " + said, instead);
  };
  choice.write = [ways](const T& content) -> std::optional<Value> {
    for (const Kind<T>& way : ways)
      if (auto written = way.write(content)) return written;
    return std::nullopt;
  };
  return choice;
}

}  // namespace gauntlet::scenarios
