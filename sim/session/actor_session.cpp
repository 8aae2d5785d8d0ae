#include "sim/session/actor_session.hpp"

#include <algorithm>
#include <utility>

#include "scenarios/terms/earliest.hpp"
#include "scenarios/terms/match.hpp"
#include "sim/session/chronicle.hpp"

namespace gauntlet::sim {
namespace {

Ending ending_of(Abort::How how) {
  switch (how) {
    case Abort::How::hang_up:
      return Ending::close;
    case Abort::How::reset:
      return Ending::reset;
    case Abort::How::vanish:
      return Ending::vanish;
  }
  return Ending::reset;
}

}  // namespace

ActorSession::ActorSession(Seat seat, std::unique_ptr<Machine> machine,
                           std::unique_ptr<runners::Runner> runner, Context& context, Owner& owner)
    : seat_{seat},
      context_{context},
      owner_{owner},
      machine_{std::move(machine)},
      runner_{std::move(runner)} {
  if (runner_) runner_->set_wake([this] { owner_.refresh(seat_.slot); });
}

void ActorSession::tell(const Input& input, Instant now) {
  deliver(input, now);
  settle(now);
}

void ActorSession::tick(Instant now) {
  run_runner(now);
  if (exchange_ && exchange_->answered_until && *exchange_->answered_until <= now) drop_exchange();
  const auto deadline = machine_->next_deadline();
  if (!machine_->done() && deadline && *deadline <= now) deliver(TimePassed{}, now);
  settle(now);
}

std::optional<Instant> ActorSession::next_deadline() const {
  if (machine_->done()) return std::nullopt;
  return earliest(machine_->next_deadline(), runner_ ? runner_->next_deadline() : std::nullopt,
                  exchange_ ? exchange_->answered_until : std::nullopt);
}

bool ActorSession::stuck() const {
  const bool asks = exchange_ && !exchange_->answered_until;
  return !done() && (busy() || asks) && !next_deadline();
}

void ActorSession::run_runner(Instant now) {
  if (!runner_) return;
  while (const auto output = runner_->next(now)) {
    std::visit(match{
                   [&](const runners::TokenOut& t) {
                     deliver(Token{t.text, t.planned}, now);
                   },
                   [&](const runners::Began& b) { deliver(GenerationBegan{b.waited}, now); },
                   [&](const runners::Finished& f) {
                     deliver(Generated{f.tokens, f.counted}, now);
                   },
                   [&](const runners::Failed& f) {
                     deliver(GenerationFailed{f.why, f.words}, now);
                   },
               },
               *output);
  }
}

void ActorSession::deliver(const Input& input, Instant now) {
  if (machine_->done()) return;
  Outbox& out = context_.outbox;
  const bool logged = context_.log.wants(LogLevel::warning);
  if (logged) chronicle(context_.log, now, seat_.name, input);
  machine_->handle(now, input, out);
  for (const Effect& effect : out.effects()) {
    if (logged) chronicle(context_.log, now, seat_.name, effect);
    carry_out(effect, now);
  }
  out.clear();
  const LinkId blocked = std::exchange(blocked_, 0);
  if (blocked != 0 && socket_ && socket_->link() == blocked) {
    drop_socket(Ending::reset);
    deliver(Closed{1006, {}, Outcome::blocked}, now);
  }
}

// A machine that is done leaves nothing behind; and whoever waits for deadlines is told.
void ActorSession::settle(Instant now) {
  if (machine_->done()) {
    if (runner_) runner_->cancel(now);
    drop_socket(Ending::close);
    drop_exchange();
    if (sides_) sides_->close();
  }
  owner_.refresh(seat_.slot);
}

void ActorSession::carry_out(const Effect& effect, Instant now) {
  const Outbox& out = context_.outbox;
  dispatch(match{
               [&](const Connect& e) { begin(e); },
               [&](const Request& e) { begin(e, now); },
               [&](const CancelRequest&) { drop_exchange(); },
               [&](const Send& e) { send(e); },
               [&](const SendBytes& e) {
                 if (socket_) socket_->send_bytes(out.text(e.bytes), context_);
               },
               [&](const Ping&) {
                 if (socket_) socket_->ping(context_);
               },
               [&](const Close& e) {
                 if (socket_) socket_->close(e.code, context_);
               },
               [&](const Abort& e) { drop_socket(ending_of(e.how)); },
               [&](const EndWriting&) {
                 if (socket_) context_.links.finish(socket_->link());
               },
               [&](const StopReading&) {
                 if (socket_) context_.links.read(socket_->link(), false);
               },
               [&](const StartReading&) {
                 if (socket_) context_.links.read(socket_->link(), true);
               },
               [&](const AnswerPings& e) {
                 if (socket_) socket_->answer_pings(e.on);
               },
               [&](const OpenSides& e) {
                 if (!sides_) sides_ = std::make_unique<SideLinks>(context_, seat_.actor, *this);
                 sides_->open(e);
               },
               [&](const CloseSides&) {
                 if (sides_) sides_->close();
               },
               [&](const Impair& e) {
                 if (context_.between != nullptr)
                   context_.between->impair(seat_.actor, e.fault, now, e.until);
               },
               [&](const Generate& e) {
                 if (runner_)
                   runner_->start(now, {.text = out.text(e.prompt),
                                        .max_tokens = e.max_tokens,
                                        .temperature = e.temperature,
                                        .seed = e.seed,
                                        .round = e.round});
               },
               [&](const CancelGeneration&) {
                 if (runner_) runner_->cancel(now);
               },
               [&](const Observe& e) {
                 context_.recorder.observe(e.series, e.value, context_.window_of(e.intended));
               },
               [&](const Count& e) { context_.recorder.count(e.counter, e.n); },
               [&](const Shift& e) { context_.recorder.shift(e.gauge, e.by); },
               [&](const Track& e) { context_.ledgers.add(e.book, e.event); },
               [&](const Announce& e) { context_.announcer.announce(out.reveal(e.pin)); },
           },
           effect);
}

void ActorSession::begin(const Connect& effect) {
  drop_socket(Ending::reset);
  const LinkId link = context_.links.dial(effect.to, seat_.actor, *this);
  const Stream random{context_.seed, seat_.actor, Purpose::masking, sockets_opened_++};
  socket_ =
      std::make_unique<ClientSocket>(link, context_.outbox.text(effect.path),
                                     context_.outbox.reveal(effect.bearer), effect.to, random);
}

void ActorSession::begin(const Request& effect, Instant now) {
  drop_exchange();
  // The generator has done its part when it dials; what follows is the target's time.
  if (effect.intended)
    context_.recorder.observe(metrics::Series::generator_slip, now - *effect.intended,
                              context_.slip_window_of(*effect.intended));
  const Outbox& out = context_.outbox;
  exchange_ = std::make_unique<Exchange>(
      Exchange{.link = context_.links.dial(effect.to, seat_.actor, *this),
               .to = effect.to,
               .method = effect.method,
               .path = std::string{out.text(effect.path)},
               .body = std::string{out.text(effect.body)},
               .bearer = Secret{out.reveal(effect.bearer).reveal()}});
}

void ActorSession::send(const Send& effect) {
  if (!socket_ || !socket_->open()) return;
  const LinkId link = socket_->link();
  if (!socket_->send(context_.outbox.text(effect.text), context_)) blocked_ = link;
  if (effect.intended)
    context_.links.stamp(link, *effect.intended, context_.slip_window_of(*effect.intended));
}

void ActorSession::drop_socket(Ending how) {
  if (!socket_) return;
  context_.links.end(socket_->link(), how);
  socket_.reset();
}

void ActorSession::drop_exchange() {
  if (!exchange_) return;
  context_.links.end(exchange_->link, Ending::close);
  exchange_.reset();
}

// ---- What happens on links.

void ActorSession::opened(LinkId link, Instant) {
  if (socket_ && socket_->link() == link) {
    socket_->opened(context_);
  } else if (exchange_ && exchange_->link == link) {
    const Place& place = context_.places[static_cast<std::size_t>(exchange_->to)];
    wire::append_request(context_.links.output(link),
                         {.method = exchange_->method == Method::get ? "GET" : "POST",
                          .authority = place.authority,
                          .path = path_below(place, exchange_->path),
                          .bearer = exchange_->bearer.reveal()},
                         exchange_->body);
  } else if (sides_) {
    sides_->opened(link);
  }
}

void ActorSession::failed(LinkId link, Outcome why, Instant now) {
  if (socket_ && socket_->link() == link) {
    socket_.reset();
    deliver(ConnectFailed{why}, now);
  } else if (exchange_ && exchange_->link == link) {
    exchange_.reset();
    deliver(HttpFailed{why}, now);
  } else {
    side_ended(link, why, now);
  }
  settle(now);
}

void ActorSession::bytes(LinkId link, std::span<char> bytes, Instant now) {
  if (socket_ && socket_->link() == link) {
    // The machine may drop or replace the socket while it handles an input.
    while (socket_ && socket_->link() == link) {
      const auto input = socket_->next(bytes, context_);
      if (!input) break;
      std::unique_ptr<ClientSocket> finished;  // lives on for the views in `input`
      if (socket_->over()) {
        finished = std::move(socket_);
        context_.links.end(link, Ending::close);
      }
      deliver(*input, now);
    }
  } else if (exchange_ && exchange_->link == link) {
    read_reply(bytes, now);
  } else if (sides_) {
    while (const auto input = sides_->next(link, bytes)) deliver(*input, now);
  }
  settle(now);
}

void ActorSession::read_reply(std::span<char> bytes, Instant now) {
  if (exchange_->answered_until) return;
  const wire::Progress progress = exchange_->reply.feed(bytes);
  if (progress == wire::Progress::more) return;
  if (progress == wire::Progress::bad) {
    drop_exchange();
    deliver(HttpFailed{Outcome::bad_reply}, now);
    return;
  }
  const wire::ReplyReader reply = std::move(exchange_->reply);  // outlives a new exchange
  exchange_->answered_until = now + kServersClose;
  deliver(HttpReply{reply.status(), reply.body()}, now);
}

void ActorSession::ended(LinkId link, Outcome how, Instant now) {
  if (socket_ && socket_->link() == link) {
    const auto finished = std::move(socket_);
    deliver(finished->ended(how), now);
  } else if (exchange_ && exchange_->link == link) {
    const auto finished = std::move(exchange_);
    if (!finished->answered_until) end_reply(finished->reply, how, now);
  } else {
    side_ended(link, how, now);
  }
  settle(now);
}

void ActorSession::side_ended(LinkId link, Outcome how, Instant now) {
  if (!sides_) return;
  if (const auto input = sides_->ended(link, how)) deliver(*input, now);
}

void ActorSession::end_reply(wire::ReplyReader& reply, Outcome how, Instant now) {
  if (how == Outcome::closed_early && reply.finish() == wire::Progress::done)
    deliver(HttpReply{reply.status(), reply.body()}, now);
  else
    deliver(HttpFailed{how}, now);
}

}  // namespace gauntlet::sim
