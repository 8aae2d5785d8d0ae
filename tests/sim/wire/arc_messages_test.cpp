#include "sim/wire/arc_messages.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "scenarios/model/population.hpp"
#include "scenarios/terms/random.hpp"

namespace gauntlet::sim::wire {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::IsNull;
using testing::NotNull;

PayloadTag sample_tag() {
  return {.run = "0badcafe", .message = {.sender = 7, .lane = 1, .n = 42}, .intended_ns = -5};
}

std::string payload(const PayloadTag& tag, std::uint32_t bytes) {
  std::string out;
  append_payload(out, tag, bytes);
  return out;
}

TEST(ArcPayload, IsAsLongAsAskedAndSaysWhoseItIs) {
  for (std::uint32_t bytes = 100; bytes < 400; ++bytes) {
    const std::string text = payload(sample_tag(), bytes);
    ASSERT_EQ(text.size(), bytes);
    const Json read = Json::parse(text);
    EXPECT_EQ(read["run"], "0badcafe");
    EXPECT_EQ(read["from"], 7);
    EXPECT_EQ(read["lane"], 1);
    EXPECT_EQ(read["n"], 42);
    EXPECT_EQ(read["at"], -5);
  }
}

TEST(ArcPayload, FitsIntoTheSmallestSizeAScenarioMayAskFor) {
  constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
  const PayloadTag longest{.run = "0badcafe",
                           .message = {.sender = kMost, .lane = kMost, .n = kMost},
                           .intended_ns = std::numeric_limits<std::int64_t>::min()};
  EXPECT_EQ(payload(longest, scenarios::kPayloadBytesMin).size(), scenarios::kPayloadBytesMin);
}

TEST(ArcPayload, IsTheTagAloneWhenLessRoomIsAskedFor) {
  EXPECT_EQ(payload(sample_tag(), 0),
            R"({"run":"0badcafe","from":7,"lane":1,"n":42,"at":-5,"pad":""})");
}

TEST(ArcPayload, IsAPureFunctionOfItsTag) {
  PayloadTag other = sample_tag();
  other.message.n = 43;
  EXPECT_EQ(payload(sample_tag(), 300), payload(sample_tag(), 300));
  EXPECT_NE(payload(sample_tag(), 300).substr(60), payload(other, 300).substr(60));
}

TEST(ArcMessages, FromAnAgentAreWhatTheDocumentShows) {
  std::string out;
  append_arc_broadcast(out, R"({"a":1})");
  EXPECT_EQ(out, R"({"to":["*"],"payload":{"a":1}})");

  out.clear();
  const std::vector<std::string_view> to{"ada", "b\"ob"};
  append_arc_direct(out, to, "null", "question", "q-1");
  EXPECT_EQ(out, R"({"to":["ada","b\"ob"],"payload":null,"type":"question","ref":"q-1"})");

  out.clear();
  append_arc_command(out, "ping");
  EXPECT_EQ(out, R"({"to":["relay"],"type":"ping","payload":{}})");

  out.clear();
  append_arc_command(out, "subscribe", to);
  EXPECT_EQ(out, R"({"to":["relay"],"type":"subscribe","payload":{"agents":["ada","b\"ob"]}})");
}

TEST(ArcDecoder, ReadsADeliveryAndTheTagInIt) {
  const std::vector<std::string_view> to{"bob"};
  std::string text;
  append_arc_delivery(
      text, {.id = "m1", .from = "ada", .to = to, .ts_ms = 1700, .type = "answer", .ref = "q-1"},
      payload(sample_tag(), 160));
  ASSERT_TRUE(Json::accept(text));

  ArcDecoder decoder;
  const ArcMessage* message = decoder.decode(text);
  ASSERT_THAT(message, NotNull());
  EXPECT_EQ(message->id, "m1");
  EXPECT_EQ(message->from, "ada");
  EXPECT_EQ(message->type, "answer");
  EXPECT_EQ(message->ref, "q-1");
  EXPECT_TRUE(message->has_to);
  EXPECT_THAT(message->to, ElementsAre("bob"));
  EXPECT_EQ(message->payload, payload(sample_tag(), 160));
  ASSERT_TRUE(message->tag.has_value());
  EXPECT_EQ(message->tag->run, "0badcafe");
  EXPECT_EQ(message->tag->message, sample_tag().message);
  EXPECT_EQ(message->tag->intended_ns, -5);
  EXPECT_EQ(message->unknown_fields, 0U);
  EXPECT_FALSE(message->error);
}

