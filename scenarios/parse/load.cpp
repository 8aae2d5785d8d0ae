#include "scenarios/parse/load.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/parse/environment.hpp"

namespace gauntlet::scenarios {
namespace {

// Far above any scenario; aliases of aliases can blow a small file up to any size.
constexpr std::size_t kTextBytesMax = 8 * 1024 * 1024;
constexpr int kValuesMax = 500'000;
constexpr int kDepthMax = 32;

SourcePos place_of(const YAML::Mark& mark, const SourcePos& origin) {
  if (mark.is_null()) return origin;
  // Only the first line begins in the middle.
  const int column = mark.line == 0 ? origin.column + mark.column : mark.column + 1;
  return {origin.file, origin.line + mark.line, column};
}

class Loader {
 public:
  Loader(const SourcePos& origin, Reader& reader) : origin_{origin}, reader_{reader} {}

  Value convert(const YAML::Node& node, int depth = 0) {
    Value value;
    value.place = place_of(node.Mark(), origin_);
    if (--left_ < 0 || depth > kDepthMax) {
      give_up(value);
      return value;
    }
    if (node.IsScalar()) convert_scalar(node, value);
    if (node.IsSequence()) convert_list(node, depth, value);
    if (node.IsMap()) convert_map(node, depth, value);
    return value;
  }

 private:
  // Said once: after that the whole file is beyond repair by small edits.
  void give_up(Value& value) {
    value.broken = true;
    if (std::exchange(gave_up_, true)) return;
    reader_.complain(value.place,
                     "the scenario is too deep or too large once its aliases are resolved",
                     "use fewer aliases, or generate the file");
  }

  void convert_scalar(const YAML::Node& node, Value& value) {
    value.shape = Value::Shape::scalar;
    value.quoted = node.Tag() == "!";  // as the library tags quoted and block scalars
    auto result = substitute(node.Scalar(), reader_.options().environment);
    if (result) {
      value.text = std::move(result.value().text);
      value.substituted = result.value().substituted;
      return;
    }
    const SubstitutionProblem& problem = result.error();
    SourcePos where = value.place;
    if (!value.quoted) where.column += static_cast<int>(problem.offset);
    value.flaw = Diagnostic{where, reader_.path() + ": " + problem.what, problem.fix};
    value.broken = true;
  }

  void convert_list(const YAML::Node& node, int depth, Value& value) {
    value.shape = Value::Shape::list;
    for (const YAML::Node& item : node) {
      const Reader::Inside inside{reader_, std::to_string(value.items.size())};
      value.items.push_back(convert(item, depth + 1));
    }
  }

  void convert_map(const YAML::Node& node, int depth, Value& value) {
    value.shape = Value::Shape::map;
    std::vector<YAML::Node> merged;
    for (const auto& entry : node) {
      Value key;
      key.place = place_of(entry.first.Mark(), origin_);
      if (!entry.first.IsScalar()) {
        reader_.complain(key.place, "a key of " + reader_.path() + " is not a word",
                         "write `key: value`");
        continue;
      }
      key.shape = Value::Shape::scalar;
      key.text = entry.first.Scalar();
      if (key.text == "<<" && entry.first.Tag() != "!") {
        merged.push_back(entry.second);
        continue;
      }
      const Reader::Inside inside{reader_, key.text};
      if (value.find(key.text) != nullptr) {
        reader_.complain(key.place, reader_.path() + " is given twice", "remove one of them");
        continue;
      }
      Value item = convert(entry.second, depth + 1);
      if (item.shape == Value::Shape::null && !item.broken) item.place = key.place;
      value.keys.push_back(std::move(key));
      value.items.push_back(std::move(item));
    }
    for (const YAML::Node& from : merged) merge(from, depth, value);
  }

  // https://yaml.org/type/merge.html: what the map says itself wins, then the earlier of several.
  void merge(const YAML::Node& from, int depth, Value& value) {
    const Value source = convert(from, depth + 1);
    const bool many = source.is_list();
    const std::vector<Value> one{many ? Value{} : source};
    for (const Value& map : many ? source.items : one) {
      if (!map.is_map()) {
        if (!map.broken)
          reader_.complain(map.place, "`<<` is " + shown(map) + ", but merges maps only",
                           "give it an alias of a map: `<<: *name`");
        continue;
      }
      for (std::size_t i = 0; i < map.keys.size(); ++i) {
        if (value.find(map.keys[i].text) != nullptr) continue;
        value.keys.push_back(map.keys[i]);
        value.items.push_back(map.items[i]);
      }
    }
  }

  const SourcePos& origin_;
  Reader& reader_;
  int left_{kValuesMax};
  bool gave_up_{false};
};

// Notes where documents begin, and nothing else.
class DocumentStarts : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override { last = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

  YAML::Mark last;
};

// Asks for two documents and no more: at a bracket that closes nothing the library finds empty
// documents without end, so its LoadAll never returns.
std::optional<YAML::Mark> second_document(const std::string& yaml) {
  std::istringstream in{yaml};
  YAML::Parser parser{in};
  DocumentStarts starts;
  parser.HandleNextDocument(starts);
  if (!parser.HandleNextDocument(starts)) return std::nullopt;
  return starts.last;
}

void complain_of_syntax(const YAML::Exception& error, const SourcePos& origin, Reader& reader) {
  const bool tab = error.msg.find("tab") != std::string::npos;
  reader.complain(place_of(error.mark, origin), "this is not YAML: " + error.msg,
                  tab ? "indent with spaces, never with tabs"
                      : "check the indentation, the quotes and the brackets here and above");
}

}  // namespace

std::optional<Value> load(std::string_view text, const SourcePos& origin, Reader& reader) {
  if (text.size() > kTextBytesMax) {
    reader.complain(origin, "the scenario is larger than 8 MiB", "make it smaller");
    return std::nullopt;
  }
  try {
    const std::string yaml{text};
    const YAML::Node document = YAML::Load(yaml);
    if (!document.IsDefined() || document.IsNull()) {
      reader.complain(origin, "there is nothing in it",
                      "start from one of the files in scenarios/library");
      return std::nullopt;
    }
    if (const auto rest = second_document(yaml)) {
      reader.complain(place_of(*rest, origin), "the scenario ends here, but the text goes on",
                      "remove the `---`, or the bracket that closes nothing");
      return std::nullopt;
    }
    return Loader{origin, reader}.convert(document);
  } catch (const YAML::Exception& error) {
    complain_of_syntax(error, origin, reader);
    return std::nullopt;
  }
}

}  // namespace gauntlet::scenarios
