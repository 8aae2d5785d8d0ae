"""`gauntlet serve relay` and the ARC client of the documents."""

import asyncio
import json
import sys
import time
import unittest

import requests
import websockets

from harness import FOLDER, EndToEnd, main

sys.path.insert(0, str(FOLDER / "peers"))
from arc_client import ArcClient  # noqa: E402  (the folder must be known first)


class ServeRelay(EndToEnd, unittest.IsolatedAsyncioTestCase):
    def relay(self, *settings):
        self.http, self.ws = self.serve("relay", *settings)

    async def client(self, agent_id=None):
        client = ArcClient(self.http, self.ws).register(agent_id)
        await client.connect()
        self.addAsyncCleanup(client.close)
        return client

    async def clients(self, *agent_ids):
        """All of them in, and welcomed."""
        clients = [await self.client(agent_id) for agent_id in agent_ids]
        for client in clients:
            await client.next("welcome")
        return clients

    async def assert_hears_nothing_before(self, client, marker):
        """Whatever was said before the marker did not go to this client."""
        self.assertEqual((await client.next())["payload"], marker)


class Registration(ServeRelay):
    def refusal(self, **body):
        response = requests.post(f"{self.http}/register", timeout=10, **body)
        self.assertIsInstance(response.json()["message"], str)
        return response.status_code, response.json()["error"]

    def setUp(self):
        self.relay()

    def test_gives_the_id_that_was_asked_for_and_an_opaque_token(self):
        client = ArcClient(self.http).register("python-agent")
        self.assertEqual(client.agent_id, "python-agent")
        self.assertTrue(client.token.startswith("tok_"))

    def test_gives_an_id_of_its_own_when_none_was_asked_for(self):
        first, second = ArcClient(self.http).register(), ArcClient(self.http).register()
        self.assertNotEqual(first.agent_id, second.agent_id)
        self.assertNotEqual(first.token, second.token)

    def test_refuses_an_id_that_is_taken(self):
        ArcClient(self.http).register("python-agent")
        self.assertEqual(self.refusal(json={"agent_id": "python-agent"}), (400, "agent_id_taken"))

    def test_refuses_ids_that_break_the_rules(self):
        for agent_id in ("ab", "a" * 65, "Upper", "under_score", "-front", "back-", "sp ace", "ü-umlaut", "relay", 12,
                         []):
            with self.subTest(agent_id):
                self.assertEqual(self.refusal(json={"agent_id": agent_id}), (400, "invalid_agent_id"))

    def test_takes_the_shortest_and_the_longest_id(self):
        for agent_id in ("abc", "a" * 64, "1-2"):
            self.assertEqual(ArcClient(self.http).register(agent_id).agent_id, agent_id)

    def test_refuses_what_is_no_json_object(self):
        for body in ("", "{", "[]", "12", '"agent"', "agent_id=x"):
            with self.subTest(body):
                self.assertEqual(self.refusal(data=body.encode()), (400, "invalid_json"))

    def test_answers_over_one_connection_again_and_again(self):
        with requests.Session() as session:
            for _ in range(5):
                self.assertEqual(session.post(f"{self.http}/register", json={}, timeout=10).status_code, 200)
            stats = session.get(f"{self.http}/stats", timeout=10).json()
        self.assertEqual((stats["registered_agents"], stats["connected_agents"]), (5, 0))


class Connecting(ServeRelay):
    async def test_welcomes_who_has_a_token(self):
        self.relay()
        client = await self.client("python-agent")
        welcome = await client.next()
        self.assertEqual((welcome["type"], welcome["from"], welcome["to"]), ("welcome", "relay", ["python-agent"]))
        for fields in (welcome, welcome["payload"]):
            self.assertLessEqual({"relay", "version", "capabilities", "limits"}, fields.keys())

    async def test_takes_the_token_as_a_query_too(self):
        self.relay()
        client = ArcClient(self.http).register("python-agent")
        async with websockets.connect(f"{self.ws}?token={client.token}") as socket:
            self.assertEqual(json.loads(await asyncio.wait_for(socket.recv(), 10))["to"], ["python-agent"])

    async def test_refuses_a_bad_token_with_401(self):
        self.relay()
        for headers in ({}, {"Authorization": "Bearer tok_nobody"}, {"Authorization": "Basic tok_nobody"}):
            with self.subTest(headers), self.assertRaises(websockets.InvalidStatusCode) as refusal:
                await websockets.connect(self.ws, extra_headers=headers)
            self.assertEqual(refusal.exception.status_code, 401)

    async def test_or_closes_with_4001_when_told_to(self):
        self.relay("bad_token=close_4001")
        async with websockets.connect(self.ws, extra_headers={"Authorization": "Bearer tok_nobody"}) as socket:
            with self.assertRaises(websockets.ConnectionClosed):
                await asyncio.wait_for(socket.recv(), 10)
            self.assertEqual(socket.close_code, 4001)

    async def test_registers_on_another_port_when_told_to(self):
        self.relay("register_port=apart")
        self.assertNotEqual(self.http.split(":")[-1], self.ws.split(":")[-1].split("/")[0])
        ada, bob = await self.clients("ada", "bob")
        await ada.direct("bob", "hello")
        self.assertEqual((await bob.next())["payload"], "hello")

    async def test_a_token_connects_again_and_the_newer_connection_stays(self):
        self.relay()
        ada, bob = await self.clients("ada", "bob")
        old = ada.ws
        await ada.connect()
        await ada.next("welcome")
        await asyncio.wait_for(old.wait_closed(), 10)
        await bob.direct("ada", "still there?")
        self.assertEqual((await ada.next())["payload"], "still there?")