TEST(ArcDecoder, TakesFieldsInEveryOrder) {
  std::vector<std::string> fields{R"("to":["a","b"])", R"("payload":{"x":[1,2]})", R"("type":"t")",
                                  R"("id":"i")", R"("odd":{"deep":[{}]})"};
  std::ranges::sort(fields);
  ArcDecoder decoder;
  do {
    std::string text = "{";
    for (const auto& field : fields) text += (text.size() > 1 ? " , " : "\n") + field;
    const ArcMessage* message = decoder.decode(text + "}\r\n");
    ASSERT_THAT(message, NotNull()) << text;
    EXPECT_THAT(message->to, ElementsAre("a", "b"));
    EXPECT_EQ(message->payload, R"({"x":[1,2]})");
    EXPECT_EQ(message->type, "t");
    EXPECT_EQ(message->id, "i");
    EXPECT_EQ(message->unknown_fields, 1U);
  } while (std::ranges::next_permutation(fields).found);
}

// What the short way takes, the long way takes alike: a key that is spelt with an escape leads
// there.
void expect_both_ways_agree(const std::string& text) {
  const auto spell_out = [](std::string spelt) {
    for (auto i = spelt.find("\"pad\""); i != std::string::npos; i = spelt.find("\"pad\"", i))
      spelt.replace(i, 5, R"("\u0070ad")");
    return spelt;
  };
  const std::string escaped = spell_out(text);
  ArcDecoder decoder;
  ArcDecoder second;
  const ArcMessage* message = decoder.decode(text);
  const ArcMessage* again = second.decode(escaped);
  ASSERT_EQ(message == nullptr, again == nullptr) << text;
  if (message == nullptr) return;
  EXPECT_EQ(message->id, again->id) << text;
  EXPECT_EQ(message->from, again->from) << text;
  EXPECT_EQ(message->type, again->type) << text;
  EXPECT_EQ(message->ref, again->ref) << text;
  EXPECT_EQ(spell_out(std::string{message->payload}), again->payload) << text;
  EXPECT_EQ(message->has_to, again->has_to) << text;
  EXPECT_THAT(message->to, testing::ElementsAreArray(again->to)) << text;
  EXPECT_EQ(message->error, again->error) << text;
  EXPECT_EQ(message->unknown_fields, again->unknown_fields) << text;
  ASSERT_EQ(message->tag.has_value(), again->tag.has_value()) << text;
  if (!message->tag) return;
  EXPECT_EQ(message->tag->run, again->tag->run) << text;
  EXPECT_EQ(message->tag->message, again->tag->message) << text;
  EXPECT_EQ(message->tag->intended_ns, again->tag->intended_ns) << text;
}

