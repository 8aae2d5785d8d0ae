"""An arena server, written after the documents: sessions, rounds, token order, screens, scoreboard."""

import asyncio
import csv
import io
import itertools
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed

from one_origin import end_stream, listen, raw_reply, reply
from peer import main

OPTIONS = {
    "pin": None,               # a session that is there from the start, with this PIN
    "port": 0,                 # where to listen; 0: anywhere
    "certificate": None,       # speak TLS, with this file
    "registered_with": "participant_id",  # or "session_id", or "nothing"
    "registration_s": 0.05,    # what hashing a PIN costs, one after another
    "refuse_requests": 0,      # the first n HTTP requests meet 429
    "lose_token_every": 0,     # every nth token is not taken, and so are those that follow it
    "claim_more": 0,           # so many tokens too many on the scoreboard
    "cut_at_token": 0,         # each participant is sent away once, when it has sent so many of a round
    "away": [],                # how many are sent away just before the nth round starts
    "connections": [],         # what the nth participant's connection meets after `registered`
}
GOING_AWAY = 1001
CSV_HEADER = ("round,round_started_at,round_ended_at,participant_id,nickname,tokens,latency_first_token_ms,"
              "duration_ms,tps_avg,votes,avg_score,generated_content").split(",")


@dataclass
class Round:
    id: str
    index: int
    terms: dict
    started: float | None = None
    ended: float | None = None
    contents: dict = field(default_factory=dict)  # participant -> its tokens
    reports: dict = field(default_factory=dict)   # participant -> its `complete`
    votes: list = field(default_factory=list)     # (participant, score)


@dataclass
class Session:
    id: str
    pin: str
    nicknames: dict = field(default_factory=dict)
    online: dict = field(default_factory=dict)
    rounds: list = field(default_factory=list)


