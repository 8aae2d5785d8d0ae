"""A minimal ARC relay, written after the documents.

Two flavours: `doc`, what the documents say, and `seen`, what running relays were seen to do. Every
trait can be set by itself, flaws can be added, and single connections can meet a misfortune.
"""

import asyncio
import itertools
import json
import os
import re
import struct
import time
from collections import Counter, deque
from socket import SO_LINGER, SOL_SOCKET

from websockets.exceptions import ConnectionClosed

from one_origin import end_stream, listen, raw_reply, reply
from peer import main, two_ports_in_a_row

DOC = {
    "register_apart": False,    # or HTTP on the WebSocket's port + 1
    "welcome": "top_level",     # or "payload", or "none"
    "bad_token": 401,           # or 4001: accepted, then closed
    "errors": "top_level",      # or "frame": from the relay, with a payload
    "acknowledges": False,      # `subscribed` and `unsubscribed`
    "double_delivery": False,   # a subscriber gets a broadcast twice, with the same id
    "knows_ping": True,
}
SEEN = {
    "register_apart": True,
    "welcome": "payload",
    "bad_token": 4001,
    "errors": "frame",
    "acknowledges": True,
    "double_delivery": True,
    "knows_ping": False,
}
FLAWS = {
    "drop_every": 0,            # every nth delivery is not made
    "duplicate_every": 0,       # ... is made twice
    "reorder_every": 0,         # ... waits until the receiver has got the next one
    "flawed_above": 0,          # deliveries in the last second: below, none of the above
    "misdeliver_every": 0,      # every nth direct delivery goes to somebody else
    "refuse_registrations": 0,  # the first n meet 429
    "registrations": [],        # what the nth registration meets instead of its reply
    "upgrades": [],             # what the nth upgrade meets
    "connections": [],          # what the nth connection meets once it is accepted
    "silent": False,            # accept, and never say a word
    "forget_tokens": False,     # no token is good
    "dies_of": None,            # the process ends, slowly, when a message has this in it
    "port": 0,                  # where to listen; 0: anywhere
    "certificate": None,        # speak TLS, with this file
}
TRAITS = {"doc": DOC, "seen": SEEN}

AGENT_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,62}[a-z0-9]")
HELD_AT_MOST_S = 0.5
DYING_S = 0.3
TOKEN_EXPIRED = 4001

BAD_OPCODE = b"\x83\x00"
RESERVED_BIT = b"\xc1\x00"
NOT_UTF8 = b"\x81\x02\xff\xfe"
CONTINUES_NOTHING = b"\x80\x01x"
LONG_PING = b"\x89\x7e\x00\x7e" + b"p" * 126
MASKED = b"\x81\x81\x00\x00\x00\x00x"
HALF_A_FRAME = b'\x81\x20{"from":'
ENDLESS_MESSAGE = b"\x81\x7f\x00\x00\x00\xff\xff\xff\xff\xff"


def every(n, count):
    return n > 0 and count % n == 0