TEST(ArcDecoder, ReadsPlainAndLessPlainMessagesAlike) {
  const std::vector<std::string> pieces{R"("id":"m1")",       R"("id":17)",
                                        R"("id":null)",       R"("from":"ada")",
                                        R"("to":["bob"])",    R"("to":["*"])",
                                        R"("to":[])",         R"("to":["b\"ob", "c"])",
                                        R"("to":null)",       R"("ts":1700)",
                                        R"("ts":1.5e3)",      R"("type":"question")",
                                        R"("type":"error")",  R"("type":"")",
                                        R"("ref":"q-1")",     R"("ref":3)",
                                        R"("type":"\u00e4")", "\"from\":\"\xC3\xA4\"",
                                        "\"from\":\"\xFF\"",  R"("odd":[1,{}])",
                                        R"("error":"no")",    R"("message":"m")",
                                        R"("from" : "b" )",   "\"id\":\"a\tb\""};
  const std::vector<std::string> tags{
      R"({"run":"r","from":1,"lane":0,"n":2,"at":3,"pad":"x"})",
      R"({"run":"r","from":1,"lane":0,"n":2,"at":-3,"pad":""} )",
      R"( {"pad":"","at":3, "n":2,"lane":0,"from":1,"run":"r"})",
      R"({"run":"r","from":1,"lane":0,"n":2,"pad":"x"})",
      R"({"run":"r","from":01,"lane":0,"n":2,"at":3,"pad":"x"})",
      R"({"run":"r","from":1.0,"lane":0,"n":2,"at":3,"pad":"x"})",
      R"({"run":"r","from":-1,"lane":0,"n":2,"at":3,"pad":"x"})",
      R"({"run":"r","from":4294967296,"lane":0,"n":2,"at":3,"pad":"x"})",
      R"({"run":"r","from":1,"lane":0,"n":2,"at":9223372036854775807,"pad":"x"})",
      R"({"run":"r","from":1,"lane":0,"n":2,"at":9223372036854775808,"pad":"x"})",
      R"({"run":7,"from":1,"lane":0,"n":2,"at":3,"pad":"x"})",
      R"({"run":"r","from":1,"lane":0,"n":2,"at":3,"pad":"x","n":4})",
      R"({"run":"r","from":1,"lane":0,"n":2,"at":3,"answer":{"a":[]},"pad":"x"})",
      R"({"run":"r","from":1,"lane":0,"n":2,"at":3,"pad":7})",
      R"({"pad":"","code":"c"})",
      R"({"run":"r","from":1,"lane":0,"n":2,"at":3,"pad":"x",})"};
  Stream random{11};
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "{";
    for (std::uint64_t fields = random.below(6); fields > 0; --fields)
      text += pieces[random.below(pieces.size())] + ',';
    text += R"("payload":)" + tags[random.below(tags.size())];
    if (random.chance(0.5)) text += ',' + pieces[random.below(pieces.size())];
    text += '}';
    if (random.chance(0.2)) text.erase(random.below(text.size()), 1);
    if (random.chance(0.1)) text.insert(random.below(text.size()), 1, " ,}\"0"[random.below(5)]);
    expect_both_ways_agree(text);
    if (HasFatalFailure()) return;
  }
}

TEST(ArcDecoder, KnowsAFieldWhoseNameIsEscaped) {
  ArcDecoder decoder;
  const ArcMessage* message = decoder.decode(R"({"\u0074o":["\u0061\n"],"pay\u006coad":"\u20ac"})");
  ASSERT_THAT(message, NotNull());
  EXPECT_THAT(message->to, ElementsAre("a\n"));
  EXPECT_EQ(message->payload, R"("\u20ac")");
  EXPECT_EQ(message->unknown_fields, 0U);
}

TEST(ArcDecoder, TakesTheLastOfSeveralFieldsOfOneName) {
  ArcDecoder decoder;
  const ArcMessage* message =
      decoder.decode(R"({"to":["a","b"],"payload":{"run":"r","from":1,"lane":0,"n":0,"at":0},)"
                     R"("to":["c"],"payload":2,"type":"x","type":"y"})");
  ASSERT_THAT(message, NotNull());
  EXPECT_THAT(message->to, ElementsAre("c"));
  EXPECT_EQ(message->payload, "2");
  EXPECT_EQ(message->type, "y");
  EXPECT_FALSE(message->tag.has_value());
}

