// Two types of one name in one namespace are one to the linker, which takes the members of either.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/tree/lines.hpp"

namespace gauntlet {
namespace {

// The qualified names of the types that are defined at the top of a file's namespaces, as they come
// line by line. What is in an unnamed namespace is its file's own.
class TypesOfAFile {
 public:
  /// Empty when the line defines none.
  std::string read(const std::string& line) {
    static const std::regex opens{R"(^(?:inline )?namespace ?([\w:]*) ?\{)"};
    static const std::regex defines{R"(^(?:struct|class|enum class) (\w+)(?: [^;]*)?\{)"};
    std::smatch found;
    if (std::regex_search(line, found, opens)) {
      spaces_.push_back(found[1]);
    } else if (line.starts_with("}  // namespace")) {
      spaces_.pop_back();
    } else if (std::regex_search(line, found, defines)) {
      std::string name;
      for (const std::string& space : spaces_) {
        if (space.empty()) return {};
        name += space + "::";
      }
      return name + found[1].str();
    }
    return {};
  }

 private:
  std::vector<std::string> spaces_;
};

TEST(Types, HaveANameOfTheirOwn) {
  std::map<std::string, TypesOfAFile> readers;
  std::map<std::string, std::set<std::string>> homes;
  for_each_line_of_the_tree([&](const std::string& file, int, const std::string& line) {
    const std::string type = readers[file].read(line);
    if (!type.empty()) homes[type].insert(file);
  });
  EXPECT_GT(homes.size(), 300) << "the tree was not found";
  for (const auto& [type, files] : homes)
    EXPECT_EQ(files.size(), 1) << type << " is defined in " << testing::PrintToString(files);
}

TEST(Types, AreReadOutOfAFile) {
  TypesOfAFile file;
  EXPECT_EQ(file.read("namespace gauntlet::sim {"), "");
  EXPECT_EQ(file.read("enum class Kind : std::uint8_t { a };"), "gauntlet::sim::Kind");
  EXPECT_EQ(file.read("class Later;"), "");
  EXPECT_EQ(file.read("struct Outer::Inner {"), "");
  EXPECT_EQ(file.read("namespace {"), "");
  EXPECT_EQ(file.read("struct Own {"), "");
  EXPECT_EQ(file.read("}  // namespace"), "");
  EXPECT_EQ(file.read("class Shown final : public Base {"), "gauntlet::sim::Shown");
}

}  // namespace
}  // namespace gauntlet
