"""`gauntlet serve arena`: an operator over HTTP, participants and a screen over WebSockets, none of them ours."""

import asyncio
import contextlib
import csv
import io
import json
import unittest

import requests
import websockets

from harness import EndToEnd, main

CSV_HEADER = ("round,round_started_at,round_ended_at,participant_id,nickname,tokens,latency_first_token_ms,"
              "duration_ms,tps_avg,votes,avg_score,generated_content")


class Socket:
    """A connection to the arena."""

    def __init__(self, ws):
        self.ws = ws

    async def say(self, type_, **fields):
        await self.ws.send(json.dumps({"type": type_, **fields}))

    async def next(self, *types):
        """The next message; of these types, if any are named: others are skipped."""
        while True:
            message = json.loads(await asyncio.wait_for(self.ws.recv(), 10))
            if not types or message["type"] in types:
                return message

    async def closed(self):
        await asyncio.wait_for(self.ws.wait_closed(), 10)
        return self.ws.close_code


class ServeArena(EndToEnd, unittest.IsolatedAsyncioTestCase):
    def arena(self, *settings):
        self.http, self.ws = self.serve("arena", *settings)

    def request(self, method, path, body=None, status=200):
        response = requests.request(method, self.http + path, json=body, timeout=10)
        self.assertEqual(response.status_code, status, response.text)
        return response

    def post(self, path, status=200, **body):
        return self.request("POST", path, body, status).json()

    def get(self, path, status=200):
        return self.request("GET", path, status=status).json()

    async def connect(self):
        socket = await websockets.connect(self.ws, max_size=None)
        self.addAsyncCleanup(socket.close)
        return Socket(socket)

    async def ask_to_join(self, name, pin):
        socket = await self.connect()
        await socket.say("register", participant_id=name, nickname=name.title(), pin=pin, runner="mock", model="m")
        return socket

    async def join(self, name, pin):
        socket = await self.ask_to_join(name, pin)
        acknowledgement = await socket.next()
        self.assertEqual((acknowledgement["type"], acknowledgement["participant_id"]), ("registered", name))
        return socket

    async def screen(self):
        socket = await self.connect()
        await socket.say("telao_register", view="arena")
        self.assertIn((await socket.next())["type"], ("registered_telao", "telao_registered"))
        return socket


class Joining(ServeArena):
    def setUp(self):
        self.arena()

    async def test_needs_a_session(self):
        error = await (await self.ask_to_join("ada", "123456")).next()
        self.assertEqual((error["type"], error["message"]), ("error", "No active session"))

    async def test_needs_the_pin_and_a_second_try_on_the_same_socket_may_have_it(self):
        pin = self.post("/session")["pin"]
        socket = await self.ask_to_join("ada", "not" + pin)
        self.assertRegex((await socket.next("error"))["message"], r"^Invalid PIN\.?$")
        await socket.say("register", participant_id="ada", nickname="Ada", pin=pin, runner="mock", model="m")
        self.assertEqual((await socket.next())["type"], "registered")

    async def test_the_pin_has_the_length_that_was_asked_for(self):
        self.assertRegex(self.post("/session")["pin"], r"^\d{6}$")
        self.assertRegex(self.post("/session", pinLength=9)["pin"], r"^\d{9}$")
        self.post("/session", status=400, pinLength="long")

    async def test_what_is_no_message_meets_an_error_and_the_socket_stays_open(self):
        pin = self.post("/session")["pin"]
        socket = await self.connect()
        for text in ("hello", "[]", "{}", '{"type":"register"}', '{"type":12}', '{"type":"dance"}', b"\x00\xff"):
            with self.subTest(text):
                await socket.ws.send(text)
                error = await socket.next()
                self.assertEqual((error["type"], error["message"]), ("error", "Invalid message format"))
        await socket.say("register", participant_id="ada", nickname="Ada", pin=pin, runner="mock", model="m")
        self.assertEqual((await socket.next())["type"], "registered")

    async def test_a_second_connection_replaces_the_first(self):
        pin = self.post("/session")["pin"]
        first = await self.join("ada", pin)
        await self.join("ada", pin)
        await first.closed()
        self.assertEqual(self.get("/presence")["connectedCount"], 1)

    async def test_a_message_above_1_mib_closes_with_1009(self):
        socket = await self.connect()
        with contextlib.suppress(websockets.ConnectionClosed):  # it may be told before all is sent
            await socket.ws.send("x" * (2**20 + 1))
        self.assertEqual(await socket.closed(), 1009)

    async def test_a_message_of_1_mib_in_fragments_is_read(self):
        socket = await self.connect()
        await socket.ws.send("x" * 65_536 for _ in range(16))
        self.assertEqual((await socket.next())["message"], "Invalid message format")

    async def test_pings_are_answered(self):
        await asyncio.wait_for(await (await self.connect()).ws.ping(), 10)

    async def test_a_new_session_ends_the_old_one_and_its_sockets(self):
        socket = await self.join("ada", self.post("/session")["pin"])
        self.post("/session")
        self.assertEqual((await socket.next())["code"], "SESSION_ENDED")
        await socket.closed()
        self.assertEqual(self.get("/presence")["connectedCount"], 0)