class ArcRelay:
    def __init__(self, options):
        self.options = TRAITS[options.pop("flavour", "doc")] | FLAWS | options
        self.tokens = {}         # token -> agent id
        self.online = {}         # agent id -> socket
        self.subscriptions = {}  # agent id -> ids it follows
        self.recent = deque()    # when deliveries were made, of the last second
        self.held = {}           # receiver -> the delivery that waits to be overtaken
        self.ids = itertools.count(1)
        self.deliveries = 0
        self.directs = 0
        self.connections = 0
        self.upgrades = 0
        self.registrations = 0
        self.messages = Counter()
        self.counts = Counter()

    @property
    def saw(self):
        return {"messages": self.messages, "tokens": list(self.tokens), **self.counts}

    async def start(self):
        if self.options["silent"]:
            return await self.start_silent()
        apart = self.options["register_apart"]
        certificate = self.options["certificate"]
        port = self.options["port"] or (two_ports_in_a_row() if apart else 0)
        sockets = await listen(port, answer=self.nothing_here if apart else self.answer,
                               admit=self.admit, converse=self.converse,
                               certificate=certificate)
        port = sockets.sockets[0].getsockname()[1]
        if apart:
            await listen(port + 1, answer=self.answer, admit=self.nothing_here, converse=self.converse,
                         certificate=certificate)
        return {"port": port, "register_port": port + 1 if apart else port}

    async def start_silent(self):
        async def listen_only(reader, _writer):
            while await reader.read(65536):
                pass

        server = await asyncio.start_server(listen_only, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        return {"port": port, "register_port": port}

    # ---- HTTP.

    async def nothing_here(self, _request):
        return reply({"error": "not_found"}, 404)

    async def answer(self, request):
        if (request.method, request.path) != ("POST", "/register"):
            return await self.nothing_here(request)
        self.registrations += 1
        if self.registrations <= self.options["refuse_registrations"]:
            self.counts["registrations_refused"] += 1
            return reply({"error": "rate_limited", "message": "slow down"}, 429)
        misfortune = nth(self.options["registrations"], self.registrations)
        if misfortune:
            return HTTP_MISFORTUNES[misfortune](request)
        return self.register(request.json())

    def register(self, wish):
        if wish is None:
            return reply({"error": "invalid_json", "message": "not a JSON object"}, 400)
        agent = wish.get("agent_id") or f"agent-{next(self.ids)}"
        if not AGENT_ID.fullmatch(agent):
            return reply({"error": "invalid_agent_id", "message": agent}, 400)
        if agent in self.tokens.values():
            return reply({"error": "agent_id_taken", "message": agent}, 400)
        token = f"tok_{agent}_{next(self.ids):06d}_secret"
        self.tokens[token] = agent
        self.counts["registered"] += 1
        return reply({"agent_id": agent, "token": token})

    async def admit(self, request):
        if request.path != "/arc":
            return await self.nothing_here(request)
        self.upgrades += 1
        misfortune = nth(self.options["upgrades"], self.upgrades)
        if misfortune:
            return HTTP_MISFORTUNES[misfortune](request)
        if self.agent_of(request) is None and self.options["bad_token"] == 401:
            self.counts["tokens_refused"] += 1
            return reply({"error": "unauthorized", "message": "bad token"}, 401)
        return None

    def agent_of(self, request):
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or request.query.get("token")
        return None if self.options["forget_tokens"] else self.tokens.get(token)

    # ---- A conversation.

    async def converse(self, socket):
        agent = self.agent_of(socket.request)
        if agent is None:
            self.counts["tokens_refused"] += 1
            return await socket.close(TOKEN_EXPIRED, "invalid token")
        self.counts["connected"] += 1
        self.connections += 1
        self.online[agent] = socket
        try:
            await self.welcome(agent, socket)
            misfortune = nth(self.options["connections"], self.connections)
            if misfortune:
                await CONNECTION_MISFORTUNES[misfortune](socket)
            async for text in socket:
                await self.hear(agent, text)
        except ConnectionClosed:
            pass
        finally:
            if self.online.get(agent) is socket:
                del self.online[agent]
                self.subscriptions.pop(agent, None)
            if socket.close_code == TOKEN_EXPIRED:
                self.tokens = {token: other for token, other in self.tokens.items() if other != agent}

    async def welcome(self, agent, socket):
        facts = {"relay": "foreign", "version": "0.1", "capabilities": ["broadcast"], "extensions": []}
        if self.options["welcome"] == "payload":
            await socket.send(json.dumps(self.envelope(agent, "welcome", facts)))
        elif self.options["welcome"] == "top_level":
            limits = {"max_message_size": 65536, "messages_per_minute": 100}
            await socket.send(json.dumps({"type": "welcome", **facts, "limits": limits}))

    def envelope(self, to, kind, payload):
        return {"id": f"r-{next(self.ids)}", "from": "relay", "to": [to], "type": kind, "payload": payload,
                "ts": int(time.time() * 1000)}

    async def say(self, to, kind, payload):
        await self.send(to, json.dumps(self.envelope(to, kind, payload)))

    async def send(self, to, text):
        socket = self.online.get(to)
        if socket is None:
            return
        try:
            await socket.send(text)
        except ConnectionClosed:
            pass

    async def hear(self, agent, text):
        if self.options["dies_of"] and self.options["dies_of"] in text:
            # As a process that dumps its core: it serves nobody, but its port is still there.
            time.sleep(DYING_S)
            os._exit(1)
        message = parse(text)
        if message is None:
            self.messages["malformed"] += 1
            return await self.complain(agent)
        if {"id", "from", "ts"} & message.keys():
            self.counts["spoofed"] += 1
        self.messages[kind_of(message)] += 1
        if message["to"] == ["relay"]:
            await self.obey(agent, message)
        else:
            await self.route(agent, message)

    async def complain(self, agent):
        if self.options["errors"] == "frame":
            await self.say(agent, "error", {"code": "invalid_message", "message": "what?"})
        else:
            await self.send(agent, json.dumps({"error": "invalid_message", "message": "what?"}))

    async def obey(self, agent, message):
        command, payload = message.get("type"), message["payload"]
        followed = self.subscriptions.setdefault(agent, set())
        self.counts[f"commands.{command}"] += 1
        if command in ("subscribe", "unsubscribe"):
            (followed.update if command == "subscribe" else followed.difference_update)(payload["agents"])
            if self.options["acknowledges"]:
                await self.say(agent, f"{command}d", {"agents": payload["agents"], "count": len(payload["agents"])})
        elif command == "list_subscriptions":
            await self.say(agent, "subscriptions", {"agents": sorted(followed)})
        elif command == "ping" and self.options["knows_ping"]:
            await self.say(agent, "pong", {})
        else:
            await self.complain(agent)

    # ---- Deliveries, and the flaws.

    async def route(self, sender, message):
        everyone = "*" in message["to"]
        receivers = [agent for agent in (list(self.online) if everyone else message["to"])
                     if agent in self.online and not (everyone and agent == sender)]
        text = json.dumps({"id": f"m-{next(self.ids)}", "from": sender, **message, "ts": int(time.time() * 1000)})
        for receiver in receivers:
            if not everyone and self.is_misdelivered():
                await self.misdeliver(message["to"], text)
                continue
            await self.deliver(receiver, text)
            if everyone and self.options["double_delivery"] and sender in self.subscriptions.get(receiver, ()):
                self.counts["subscription_copies"] += 1
                await self.send(receiver, text)

    def is_misdelivered(self):
        self.directs += 1
        return every(self.options["misdeliver_every"], self.directs)

    async def misdeliver(self, addressed, text):
        self.counts["owed"] += 1
        self.counts["misdelivered"] += 1
        await self.send(next(agent for agent in self.online if agent not in addressed), text)

    async def deliver(self, receiver, text):
        self.deliveries += 1
        self.counts["owed"] += 1
        flawed = self.is_busy()
        if flawed and every(self.options["drop_every"], self.deliveries):
            self.counts["dropped"] += 1
            return
        if flawed and every(self.options["reorder_every"], self.deliveries) and receiver not in self.held:
            return self.hold(receiver, text)
        await self.send(receiver, text)
        if flawed and every(self.options["duplicate_every"], self.deliveries):
            self.counts["duplicated"] += 1
            await self.send(receiver, text)
        if receiver in self.held:
            self.counts["reordered"] += 1
            await self.release(receiver)

    def is_busy(self):
        now = time.monotonic()
        self.recent.append(now)
        while self.recent[0] < now - 1:
            self.recent.popleft()
        return len(self.recent) > self.options["flawed_above"]

    def hold(self, receiver, text):
        release = lambda: asyncio.ensure_future(self.release(receiver))
        self.held[receiver] = (text, asyncio.get_running_loop().call_later(HELD_AT_MOST_S, release))

    async def release(self, receiver):
        text, timer = self.held.pop(receiver)
        timer.cancel()
        await self.send(receiver, text)


def nth(misfortunes, n):
    return misfortunes[n - 1] if n <= len(misfortunes) else None


def parse(text):
    try:
        message = json.loads(text)
    except ValueError:
        return None
    whole = isinstance(message, dict) and isinstance(message.get("to"), list) and message["to"] and "payload" in message
    return message if whole else None


def kind_of(message):
    if message["to"] == ["relay"]:
        return "command"
    if message.get("type") in ("question", "answer"):
        return message["type"]
    return "broadcast" if "*" in message["to"] else "direct"


# ---- What can happen to a client.

def say(body, status=200):
    return lambda _request: reply(body, status)


def hang_up(*lines):
    """These raw lines and the end of the connection, instead of a reply."""
    def happen(request):
        request.transport.write("\r\n".join(lines).encode())
        request.transport.close()
        raise ConnectionAbortedError
    return happen


HTTP_MISFORTUNES = {
    "server_error": say({"error": "internal"}, 500),
    "overloaded": say({"error": "overloaded"}, 503),
    "rate_limited": say({"error": "rate_limited"}, 429),
    "rejected": say({"error": "forbidden_name"}, 400),
    "not_found": say({"error": "not_found"}, 404),
    "taken": say({"error": "agent_id_taken"}, 409),
    "no_token": say({"agent_id": "somebody"}),
    "a_list": say([]),
    "not_json": lambda _request: raw_reply("<html>welcome</html>", "text/html"),
    "not_http": hang_up("SSH-2.0-OpenSSH_9.2", ""),
    "nothing": hang_up(),
    "half_a_reply": hang_up("HTTP/1.1 200 OK", "Content-Length: 100", "", '{"agent_id":'),
    "half_a_head": hang_up("HTTP/1.1 101 Switching Pro"),
    "wrong_key": hang_up("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                         "Sec-WebSocket-Accept: d3Jvbmcga2V5", "", ""),
}


def frame(data, end=False):
    """Raw bytes on the stream and, when asked for, its end."""
    async def happen(socket):
        socket.transport.write(data)
        if end:
            end_stream(socket)
    return happen


async def reset(socket):
    """What a crash looks like: RST instead of FIN."""
    no_lingering = struct.pack("ii", 1, 0)
    socket.transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, no_lingering)
    socket.transport.abort()


def text(*texts):
    async def happen(socket):
        for each in texts:
            await socket.send(each)
    return happen


def close(code):
    async def happen(socket):
        await socket.close(code, "because")
    return happen


CONNECTION_MISFORTUNES = {
    "not_json": text("hello", "{", "[1,2", "\u0000"),
    "binary": text(b"\x00\x01\x02\x03"),
    "wrong_shape": text("[]", "12", "null", '{"from":12,"to":"x"}'),
    "unknown_type": text('{"from":"relay","to":["x"],"type":"weather","payload":{"sun":true}}'),
    "error_frame": text('{"from":"relay","type":"error","payload":{"code":"x","message":"y"}}'),
    "error_top_level": text('{"error":"x","message":"y"}'),
    "deep": text("[" * 100_000),
    "bad_opcode": frame(BAD_OPCODE),
    "reserved_bit": frame(RESERVED_BIT),
    "not_utf8": frame(NOT_UTF8),
    "continues_nothing": frame(CONTINUES_NOTHING),
    "long_ping": frame(LONG_PING),
    "masked": frame(MASKED),
    "endless_message": frame(ENDLESS_MESSAGE),
    "ends_in_mid_frame": frame(HALF_A_FRAME, end=True),
    "ends_without_close": frame(b"", end=True),
    "reset": reset,
    "going_away": close(1001),
    "expired_token": close(TOKEN_EXPIRED),
    "too_many_messages": close(4029),
    "too_big": close(1009),
}

if __name__ == "__main__":
    main(ArcRelay)
