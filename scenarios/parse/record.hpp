// A struct in a scenario: its keys, in the order in which they are written, each with its kind and
// a sentence that says what it means.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/parse/keys.hpp"

namespace gauntlet::scenarios {

template <class T>
class Record {
 public:
  /// @param name  Of its section in the reference, and of its schema.
  Record(std::string_view name, std::string_view doc) : keys_{name, doc} {}

  /// A key that has a default: the member of a default-made T.
  template <class M>
  Record& key(std::string_view key, M T::*member, const Kind<M>& kind, std::string_view doc) {
    return add(Presence::fallback, key, member, kind, doc);
  }
  /// A key without a default, which may be left out.
  template <class M>
  Record& key(std::string_view key, std::optional<M> T::*member, const Kind<M>& kind,
              std::string_view doc) {
    const auto make = [](M&& content) { return std::optional<M>{std::move(content)}; };
    const auto take = [](const std::optional<M>& content) { return content; };
    return add(Presence::free, key, member, adapt<std::optional<M>, M>(kind, make, take), doc);
  }
  template <class M>
  Record& required(std::string_view key, M T::*member, const Kind<M>& kind, std::string_view doc) {
    return add(Presence::required, key, member, kind, doc);
  }
  /// Another spelling of the key before it, which excludes that one and is never written.
  template <class M>
  Record& or_key(std::string_view key, M T::*member, const Kind<M>& kind, std::string_view doc) {
    keys_.add_spelling(key, untyped(kind), place_of(member), doc);
    return *this;
  }
  /// A member whose keys stand among the others, rather than in a map of their own.
  template <class M>
  Record& part(M T::*member, const Record<M>& of) {
    keys_.add_all(of.keys_, place_of(member));
    return *this;
  }
  /// Keys of which exactly one must be there.
  Record& one_of_keys(std::vector<std::string> keys) {
    keys_.need_one_of(std::move(keys));
    return *this;
  }
  /// A key that means nothing without another one.
  Record& only_with(std::string_view key, std::string_view other) {
    keys_.need_with(key, other);
    return *this;
  }
  /// Two keys that cannot both be there. Of one that has a default, nothing is written beside the
  /// other.
  Record& exclusive(std::string_view a, std::string_view b) {
    keys_.exclude(a, b);
    return *this;
  }
  /// Something that must hold between two keys; the complaint is about the second.
  Record& rule(std::string_view first, std::string_view second, std::function<bool(const T&)> holds,
               std::string_view must) {
    keys_.demand(
        first, second,
        [holds = std::move(holds)](const void* content) {
          return holds(*static_cast<const T*>(content));
        },
        must);
    return *this;
  }
  /// Maps with this key are meant to be this record, where there is a choice.
  Record& marked_by(std::string_view key) {
    keys_.mark_by(key);
    return *this;
  }
  /// Written one key a line, even if it fits in one.
  Record& tall() {
    keys_.make_tall();
    return *this;
  }
  /// No section or schema of its own; for small ones that stand in one place only.
  Kind<T> inlined() const { return typed(keys_.inlined_form()); }
  Kind<T> kind() const { return typed(keys_.form()); }

 private:
  template <class>
  friend class Record;

  template <class M>
  static Keys::Place place_of(M T::*member) {
    return [member](const void* whole) -> const void* {
      return &(static_cast<const T*>(whole)->*member);
    };
  }

  template <class M>
  Record& add(Presence presence, std::string_view key, M T::*member, const Kind<M>& kind,
              std::string_view doc) {
    keys_.add(presence, key, untyped(kind), place_of(member), doc, &defaults_);
    return *this;
  }

  Kind<T> typed(Form form) const {
    Kind<T> kind{std::move(form)};
    const auto keys = std::make_shared<const Keys>(keys_);
    kind.read = [keys](const Value& value, Reader& reader, T& into) {
      keys->read(value, reader, &into);
    };
    kind.write = [keys](const T& content) { return std::optional{keys->write(&content)}; };
    return kind;
  }

  Keys keys_;
  T defaults_{};
};

/// A map with one key that says which alternative of a variant is in it: {uniform: {...}}.
template <class Variant, class A>
Kind<Variant> tagged(std::string_view tag, const Kind<A>& kind, std::string_view doc) {
  struct Holder {
    A content{};
  };
  Record<Holder> record{tag, {}};
  record.required(tag, &Holder::content, kind, doc).marked_by(tag);
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

}  // namespace gauntlet::scenarios