class ARound(ServeArena):
    async def asyncSetUp(self):
        self.arena()
        session = self.post("/session")
        self.session_id, self.pin = session["session_id"], session["pin"]
        self.telao = await self.screen()
        self.ada, self.bob = await self.join("ada", self.pin), await self.join("bob", self.pin)
        self.round = self.post("/rounds", prompt="A haiku", maxTokens=50, temperature=0, deadlineMs=5000, seed=7)

    def start(self):
        self.post("/rounds/start", roundId=self.round["id"])

    async def tokens(self, socket, name, *sequence):
        for seq in sequence:
            await socket.say("token", round=1, participant_id=name, seq=seq, content=f"{name}{seq} ")

    async def complete(self, socket, name, tokens, duration_ms=1000):
        await socket.say("complete", round=1, participant_id=name, tokens=tokens, latency_ms_first_token=120,
                         duration_ms=duration_ms, model_info={"name": "m", "runner": "mock"})

    async def shown(self, type_, count):
        """Of the screen's messages of this type, the next so many."""
        return [await self.telao.next(type_) for _ in range(count)]

    def score(self, name):
        rows = self.get(f"/scoreboard?roundId={self.round['id']}")["scoreboard"]
        return next(row for row in rows if row["participant_id"] == name)

    async def test_its_terms_reach_everybody_who_is_in(self):
        self.start()
        for socket in (self.ada, self.bob):
            self.assertEqual(await socket.next(), {
                "type": "challenge", "session_id": self.session_id, "round": 1, "prompt": "A haiku",
                "max_tokens": 50, "temperature": 0, "deadline_ms": 5000, "seed": 7})

    async def test_who_comes_late_hears_nothing_of_it(self):
        self.start()
        eve = await self.join("eve", self.pin)
        second = self.post("/rounds", prompt="Another")
        self.post("/rounds/start", roundId=second["id"])
        self.assertEqual((await eve.next())["round"], 2)

    async def test_tokens_in_order_reach_the_screen_and_the_scoreboard(self):
        self.start()
        await self.tokens(self.ada, "ada", *range(20))
        updates = await self.shown("token_update", 20)
        self.assertEqual(updates, [{"type": "token_update", "participant_id": "ada", "round": 1, "seq": n,
                                    "content": f"ada{n} ", "total_tokens": n + 1} for n in range(20)])
        await self.complete(self.ada, "ada", 20)
        completion, = await self.shown("completion", 1)
        self.assertEqual((completion["participant_id"], completion["tokens"], completion["duration_ms"],
                          completion["ttft_ms"], completion["tps"]), ("ada", 20, 1000, 120, 20))
        row = self.score("ada")
        self.assertEqual((row["nickname"], row["tokens"], row["latency_first_token_ms"], row["duration_ms"]),
                         ("Ada", 20, 120, 1000))
        self.assertEqual(row["generated_content"], "".join(f"ada{n} " for n in range(20)))

    async def test_a_gap_loses_whatever_follows_it(self):
        self.start()
        await self.tokens(self.ada, "ada", 0, 1, 3, 4, 1)
        await self.complete(self.ada, "ada", 5)
        await self.shown("completion", 1)
        self.assertEqual(self.score("ada")["generated_content"], "ada0 ada1 ")
        await self.tokens(self.ada, "ada", 2)
        late, = await self.shown("token_update", 1)
        self.assertEqual(late["seq"], 2, "what was missing came after all")

    async def test_the_count_survives_a_reconnect(self):
        self.start()
        await self.tokens(self.ada, "ada", 0, 1)
        await self.shown("token_update", 2)
        await self.ada.ws.close()
        again = await self.join("ada", self.pin)
        await self.tokens(again, "ada", 0, 2)
        update, = await self.shown("token_update", 1)
        self.assertEqual((update["seq"], update["total_tokens"]), (2, 3))

    async def test_nobody_sends_in_anothers_name(self):
        self.start()
        await self.tokens(self.bob, "ada", 0)
        await self.tokens(self.bob, "bob", 0)
        update, = await self.shown("token_update", 1)
        self.assertEqual(update["participant_id"], "bob")

    async def test_votes_are_counted_by_voter(self):
        self.start()
        await self.tokens(self.ada, "ada", 0)
        await self.complete(self.ada, "ada", 1)
        await self.shown("completion", 1)
        self.post("/rounds/stop", roundId=self.round["id"])
        for voter, score in (("v1", 5), ("v2", 2), ("v2", 3)):
            self.post("/votes", roundId=self.round["id"], participantId="ada", score=score, voterId=voter)
        self.post("/votes", status=400, roundId=self.round["id"], participantId="ada", score=6)
        self.post("/votes", status=404, roundId=self.round["id"], participantId="nobody", score=3)
        row = self.score("ada")
        self.assertEqual((row["votes"], row["avg_score"], row["total_score"]), (2, 4, 8))

    async def test_its_numbers_can_be_exported(self):
        self.start()
        await self.ada.say("token", round=1, participant_id="ada", seq=0, content='a "quoted",\nbroken line')
        await self.complete(self.ada, "ada", 1)
        await self.shown("completion", 1)
        self.post("/rounds/stop", roundId=self.round["id"])
        text = self.request("GET", "/export.csv").text
        self.assertEqual(text.splitlines()[0], CSV_HEADER)
        row = next(row for row in csv.DictReader(io.StringIO(text, newline="")) if row["participant_id"] == "ada")
        self.assertEqual((row["round"], row["tokens"], row["generated_content"]),
                         ("1", "1", 'a "quoted",\nbroken line'))
        self.assertEqual(self.get("/metrics")["total_tokens"], 1)

    async def test_live_tokens_can_be_looked_at(self):
        self.start()
        await self.tokens(self.ada, "ada", 0, 1)
        await self.shown("token_update", 2)
        self.assertEqual(self.get("/rounds/current")["liveTokens"], {"ada": ["ada0 ", "ada1 "]})

    async def test_a_runner_that_fails_says_so_and_the_arena_goes_on(self):
        self.start()
        await self.ada.say("error", round=1, participant_id="ada", code="GENERATION_FAILED", message="out of memory")
        await self.tokens(self.bob, "bob", 0)
        await self.shown("token_update", 1)
        self.assertEqual(self.get("/metrics")["rounds"][0]["failed"], 1)

    async def test_it_cannot_be_stopped_before_anybody_answered(self):
        self.start()
        self.post("/rounds/stop", status=400, roundId=self.round["id"])
        await self.tokens(self.ada, "ada", 0)
        await self.shown("token_update", 1)
        self.post("/rounds/stop", roundId=self.round["id"])

    async def test_the_screen_follows_it(self):
        self.start()
        started, = await self.shown("round_started", 1)
        self.assertEqual((started["round"], started["session_id"]), (1, self.session_id))
        await self.bob.ws.close()
        gone, = await self.shown("participant_disconnected", 1)
        self.assertEqual(gone["participant_id"], "bob")