TEST(ArcDecoder, ForgetsTheMessageBefore) {
  ArcDecoder decoder;
  ASSERT_THAT(decoder.decode(R"({"id":"1","to":["x"],"payload":1,"ref":"r"})"), NotNull());
  const ArcMessage* message = decoder.decode("{}");
  ASSERT_THAT(message, NotNull());
  EXPECT_EQ(message->id, "");
  EXPECT_EQ(message->ref, "");
  EXPECT_EQ(message->payload, "");
  EXPECT_FALSE(message->has_to);
  EXPECT_THAT(message->to, testing::IsEmpty());
}

TEST(ArcDecoder, TellsAnAbsentPayloadFromNull) {
  ArcDecoder decoder;
  EXPECT_EQ(decoder.decode(R"({"to":["*"]})")->payload, "");
  EXPECT_EQ(decoder.decode(R"({"to":["*"],"payload": null })")->payload, "null");
}

TEST(ArcDecoder, ReadsARefThatIsANumberAndTakesNullForAbsent) {
  ArcDecoder decoder;
  EXPECT_EQ(decoder.decode(R"({"ref": 17 })")->ref, "17");
  const ArcMessage* message = decoder.decode(R"({"ref":null,"type":null,"to":null})");
  ASSERT_THAT(message, NotNull());
  EXPECT_EQ(message->ref, "");
  EXPECT_FALSE(message->has_to);
}

TEST(ArcDecoder, KnowsBothFormsOfAnError) {
  ArcDecoder decoder;
  EXPECT_TRUE(decoder.decode(R"({"from":"relay","type":"error","payload":{"code":"c"}})")->error);
  EXPECT_TRUE(decoder.decode(R"({"error":"invalid_message","message":"no"})")->error);
  EXPECT_TRUE(decoder.decode(R"({"error":"","message":"no"})")->error);
  EXPECT_FALSE(decoder.decode(R"({"to":["a"],"payload":1,"error":"mine"})")->error);
}

// Not ours, though it looks alike.
TEST(ArcDecoder, FindsAnErrorsCodeInEitherForm) {
  ArcDecoder decoder;
  for (const char* text : {R"({"error":"rate_limited","message":"slow down"})",
                           R"({"message":"slow down","error":"rate_limited","from":"relay"})",
                           R"({"type":"error","payload":{"code":"rate_limited","message":"m"}})",
                           R"({"payload":{"error":"rate_limited"},"type":"error"})",
                           R"({"type":"error","error":"rate_limited","payload":{}})"})
    EXPECT_EQ(decoder.decode(text)->error_code, "rate_limited") << text;
  for (const char* text :
       {R"({"type":"error","payload":{"code":429}})", R"({"type":"error","payload":"code"})",
        R"({"to":["a"],"type":"data","payload":{"code":"rate_limited"}})"})
    EXPECT_EQ(decoder.decode(text)->error_code, "") << text;
}

TEST(ArcDecoder, TakesATagOnlyWhenAllOfItIsThereAndFits) {
  ArcDecoder decoder;
  const auto tagged = [&decoder](const std::string& text) {
    const ArcMessage* message = decoder.decode(R"({"payload":)" + text + "}");
    return message && message->tag.has_value();
  };
  EXPECT_TRUE(tagged(R"({"at":1,"n":2,"lane":3,"from":4,"run":"r","more":{}})"));
  EXPECT_FALSE(tagged(R"({"at":1,"n":2,"lane":3,"from":4})"));
  EXPECT_FALSE(tagged(R"({"at":1,"n":-2,"lane":3,"from":4,"run":"r"})"));
  EXPECT_FALSE(tagged(R"({"at":1,"n":4294967296,"lane":3,"from":4,"run":"r"})"));
  EXPECT_FALSE(tagged(R"({"at":1,"n":2,"lane":3,"from":"4","run":"r"})"));
  EXPECT_FALSE(tagged(R"({"at":1,"n":2,"lane":3,"from":4,"run":"r","run":null})"));
}