class Talking(ServeRelay):
    async def asyncSetUp(self):
        self.relay()

    async def test_a_direct_message_reaches_its_receiver_and_nobody_else(self):
        ada, bob, eve = await self.clients("ada", "bob", "eve")
        await ada.direct("bob", {"text": "psst", "ünï": [1, None, "\u2603"]}, "thought", ref="r-1")
        await ada.direct("eve", "marker")
        got = await bob.next()
        self.assertEqual({key: got[key] for key in ("from", "to", "payload", "type", "ref")},
                         {"from": "ada", "to": ["bob"], "payload": {"text": "psst", "ünï": [1, None, "\u2603"]},
                          "type": "thought", "ref": "r-1"})
        self.assertIsInstance(got["id"], str)
        self.assertAlmostEqual(got["ts"] / 1000, time.time(), delta=60)
        await self.assert_hears_nothing_before(eve, "marker")

    async def test_a_broadcast_reaches_all_but_its_sender(self):
        ada, bob, eve = await self.clients("ada", "bob", "eve")
        await ada.broadcast("hello, all")
        for other in (bob, eve):
            self.assertEqual((await other.next())["payload"], "hello, all")
        await bob.direct("ada", "marker")
        await self.assert_hears_nothing_before(ada, "marker")

    async def test_several_receivers_get_one_copy_each_and_the_unknown_one_none(self):
        ada, bob, eve = await self.clients("ada", "bob", "eve")
        await ada.send(["bob", "eve", "bob", "nobody"], 1)
        await ada.send(["bob", "eve"], "marker")
        for other in (bob, eve):
            self.assertEqual((await other.next())["payload"], 1)
            await self.assert_hears_nothing_before(other, "marker")

    async def test_any_json_is_a_payload_even_null(self):
        ada, bob = await self.clients("ada", "bob")
        for payload in (None, True, 0, -1.5e-7, "", "\u0000\"\\", [], {}, [[[]]], {"": {"": None}}):
            with self.subTest(payload):
                await ada.direct("bob", payload)
                self.assertEqual((await bob.next())["payload"], payload)

    async def test_nobody_chooses_an_id_a_sender_or_a_time(self):
        ada, bob = await self.clients("ada", "bob")
        await ada.direct("bob", "it was eve", id="mine", **{"from": "eve"}, ts=1)
        got = await bob.next()
        self.assertEqual(got["from"], "ada")
        self.assertNotEqual(got["id"], "mine")
        self.assertNotEqual(got["ts"], 1)

    async def test_fields_that_nobody_knows_pass_through(self):
        ada, bob = await self.clients("ada", "bob")
        await ada.direct("bob", 1, mood="curious", trace={"depth": 3})
        got = await bob.next()
        self.assertEqual((got["mood"], got["trace"]), ("curious", {"depth": 3}))

    async def test_a_question_finds_its_answer_by_ref(self):
        ada, bob = await self.clients("ada", "bob")
        await ada.broadcast("what time is it?", "question", ref="q-1")
        question = await bob.next("question")
        await bob.direct(question["from"], "late", "answer", ref=question["ref"])
        answer = await ada.next("answer")
        self.assertEqual((answer["from"], answer["ref"], answer["payload"]), ("bob", "q-1", "late"))

    async def test_a_fragmented_message_is_one_message(self):
        ada, bob = await self.clients("ada", "bob")
        text = json.dumps({"to": ["bob"], "payload": "ü" * 1000})
        await ada.ws.send(text[i:i + 7] for i in range(0, len(text), 7))
        self.assertEqual((await bob.next())["payload"], "ü" * 1000)

    async def test_a_websocket_ping_is_answered(self):
        ada, = await self.clients("ada")
        await asyncio.wait_for(await ada.ws.ping(b"are you there?"), 10)

    async def test_a_message_that_is_none_meets_an_error_and_the_socket_stays_open(self):
        ada, bob = await self.clients("ada", "bob")
        for text in ("hello", "[]", "{}", '{"to":["bob"]}', '{"payload":1}', '{"to":"bob","payload":1}',
                     '{"to":[],"payload":1}', '{"to":[1],"payload":1}', "{" * 5000, b"\xff\xfe"):
            with self.subTest(text):
                await ada.ws.send(text)
                error = await ada.next()
                self.assertEqual((error["from"], error["type"]), ("relay", "error"))
                self.assertEqual(error["payload"]["code"], "invalid_message")
        await ada.direct("bob", "still here")
        await self.assert_hears_nothing_before(bob, "still here")

    async def test_a_message_above_the_limit_meets_an_error(self):
        ada, bob = await self.clients("ada", "bob")
        await ada.direct("bob", "x" * 65_536)
        self.assertEqual((await ada.next())["payload"]["code"], "message_too_large")
        await ada.direct("bob", "x" * 65_000)
        self.assertEqual((await bob.next())["payload"], "x" * 65_000)

    async def test_a_message_far_above_the_limit_closes_with_1009(self):
        ada, = await self.clients("ada")
        with self.assertRaises(websockets.ConnectionClosed):
            await ada.ws.send("x" * (2**20 + 1))
            await ada.next("nothing of this type")
        self.assertEqual(ada.ws.close_code, 1009)


