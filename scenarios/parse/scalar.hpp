// The frame of every scalar kind: what YAML type it has, how its text is read and written.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "scenarios/parse/environment.hpp"
#include "scenarios/parse/kind.hpp"
#include "scenarios/parse/quantity.hpp"

namespace gauntlet::scenarios {

/// What the scalar is to YAML readers, and hence to the schema.
enum class YamlType : std::uint8_t { text, number, boolean, number_or_unit, any };

/// Whether a scalar is of the type; if not, what to write instead.
std::optional<Misread> wrong_type(const Value& value, YamlType type);

template <class T>
struct Scalar {
  std::string words;
  std::string label;
  std::string example;
  YamlType type{YamlType::text};
  Json schema;
  std::function<Quantity<T>(std::string_view)> parse;
  std::function<std::optional<std::string>(const T&)> print;
  bool secret{false};  // messages do not show it

  Kind<T> kind() const;
};

template <class T>
Kind<T> Scalar<T>::kind() const {
  Kind<T> kind;
  kind.words = words;
  kind.label = label;
  kind.example = example;
  kind.schema = schema;
  kind.scalar = true;
  kind.claims = [](const Value& value) { return value.is_scalar(); };
  kind.read = [self = *this](const Value& value, Reader& reader, T& into) {
    if (!value.is_scalar()) return reader.refuse(value, "must be " + self.words, self.example);
    Quantity<T> read = self.parse(value.text);
    std::optional<Misread> misread = wrong_type(value, self.type);
    if (!read) misread = read.error();
    if (!misread) {
      into = std::move(read).value();
    } else if (self.secret) {
      reader.complain(value.place, reader.path() + " " + misread->must,
                      reader.advise(value.place, reader.path(), self.example));
    } else {
      reader.refuse(value, misread->must, misread->fix.empty() ? self.example : misread->fix);
    }
  };
  kind.write = [self = *this](const T& content) -> std::optional<Value> {
    const std::optional<std::string> text = self.print(content);
    if (!text) return std::nullopt;
    return self.type == YamlType::text ? Value::quote(without_variables(*text))
                                       : Value::plain(*text);
  };
  return kind;
}

}  // namespace gauntlet::scenarios