TEST(ArcDecoder, ReadsTheAgentsOfASubscriptionWithoutLosingTheMessage) {
  ArcDecoder decoder;
  const ArcMessage* message =
      decoder.decode(R"({"to":["relay"],"type":"subscribe","payload":{"agents":["a","b\u0021"]}})");
  ASSERT_THAT(message, NotNull());
  const auto* agents = decoder.decode_agents(message->payload);
  ASSERT_THAT(agents, NotNull());
  EXPECT_THAT(*agents, ElementsAre("a", "b!"));
  EXPECT_EQ(message->type, "subscribe");
  EXPECT_THAT(*decoder.decode_agents(R"({"agents":[]})"), testing::IsEmpty());
  for (const auto* wrong : {"{}", "null", "", R"({"agents":"a"})", R"({"agents":["a",1]})",
                            R"({"agents":null})", R"(["a"])"})
    EXPECT_THAT(decoder.decode_agents(wrong), IsNull()) << wrong;
}

// Whatever is forwarded raw must be JSON: checked to the last byte, also where nobody looks.
TEST(ArcDecoder, RefusesWhatIsNotOneJsonObject) {
  ArcDecoder decoder;
  const std::vector<std::string> texts{"",
                                       " ",
                                       "[]",
                                       "1",
                                       "null",
                                       R"("x")",
                                       "{",
                                       "}",
                                       "{}}",
                                       "{}{}",
                                       "{} x",
                                       "{}1",
                                       R"({"a"})",
                                       R"({"a":})",
                                       R"({"a":1,})",
                                       R"({,"a":1})",
                                       R"({"a" 1})",
                                       R"({"a"::1})",
                                       R"({"a":1 "b":2})",
                                       R"({a:1})",
                                       R"({'a':1})",
                                       R"({"a":"b":1})",
                                       R"({"to":["*"],"payload":{"a":]}})",
                                       R"({"payload":{"a":[}]}})",
                                       R"({"payload":[1,]})",
                                       R"({"payload":[,1]})",
                                       R"({"payload":[1 2]})",
                                       R"({"payload":[1}})",
                                       R"({"payload":{"a":1]})",
                                       R"({"payload":nul})",
                                       R"({"payload":nullx})",
                                       R"({"payload":True})",
                                       R"({"payload":01})",
                                       R"({"payload":-})",
                                       R"({"payload":1.})",
                                       R"({"payload":.5})",
                                       R"({"payload":+1})",
                                       R"({"payload":1e})",
                                       R"({"payload":0x10})",
                                       R"({"payload":NaN})",
                                       R"({"payload":1 2})",
                                       R"({"payload":1"a"})",
                                       R"({"payload":"\x"})",
                                       R"({"payload":"\u12g4"})",
                                       R"({"payload":"\ud800"})",
                                       R"({"payload":"\udc00"})",
                                       R"({"payload":"\ud800\u0041"})",
                                       R"({"payload":{"\q":1}})",
                                       R"({"payload":"open)",
                                       R"({"payload":"open\"})",
                                       "{\"payload\":\"tab\tinside\"}",
                                       "{\"payload\":\"\xFF\"}",
                                       "{\"payload\":\"\xED\xA0\x80\"}",
                                       "{\"payload\":1}\xFF",
                                       std::string{"{\"a\":\0}", 7},
                                       R"({"odd":{"a":]}})",
                                       R"({"odd":"\x"})",
                                       "{\"a\":1\v}",
                                       "/**/{}"};
  for (const std::string& text : texts) {
    EXPECT_FALSE(Json::accept(text) && Json::parse(text).is_object()) << "the table: " << text;
    EXPECT_THAT(decoder.decode(text), IsNull()) << text;
  }
  // Here the other library is more lenient than RFC 8259.
  EXPECT_THAT(decoder.decode({"{}\0", 3}), IsNull());
  EXPECT_THAT(decoder.decode("\xEF\xBB\xBF{}"), IsNull());
}

