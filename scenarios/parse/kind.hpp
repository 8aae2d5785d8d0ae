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
#include <string_view>
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

/// What a kind is to people, to schemas and to a choice: all of it that needs no type.
struct Form {
  std::string words;    // in a message: "must be WORDS"
  std::string label;    // in the reference; Markdown
  std::string example;  // one that is right
  Json schema;
  bool scalar{false};  // may be written as an environment variable
  Definitions definitions;
  std::vector<std::string> tags;  // keys by one of which a map shows that it is of this kind
  /// Whether a value is meant to be of this kind; asked only where there is a choice.
  std::function<bool(const Value&)> claims;

  // Out of line, because forms are copied wherever kinds are put together.
  Form();
  Form(const Form&);
  Form(Form&&) noexcept;
  Form& operator=(const Form&);
  Form& operator=(Form&&) noexcept;
  ~Form();
};

template <class T>
struct Kind : Form {
  Kind() = default;
  explicit Kind(Form form) : Form{std::move(form)} {}

  /// Complains of all that is wrong and fills in the rest.
  std::function<void(const Value&, Reader&, T&)> read;
  /// Nothing when this kind has no words for it, which is for another of a choice then.
  std::function<std::optional<Value>(const T&)> write;
};

/// The schema of a place where this kind stands.
Json in_place(Json schema, bool scalar);
/// Adds those that are not in it yet.
void merge(Definitions& into, const Definitions& from);

/// Whether a value can be read: it is there, and not known to be broken. Complains of a null.
bool is_readable(const Form& form, const Value& value, Reader& reader);

template <class T>
void read_as(const Kind<T>& kind, const Value& value, Reader& reader, T& into) {
  if (is_readable(kind, value, reader)) kind.read(value, reader, into);
}

/// The value as this kind writes it; of a choice that is complete, there always is one.
template <class T>
Value write_as(const Kind<T>& kind, const T& content) {
  return kind.write(content).value_or(Value{});
}

/// Makes a form a reference to its definition.
void refer_to(Form& form, std::shared_ptr<const Definition> definition);
/// Gives a kind a name: its schema goes to $defs, its rows to a section of the reference.
void name_form(Form& form, std::string_view name, std::string_view doc, std::string_view written);

template <class T>
Kind<T> named(std::string_view name, std::string_view doc, std::string_view written, Kind<T> kind) {
  name_form(kind, name, doc, written);
  return kind;
}

/// A Kind of T where a U is written.
template <class T, class U>
Kind<T> adapt(const Kind<U>& kind, std::function<T(U)> make,
              std::function<std::optional<U>(const T&)> take) {
  Kind<T> adapted{kind};
  adapted.read = [kind, make = std::move(make)](const Value& value, Reader& reader, T& into) {
    U content{};
    read_as(kind, value, reader, content);
    into = make(std::move(content));
  };
  adapted.write = [write = kind.write,
                   take = std::move(take)](const T& content) -> std::optional<Value> {
    const std::optional<U> taken = take(content);
    return taken ? write(*taken) : std::nullopt;
  };
  return adapted;
}

/// One alternative of a variant.
template <class Variant, class A>
Kind<Variant> alternative(const Kind<A>& kind) {
  return adapt<Variant, A>(
      kind, [](A content) { return Variant{std::move(content)}; },
      [](const Variant& content) {
        const A* held = std::get_if<A>(&content);
        return held != nullptr ? std::optional<A>{*held} : std::nullopt;
      });
}

/// The form of a list of such items, of which there are at least so many.
Form list_form(const Form& item, std::size_t least);
/// Whether a value is such a list.
bool is_list(const Form& item, std::size_t least, const Value& value, Reader& reader);

template <class T>
Kind<std::vector<T>> list_of(const Kind<T>& item, std::size_t least = 0) {
  Kind<std::vector<T>> list{list_form(item, least)};
  list.read = [item, least](const Value& value, Reader& reader, std::vector<T>& into) {
    if (!is_list(item, least, value, reader)) return;
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

/// The form of a choice between several ways to write the same thing.
Form choice_form(std::string_view words, std::string_view example,
                 const std::vector<const Form*>& ways);
/// A value that none of the ways claims.
void complain_of_choice(const Form& choice, const Value& value, Reader& reader);

/// Several ways to write the same thing. A value goes to the first that claims it; content is
/// written the first way that has words for it.
template <class T>
Kind<T> one_of(std::string_view words, std::string_view example, std::vector<Kind<T>> ways) {
  std::vector<const Form*> forms;
  for (const Kind<T>& way : ways) forms.push_back(&way);
  Kind<T> choice{choice_form(words, example, forms)};
  const auto all = std::make_shared<const std::vector<Kind<T>>>(std::move(ways));
  choice.read = [all, form = Form{choice}](const Value& value, Reader& reader, T& into) {
    for (const Kind<T>& way : *all)
      if (way.claims(value)) return way.read(value, reader, into);
    complain_of_choice(form, value, reader);
  };
  choice.write = [all](const T& content) -> std::optional<Value> {
    for (const Kind<T>& way : *all)
      if (auto written = way.write(content)) return written;
    return std::nullopt;
  };
  return choice;
}

}  // namespace gauntlet::scenarios