class Arena:
    def __init__(self, options):
        self.options = OPTIONS | options
        self.ids = itertools.count(1)
        self.session = Session("session-0", self.options["pin"]) if self.options["pin"] else None
        self.screens = set()
        self.counts = Counter()
        self.hashing = asyncio.Lock()
        self.requests = 0
        self.tokens_in_turn = 0
        self.registrations = 0
        self.cut = set()

    @property
    def saw(self):
        return dict(self.counts)

    async def start(self):
        sockets = await listen(self.options["port"], answer=self.answer, admit=self.admit, converse=self.converse,
                               certificate=self.options["certificate"])
        return {"port": sockets.sockets[0].getsockname()[1]}

    # ---- The operator and the audience.

    async def answer(self, request):
        self.requests += 1
        if self.requests <= self.options["refuse_requests"]:
            self.counts["requests_refused"] += 1
            return reply({"error": "too many requests"}, 429)
        routes = {
            ("POST", "/session"): self.post_session,
            ("POST", "/rounds"): self.post_round,
            ("POST", "/rounds/start"): self.post_start,
            ("POST", "/rounds/stop"): self.post_stop,
            ("POST", "/votes"): self.post_vote,
            ("GET", "/presence"): self.get_presence,
            ("GET", "/scoreboard"): self.get_scoreboard,
            ("GET", "/metrics"): self.get_metrics,
            ("GET", "/export.csv"): self.get_csv,
        }
        route = routes.get((request.method, request.path))
        if route is None:
            return reply({"error": "not found"}, 404)
        if self.session is None and route != self.post_session:
            return reply({"error": "No active session"}, 404)
        self.counts[f"{request.method} {request.path}"] += 1
        return await route(request)

    async def post_session(self, _request):
        self.session = Session(f"session-{next(self.ids)}", f"{random.randrange(1_000_000):06d}")
        return reply({"session_id": self.session.id, "pin": self.session.pin, "created_at": int(time.time() * 1000)})

    async def post_round(self, request):
        terms = request.json()
        if not terms or not terms.get("prompt"):
            return reply({"error": "prompt is required"}, 500)
        round_ = Round(f"round-{next(self.ids)}", len(self.session.rounds) + 1, terms)
        self.session.rounds.append(round_)
        return reply({"id": round_.id, "index": round_.index})

    async def post_start(self, request):
        round_ = self.round_with_id(request.json()["roundId"])
        if round_ is None:
            return reply({"error": "no such round"}, 400)
        round_.started = time.time()
        challenge = {
            "type": "challenge", "session_id": self.session.id, "round": round_.index,
            "prompt": round_.terms["prompt"], "max_tokens": round_.terms.get("maxTokens", 400),
            "temperature": round_.terms.get("temperature", 0.8), "deadline_ms": round_.terms.get("deadlineMs", 30000),
        }
        if "seed" in round_.terms:
            challenge["seed"] = round_.terms["seed"]
        away = self.options["away"]
        for who in list(self.session.online)[:away[round_.index - 1] if round_.index <= len(away) else 0]:
            await self.session.online.pop(who).close(GOING_AWAY)
        self.counts["challenges"] += len(self.session.online)
        for socket in list(self.session.online.values()):
            await tell(socket, challenge)
        await self.show({"type": "round_started", "round": round_.index, "session_id": self.session.id})
        return reply({"id": round_.id})

    async def post_stop(self, request):
        round_ = self.round_with_id(request.json()["roundId"])
        if round_ is None or not round_.contents:
            return reply({"error": "nobody answered"}, 500)
        round_.ended = time.time()
        return reply({"id": round_.id})

    async def post_vote(self, request):
        vote = request.json()
        round_ = self.round_with_id(vote.get("roundId"))
        if round_ is None or vote["participantId"] not in self.session.nicknames or not 0 <= vote["score"] <= 5:
            self.counts["votes_refused"] += 1
            return reply({"error": "bad vote"}, 400)
        self.counts["votes"] += 1
        round_.votes.append((vote["participantId"], vote["score"]))
        return reply({"ok": True})

    async def get_presence(self, _request):
        return reply({"connectedCount": len(self.session.online), "participants": list(self.session.online)})

    async def get_scoreboard(self, request):
        round_ = self.round_with_id(request.query.get("roundId"))
        if round_ is None:
            return reply({"error": "no such round"}, 404)
        return reply({"scoreboard": [self.score(round_, who) for who in self.session.nicknames]})

    async def get_metrics(self, _request):
        return reply({"participants": len(self.session.nicknames), "total_tokens": self.counts["tokens_taken"]})

    async def get_csv(self, _request):
        table = io.StringIO()
        writer = csv.DictWriter(table, CSV_HEADER, restval="", extrasaction="ignore")
        writer.writeheader()
        for round_ in self.session.rounds:
            for who in self.session.nicknames:
                writer.writerow({"round": round_.index, "round_started_at": round_.started,
                                 "round_ended_at": round_.ended, **self.score(round_, who)})
        return raw_reply(table.getvalue(), "text/csv")

    def score(self, round_, who):
        report = round_.reports.get(who, {})
        tokens = round_.contents.get(who, [])
        scores = [score for whom, score in round_.votes if whom == who]
        return {
            "participant_id": who, "nickname": self.session.nicknames[who],
            "tokens": len(tokens) + self.options["claim_more"],
            "latency_first_token_ms": report.get("latency_ms_first_token"), "duration_ms": report.get("duration_ms"),
            "tps_avg": 0, "votes": len(scores), "avg_score": sum(scores) / len(scores) if scores else 0,
            "total_score": sum(scores), "generated_content": "".join(tokens),
        }

    def round_with_id(self, id_):
        return next((round_ for round_ in self.session.rounds if round_.id == id_), None)

    # ---- Participants and screens.

    async def admit(self, request):
        return None if request.path == "/ws" else reply({"error": "not found"}, 404)

    async def converse(self, socket):
        try:
            async for text in socket:
                await self.hear(socket, json.loads(text))
        except ConnectionClosed:
            pass
        except ValueError:
            self.counts["malformed"] += 1
        finally:
            self.screens.discard(socket)
            if self.session:
                self.session.online = {who: s for who, s in self.session.online.items() if s is not socket}

    async def hear(self, socket, message):
        kinds = {"register": self.register, "telao_register": self.register_screen, "token": self.take_token,
                 "complete": self.take_complete, "error": self.take_error, "heartbeat": self.take_heartbeat}
        self.counts[message["type"]] += 1
        await kinds[message["type"]](socket, message)

    async def register(self, socket, message):
        async with self.hashing:
            await asyncio.sleep(self.options["registration_s"])
        if self.session is None:
            return await self.refuse(socket, "No active session")
        if message["pin"] != self.session.pin:
            return await self.refuse(socket, "Invalid PIN.")
        who = message["participant_id"]
        self.registrations += 1
        self.counts["registered"] += 1
        self.session.nicknames[who] = message["nickname"]
        self.session.online[who] = socket
        acknowledgement = {"participant_id": who, "session_id": self.session.id}
        with_ = self.options["registered_with"]
        await tell(socket, {"type": "registered"} | {k: v for k, v in acknowledgement.items() if k == with_})
        await self.show({"type": "participant_registered", "participant_id": who})
        misfortunes = self.options["connections"]
        if self.registrations <= len(misfortunes):
            await MISFORTUNES[misfortunes[self.registrations - 1]](socket)

    async def refuse(self, socket, why):
        self.counts["registrations_refused"] += 1
        await tell(socket, {"type": "error", "message": why})

    async def register_screen(self, socket, _message):
        self.screens.add(socket)
        await tell(socket, {"type": "registered_telao"})
        await tell(socket, {"type": "state_snapshot", "session": None, "participants": []})

    async def take_token(self, socket, message):
        round_ = self.session.rounds[message["round"] - 1]
        tokens = round_.contents.setdefault(message["participant_id"], [])
        if message["seq"] != len(tokens):
            self.counts["tokens_out_of_order"] += 1
            return
        self.tokens_in_turn += 1
        if self.options["lose_token_every"] and self.tokens_in_turn % self.options["lose_token_every"] == 0:
            self.counts["tokens_not_taken"] += 1
            return
        self.counts["tokens_taken"] += 1
        tokens.append(message["content"])
        if len(tokens) == self.options["cut_at_token"] and message["participant_id"] not in self.cut:
            self.cut.add(message["participant_id"])
            asyncio.ensure_future(socket.close(GOING_AWAY))  # what was sent meanwhile is still read
        self.counts["token_updates"] += len(self.screens)
        await self.show({"type": "token_update", "participant_id": message["participant_id"],
                         "round": round_.index, "seq": message["seq"], "content": message["content"],
                         "total_tokens": len(tokens)})

    async def take_complete(self, _socket, message):
        round_ = self.session.rounds[message["round"] - 1]
        who = message["participant_id"]
        round_.reports[who] = message
        if message["tokens"] != len(round_.contents.get(who, [])):
            self.counts["completes_disagree"] += 1
        if None in message.values():
            self.counts["nulls"] += 1
        await self.show({"type": "completion", "participant_id": who, "round": round_.index,
                         "tokens": message["tokens"], "duration_ms": message["duration_ms"], "ttft_ms": 0, "tps": 0})

    async def take_error(self, _socket, message):
        self.counts[f"errors.{message['code']}"] += 1

    async def take_heartbeat(self, _socket, _message):
        pass

    async def show(self, message):
        for screen in list(self.screens):
            await tell(screen, message)


async def tell(socket, message):
    try:
        await socket.send(json.dumps(message))
    except ConnectionClosed:
        pass


async def end_session(socket):
    await tell(socket, {"type": "error", "message": "The session is over", "code": "SESSION_ENDED"})
    await socket.close()


async def say_nonsense(socket):
    for text in ("not json", "[]", '{"type":12}', '{"type":"challenge","round":"first"}', b"\x00\xff"):
        await socket.send(text)


async def say_something_new(socket):
    await tell(socket, {"type": "perception", "nearby": []})


async def break_a_frame(socket):
    socket.transport.write(b"\x83\x00")


async def end_in_mid_frame(socket):
    socket.transport.write(b'\x81\x30{"type":')
    end_stream(socket)


MISFORTUNES = {
    "session_ends": end_session,
    "nonsense": say_nonsense,
    "something_new": say_something_new,
    "bad_frame": break_a_frame,
    "ends_in_mid_frame": end_in_mid_frame,
}

if __name__ == "__main__":
    main(Arena)