class Commands(ServeRelay):
    async def ask(self, client, command, payload, reply):
        await client.send(["relay"], payload, command)
        return (await client.next(reply))["payload"]

    async def test_subscriptions_come_and_go_and_end_with_the_connection(self):
        self.relay()
        ada, bob, eve = await self.clients("ada", "bob", "eve")
        self.assertEqual(await self.ask(ada, "subscribe", {"agents": ["bob", "eve"]}, "subscribed"),
                         {"agents": ["bob", "eve"], "count": 2})
        self.assertEqual(await self.ask(ada, "unsubscribe", {"agents": ["eve"]}, "unsubscribed"),
                         {"agents": ["eve"], "count": 1})
        self.assertEqual(await self.ask(ada, "list_subscriptions", {}, "subscriptions"), {"agents": ["bob"]})
        await ada.close()
        await ada.connect()
        self.assertEqual(await self.ask(ada, "list_subscriptions", {}, "subscriptions"), {"agents": []})

    async def test_a_ping_meets_a_pong(self):
        self.relay()
        ada, = await self.clients("ada")
        self.assertEqual(await self.ask(ada, "ping", {}, "pong"), {})

    async def test_a_subscriber_gets_a_broadcast_once(self):
        self.relay()
        ada, bob = await self.clients("ada", "bob")
        await self.ask(ada, "subscribe", {"agents": ["bob"]}, "subscribed")
        await bob.broadcast("news")
        await bob.direct("ada", "marker")
        self.assertEqual((await ada.next())["payload"], "news")
        await self.assert_hears_nothing_before(ada, "marker")

    async def test_or_twice_with_the_same_id_when_told_to(self):
        self.relay("double_delivery=true")
        ada, bob = await self.clients("ada", "bob")
        await ada.subscribe(["bob"])
        await ada.next("subscribed")
        await bob.broadcast("news")
        first, second = await ada.next(), await ada.next()
        self.assertEqual((first["id"], first["payload"]), (second["id"], "news"))

    async def test_unknown_commands_and_wrong_ones_meet_an_error(self):
        self.relay()
        ada, = await self.clients("ada")
        self.assertEqual((await self.ask(ada, "dance", {}, "error"))["code"], "unknown_command")
        for payload in (None, {}, {"agents": "bob"}, {"agents": [1]}):
            self.assertEqual((await self.ask(ada, "subscribe", payload, "error"))["code"], "invalid_message")


class Limits(ServeRelay):
    async def test_too_many_messages_in_a_minute_close_with_4029(self):
        self.relay("messages_per_minute=5")
        ada, bob = await self.clients("ada", "bob")
        for n in range(6):
            await ada.direct("bob", n)
        await asyncio.wait_for(ada.ws.wait_closed(), 10)
        self.assertEqual(ada.ws.close_code, 4029)
        self.assertEqual([(await bob.next())["payload"] for _ in range(5)], [0, 1, 2, 3, 4])

    async def test_too_many_registrations_in_a_minute_meet_429(self):
        self.relay("registrations_per_minute=2")
        codes = [requests.post(f"{self.http}/register", json={}, timeout=10).status_code for _ in range(3)]
        self.assertEqual(codes, [200, 200, 429])

    async def test_no_welcome_when_told_so(self):
        self.relay("welcome=false")
        ada, bob = await self.client("ada"), await self.client("bob")
        await (await ada.ws.ping())  # the relay has both by now
        await (await bob.ws.ping())
        await bob.direct("ada", "first")
        await self.assert_hears_nothing_before(ada, "first")


if __name__ == "__main__":
    main()