TEST(ArcDecoder, RefusesAKnownFieldOfAnImpossibleType) {
  ArcDecoder decoder;
  for (const auto* text :
       {R"({"to":"*"})", R"({"to":{}})", R"({"to":[1]})", R"({"to":["a",null]})", R"({"id":[]})",
        R"({"from":1})", R"({"type":{}})", R"({"type":true})", R"({"ref":{}})"})
    EXPECT_THAT(decoder.decode(text), IsNull()) << text;
}

TEST(ArcDecoder, TakesNumbersOfAnySizeAndNestingUpToALimit) {
  ArcDecoder decoder;
  const std::string huge = "-" + std::string(400, '9') + ".0e+99999";
  EXPECT_EQ(decoder.decode(R"({"payload":)" + huge + "}")->payload, huge);

  const auto nested = [&decoder](std::size_t levels) {
    return decoder.decode(R"({"payload":)" + std::string(levels, '[') + std::string(levels, ']') +
                          "}") != nullptr;
  };
  EXPECT_TRUE(nested(200));
  EXPECT_FALSE(nested(300));
  EXPECT_FALSE(nested(100'000));
}

// One random value, of a shape that JSON allows.
Json random_json(Stream& random, int depth) {
  switch (random.below(depth > 3 ? 5 : 7)) {
    case 0:
      return nullptr;
    case 1:
      return random.chance(0.5);
    case 2:
      return static_cast<std::int64_t>(random.next() >> random.below(64));
    case 3:
      return random.unit() * 1e6;
    case 4: {
      std::string text(random.below(12), ' ');
      for (char& c : text) c = static_cast<char>(random.below(128));
      return text;
    }
    case 5: {
      Json array = Json::array();
      for (auto n = random.below(4); n > 0; --n) array.push_back(random_json(random, depth + 1));
      return array;
    }
    default: {
      Json object = Json::object();
      for (auto n = random.below(4); n > 0; --n)
        object["k" + std::to_string(random.below(9))] = random_json(random, depth + 1);
      return object;
    }
  }
}

TEST(ArcDecoder, HandsOnThePayloadOfAnyDocumentThatAnotherLibraryWrites) {
  Stream random{11};
  ArcDecoder decoder;
  for (int i = 0; i < 3'000; ++i) {
    const Json written = random_json(random, 0);
    const Json document{{"to", {"*"}}, {"payload", written}, {"x", random_json(random, 0)}};
    const std::string text = document.dump(random.chance(0.5) ? 2 : -1, ' ', random.chance(0.5));
    const ArcMessage* message = decoder.decode(text);
    ASSERT_THAT(message, NotNull()) << text;
    ASSERT_EQ(Json::parse(message->payload), written) << text;
  }
}

// A valid text with a few bytes changed: both readers must agree on whether it is still JSON.
TEST(ArcDecoder, AgreesWithAnotherLibraryOnDamagedText) {
  Stream random{12};
  ArcDecoder decoder;
  constexpr std::string_view kTelling = "{}[]\",:\\0123456789-+.eEtfnu \n\x01\x80\xC3";
  int refused = 0;
  for (int i = 0; i < 30'000; ++i) {
    const Json document{{"a", random_json(random, 0)}, {"payload", random_json(random, 0)}};
    std::string text = document.dump();
    for (auto n = 1 + random.below(2); n > 0; --n)
      text[random.below(text.size())] = kTelling[random.below(kTelling.size())];
    const Json read = Json::parse(text, nullptr, false);
    // nlohmann refuses numbers that no double holds; we forward them. A known field may be damaged
    // into one of a wrong type only where its name was: none of the names here is close to one.
    const bool valid = read.is_object();
    const bool taken = decoder.decode(text) != nullptr;
    if (text.find_first_of("eE") == std::string::npos) {
      ASSERT_EQ(taken, valid) << text;
    }
    refused += taken ? 0 : 1;
  }
  EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace gauntlet::sim::wire
