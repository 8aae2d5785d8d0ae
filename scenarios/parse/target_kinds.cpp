#include "scenarios/parse/target_kinds.hpp"

#include <limits>

#include "scenarios/parse/address_kinds.hpp"
#include "scenarios/parse/record.hpp"
#include "scenarios/parse/scalar_kinds.hpp"
#include "scenarios/parse/tls_kinds.hpp"
#include "scenarios/parse/traffic_kinds.hpp"
#include "scenarios/terms/defect_table.hpp"
#include "scenarios/terms/nearest.hpp"

namespace gauntlet::scenarios {
namespace {

using Relay = std::variant<RelayOptions, RelayAddresses>;
using Arena = std::variant<ArenaOptions, ArenaAddress>;

constexpr std::uint32_t kAnyMax = std::numeric_limits<std::uint32_t>::max();
constexpr const char* kStallDoc = "Every so often the server does nothing for a while.";
constexpr const char* kServiceTimeDoc =
    "How long the server works on each message, one after another.";

constexpr const char* kDefectsDoc = "What it does wrong on purpose.";

constexpr const char* kTlsDoc =
    "The certificate with which it serves https and wss; not in virtual time.";

Kind<std::uint32_t> any_count() { return count(0, kAnyMax); }

// One of those that this server can have.
Kind<Defect> defect(DefectOf of, const std::string& server) {
  std::vector<std::pair<std::string, Defect>> meanings;
  std::vector<std::string> names;
  std::string written;
  for (const DefectDef& each : kDefects) {
    if (!is_of(each, of)) continue;
    names.emplace_back(each.name);
    meanings.emplace_back(each.name, each.id);
    written += (written.empty() ? "- `" : "\n- `") + names.back() + "`: " + std::string{each.help};
  }
  Kind<Defect> kind = words(meanings);
  kind.words = "the name of a defect, such as " + names.front();
  kind.read = [names, server, read = kind.read, claims = kind.claims](
                  const Value& value, Reader& reader, Defect& into) {
    if (claims(value)) return read(value, reader, into);
    const std::string meant = nearest(value.text, names);
    reader.refuse(
        value,
        "must be the name of a defect, of those in docs/scenario.md under " + server + "-defect",
        meant.empty() ? names.front() : meant);
  };
  return named(server + "-defect",
               "Something that the embedded " + server + " does wrong on purpose, to be found.",
               written, std::move(kind));
}

Kind<Defects> defects(DefectOf of, const std::string& server) {
  return adapt<Defects, std::vector<Defect>>(
      list_of(defect(of, server)),
      [](const std::vector<Defect>& all) {
        Defects set;
        for (const Defect each : all) set.add(each);
        return set;
      },
      [](const Defects& set) {
        std::vector<Defect> all;
        for (const DefectDef& each : kDefects)
          if (set.has(each.id)) all.push_back(each.id);
        return std::optional{all};
      });
}

Kind<Stall> stall() {
  return Record<Stall>{"stall",
                       "A fault whose effect on latency is known by calculation: every so often, "
                       "the server does nothing for a while."}
      .required("every", &Stall::every, positive_duration(),
                "From the start of one stall to the next; the first comes one of these in.")
      .required("for", &Stall::lasting, positive_duration(), "How long each one lasts.")
      .rule(
          "every", "for", [](const Stall& s) { return s.lasting < s.every; }, "shorter than every")
      .kind();
}

Kind<RelayOptions> relay_options() {
  using BadToken = RelayOptions::BadToken;
  using RateLimit = RelayOptions::RateLimit;
  return Record<RelayOptions>{"embedded-relay",
                              "Options of the embedded relay. The defaults follow the ARC "
                              "documents."}
      .key("register_port", &RelayOptions::register_port_apart,
           words<bool>({{"same", false}, {"apart", true}}),
           "`apart`: HTTP is on the WebSocket's port + 1.")
      .key("welcome", &RelayOptions::welcome, boolean(), "Whether it greets who gets in.")
      .key("bad_token", &RelayOptions::bad_token,
           words<BadToken>({{"401", BadToken::refuse_401}, {"close_4001", BadToken::close_4001}}),
           "What a bad token meets: HTTP 401, or a WebSocket that closes with 4001.")
      .key("token_lifetime", &RelayOptions::token_lifetime, duration(),
           "Who comes with a token that is older meets a WebSocket that closes with 4001. 0s: "
           "tokens never expire.")
      .key("double_delivery", &RelayOptions::double_delivery, boolean(),
           "Whether a subscriber gets a broadcast twice, with the same id.")
      .key("message_max", &RelayOptions::message_bytes_max, size(1), "The largest message.")
      .key("messages_per_minute", &RelayOptions::messages_per_minute, any_count(),
           "Per agent; what meets it above that, `rate_limit` says. 0: no limit.")
      .key(
          "rate_limit", &RelayOptions::rate_limit,
          words<RateLimit>({{"close_4029", RateLimit::close_4029}, {"error", RateLimit::error}}),
          "What an agent above `messages_per_minute` meets: a close with 4029, or an error message "
          "`rate_limited` for each message, which is not passed on.")
      .key("registrations_per_minute", &RelayOptions::registrations_per_minute, any_count(),
           "All together; above it the relay answers 429. 0: no limit.")
      .key("service_time", &RelayOptions::service_time, distribution(), kServiceTimeDoc)
      .key("queue_max", &RelayOptions::queue_max, any_count(),
           "Messages that may wait for service; above it they meet an error. 0: no limit.")
      .key("stall", &RelayOptions::stall, stall(), kStallDoc)
      .key("tls", &RelayOptions::tls, tls_server(), kTlsDoc)
      .key("heartbeat", &RelayOptions::heartbeat, none_or_from(kEveryMin),
           "An agent from which nothing came for that long is pinged. 0s: never.")
      .key("silence_max", &RelayOptions::silence_max, duration(),
           "An agent from which nothing at all came for that long, not even a pong, is dropped. "
           "0s: never.")
      .key("drop_every", &RelayOptions::drop_every, any_count(),
           "A deliberate flaw: every nth delivery is dropped. 0: none.")
      .key("duplicate_every", &RelayOptions::duplicate_every, any_count(),
           "A deliberate flaw: every nth delivery is sent twice. 0: none.")
      .key(
          "reorder_every", &RelayOptions::reorder_every, any_count(),
          "A deliberate flaw: every nth delivery is held back until after the next one to the same "
          "agent, whoever sent that. 0: none.")
      .key("defects", &RelayOptions::defects, defects(DefectOf::relay, "relay"), kDefectsDoc)
      .kind();
}

Kind<ArenaOptions> arena_options() {
  return Record<ArenaOptions>{"embedded-arena", "Options of the embedded arena."}
      .key("pin_length", &ArenaOptions::pin_length, count(4, 32), "Digits of the session's PIN.")
      .key("pin_hash_rounds", &ArenaOptions::pin_hash_rounds, count(1, 10'000'000),
           "PBKDF2-HMAC-SHA256 iterations: what a registration costs the server.")
      .key("message_max", &ArenaOptions::message_bytes_max, size(1),
           "The largest message; above it the arena closes with 1009.")
      .key("heartbeat", &ArenaOptions::heartbeat, duration_from(kEveryMin),
           "Between heartbeats and pings.")
      .key("silence_max", &ArenaOptions::silence_max, positive_duration(),
           "Then a client that answers no ping is dropped.")
      .key("requests_per_minute", &ArenaOptions::requests_per_minute, any_count(),
           "HTTP, per address; above it the arena answers 429. 0: no limit.")
      .key("service_time", &ArenaOptions::service_time, distribution(), kServiceTimeDoc)
      .key("stall", &ArenaOptions::stall, stall(), kStallDoc)
      .key("tls", &ArenaOptions::tls, tls_server(), kTlsDoc)
      .key("drop_token_every", &ArenaOptions::drop_token_every, any_count(),
           "A deliberate flaw: every nth token is not taken. 0: none.")
      .key("defects", &ArenaOptions::defects, defects(DefectOf::arena, "arena"), kDefectsDoc)
      .kind();
}

// Digits to people, a number to YAML; a secret to everybody else.
Kind<Secret> pin() {
  Scalar<Secret> scalar;
  scalar.words = "a PIN such as ${ARENA_PIN}";
  scalar.label = "text";
  scalar.example = "${ARENA_PIN}";
  scalar.type = YamlType::any;
  scalar.secret = true;
  scalar.schema = {{"anyOf", Json::array({Json{{"type", "string"}, {"minLength", 1}},
                                          Json{{"type", "integer"}}})}};
  scalar.parse = [](std::string_view text) -> Quantity<Secret> {
    if (text.empty()) return fail(Misread{"is empty", ""});
    return Secret{text};
  };
  scalar.print = [](const Secret&) { return std::string{}; };
  Kind<Secret> kind = scalar.kind();
  kind.write = [](const Secret&) { return std::optional{Value::quote("${ARENA_PIN}")}; };
  return kind;
}

// One relay is written without the brackets.
Kind<RelayAddresses> alone(const Kind<RelayAddress>& address) {
  return adapt<RelayAddresses, RelayAddress>(
      address, [](RelayAddress one) { return RelayAddresses{std::move(one)}; },
      [](const RelayAddresses& all) {
        return all.size() == 1 ? std::optional{all.front()} : std::nullopt;
      });
}

Kind<Relay> relay() {
  const auto parts = Record<RelayAddress>{"relay-address", "A relay whose two addresses lie apart."}
                         .required("register", &RelayAddress::register_url, http_origin(),
                                   "Where `POST /register` goes.")
                         .required("connect", &RelayAddress::connect_url, socket_url("/arc"),
                                   "Where the WebSocket is.")
                         .marked_by("register")
                         .marked_by("connect")
                         .kind();
  const auto either = one_of<RelayAddress>("an address or {register, connect}",
                                           "http://127.0.0.1:8080", {relay_address(), parts});
  return one_of<Relay>(
      "embedded, an address, {embedded: {...}}, {register, connect} or a list of addresses",
      "embedded",
      {short_for<Relay>("embedded", RelayOptions{}), alternative<Relay>(alone(relay_address())),
       tagged<Relay>("embedded", relay_options(), "The embedded relay, with options."),
       alternative<Relay>(alone(parts)), alternative<Relay>(list_of(either, 1))});
}

Kind<Arena> arena() {
  const auto address =
      Record<ArenaAddress>{"arena-address",
                           "A real arena. With `control`, we make the session, learn its PIN and "
                           "start the rounds; without, others do, and `pin` is needed."}
          .required("url", &ArenaAddress::socket_url, socket_url("/ws"), "Where the WebSocket is.")
          .key("control", &ArenaAddress::control_url, http_origin(),
               "Where the operator's requests go.")
          .key("pin", &ArenaAddress::pin, pin(),
               "The PIN of a session that is there already; a secret, so best as `${ARENA_PIN}`.")
          .marked_by("url")
          .marked_by("control")
          .kind();
  return one_of<Arena>(
      "embedded, an address, {embedded: {...}} or {url, control, pin}", "embedded",
      {short_for<Arena>("embedded", ArenaOptions{}), alternative<Arena>(arena_address()),
       tagged<Arena>("embedded", arena_options(), "The embedded arena, with options."),
       alternative<Arena>(address)});
}

}  // namespace

const Kind<Targets>& targets() {
  static const Kind<Targets> kKind =
      Record<Targets>{"targets", "What is tested."}
          .key("relay", &Targets::relay, relay(),
               "The ARC relay: `embedded`, or the address of a real one. From one http or ws "
               "address, both are made: `http://host:port` and `ws://host:port/arc`. With a list, "
               "agents "
               "are spread over the relays by number, and talk to those on the same relay.")
          .key("arena", &Targets::arena, arena(),
               "The arena: `embedded`, or the address of a real one. `http://host:port` is short "
               "for `{url: ws://host:port/ws, control: http://host:port}`.")
          .key("tls", &Targets::tls, tls_client(),
               "How clients meet targets at https and wss addresses, and embedded ones with a "
               "certificate. Without it, they trust the authorities of the system.")
          .tall()
          .kind();
  return kKind;
}

}  // namespace gauntlet::scenarios
