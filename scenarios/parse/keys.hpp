// The keys of a struct in a scenario, without the struct's type: what they are called, which of
// them may stand together, what is said of those that are missing or unknown. Record<T> gives it a
// type.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/parse/kind.hpp"

namespace gauntlet::scenarios {

/// What a key is to its map.
enum class Presence : std::uint8_t { fallback, free, required };

/// A kind without its type: it reads into and writes from what a pointer points to.
struct Untyped {
  Form form;
  std::function<void(const Value&, Reader&, void*)> read;
  std::function<std::optional<Value>(const void*)> write;
};

template <class M>
Untyped untyped(const Kind<M>& kind) {
  return {
      kind,
      [read = kind.read](const Value& value, Reader& reader, void* into) {
        read(value, reader, *static_cast<M*>(into));
      },
      [write = kind.write](const void* content) { return write(*static_cast<const M*>(content)); }};
}

class Keys {
 public:
  /// Where a member is in the struct that a pointer points to.
  using Place = std::function<const void*(const void*)>;
  /// Whether something holds of the struct that a pointer points to.
  using Claim = std::function<bool(const void*)>;

  Keys(std::string_view name, std::string_view doc);
  Keys(const Keys&);
  Keys& operator=(const Keys&) = delete;
  ~Keys();

  /// @param defaults  A struct as it is without any keys; of those with a fallback.
  void add(Presence presence, std::string_view key, Untyped kind, Place place, std::string_view doc,
           const void* defaults);
  /// Another spelling of the key before it, which excludes that one and is never written.
  void add_spelling(std::string_view key, Untyped kind, Place place, std::string_view doc);
  /// The keys of a member, among the others.
  void add_all(const Keys& of, const Place& place);
  void need_one_of(std::vector<std::string> keys);
  void need_with(std::string_view key, std::string_view other);
  void exclude(std::string_view a, std::string_view b);
  void demand(std::string_view first, std::string_view second, Claim holds, std::string_view must);
  void mark_by(std::string_view key) { tags_.emplace_back(key); }
  void make_tall() { tall_ = true; }

  void read(const Value& value, Reader& reader, void* into) const;
  Value write(const void* content) const;
  /// Of a record that stands in one place only.
  Form inlined_form() const;
  /// Of a record with a section and a schema of its own.
  Form form() const;

 private:
  struct Field {
    Row row;
    Json schema;
    Presence presence;
    Untyped kind;
    Place place;
  };
  struct Rule {
    std::string first;
    std::string second;
    Claim holds;
    std::string must;
  };

  const Field* field(std::string_view key) const;
  void complain_of_key(const Value& key, const Value& map, Reader& reader) const;
  void complain_of_missing(const Value& map, Reader& reader) const;
  void complain_of_company(const Value& map, Reader& reader) const;
  void check_rules(const Value& map, Reader& reader, const void* content) const;
  bool stands_back(const std::string& key, const Value& map) const;
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

}  // namespace gauntlet::scenarios