class TheOperator(ServeArena):
    def test_meets_clear_refusals(self):
        self.arena()
        self.get("/session", status=404)
        self.get("/scoreboard", status=404)
        self.post("/session")
        for body in ({}, {"prompt": 12}, {"prompt": "x", "maxTokens": "many"}, {"prompt": "x", "deadlineMs": -1}):
            with self.subTest(body):
                self.post("/rounds", status=400, **body)
        self.post("/rounds/start", status=404, roundId="nowhere")
        self.request("GET", "/nothing", status=404)
        self.request("DELETE", "/session", status=405)
        self.assertEqual(self.request("POST", "/rounds", ["a list"], status=400).json()["error"], "invalid_request")

    def test_is_slowed_down_with_429_when_told_to(self):
        self.arena("requests_per_minute=3")
        codes = [requests.get(f"{self.http}/health", timeout=10).status_code for _ in range(4)]
        self.assertEqual(codes, [200, 200, 200, 429])

    async def test_heartbeats_come_and_go(self):
        self.arena("heartbeat=100ms")
        ada = await self.join("ada", self.post("/session")["pin"])
        await ada.say("heartbeat")
        for _ in range(2):
            self.assertEqual((await ada.next())["type"], "heartbeat")


if __name__ == "__main__":
    main()
