"""TLS with foreign servers and foreign clients, and certificates that nobody should believe."""

import asyncio
import json
import ssl
import unittest
import urllib.request

import websockets

from certificates import Authority
from harness import MET, UNREACHABLE, USAGE, EndToEnd, main

AGENTS = """
name: tls
duration: 1500ms
targets: {relay: "https://localhost:1"}
population: [{agents: 10, send: [{rate: 20/s}]}]
"""
PARTICIPANTS = """
name: tls
duration: 2s
targets: {arena: "https://localhost:1"}
population:
  - {participants: 2, runner: {ollama: {url: "https://localhost:1"}}}
rounds: [{at: 1100ms, prompt: Hi, deadline: 2s}]
"""


class Tls(EndToEnd, unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        folder = self.new_folder()
        self.trusted, self.stranger = Authority(folder), Authority(folder, "stranger")
        self.ca = f"targets.tls.ca={self.trusted.file}"

    def relay_with(self, certificate):
        relay = self.foreign_relay(certificate=str(certificate))
        return f"targets.relay=https://127.0.0.1:{relay.port}", relay

    def test_a_foreign_relay_and_a_foreign_arena_with_its_models(self):
        certificate = self.trusted.sign()
        target, relay = self.relay_with(certificate)
        run = self.run_scenario(AGENTS, target, flags=["--ca", self.trusted.file])
        self.assertEqual(run["relay.sent{kind=direct}"], sum(relay.saw()["messages"].values()))
        self.assertEqual(run["relay.lost"], 0)
        arena = self.foreign_arena(certificate=str(certificate))
        model = self.start_peer("model_server.py", {"certificate": str(certificate)})
        server = f'{{ollama: {{url: "https://localhost:{model.port}", tls: {{ca: "{self.trusted.file}"}}}}}}'
        run = self.run_scenario(PARTICIPANTS, f"targets.arena=https://localhost:{arena.port}", self.ca,
                                f"population.0.runner={server}")
        self.assert_counts(run, {"arena.rounds_completed": 2, "arena.tokens_sent": model.saw()["tokens"]})

    def test_a_certificate_that_nobody_should_believe_ends_it_before_it_begins(self):
        for certificate, why in ((self.trusted.sign(days=-1), "its certificate expired on"),
                                 (self.trusted.sign("DNS:relay.example"), "is for relay.example, and not for this"),
                                 (self.stranger.sign(), "comes from an authority that is not trusted here")):
            with self.subTest(why):
                target, relay = self.relay_with(certificate)
                run = self.run_scenario(AGENTS, target, self.ca, exit_code=UNREACHABLE)
                self.assertIn(f"gauntlet: the relay at 127.0.0.1:{relay.port} cannot be reached: ", run.stderr)
                self.assertIn(why, run.stderr)
                agent = self.gauntlet("agent", "send", "hi", "--ca", self.trusted.file, "--relay",
                                      f"https://127.0.0.1:{relay.port}")
                self.assertEqual(agent.returncode, UNREACHABLE)
                self.assertIn(why, agent.stderr)
                self.assertNotIn("register", relay.saw())

    def test_whom_to_believe_may_be_anybody_but_the_report_says_so(self):
        target, _ = self.relay_with(self.stranger.sign(days=-1))
        run = self.run_scenario(AGENTS, target, "targets.tls.insecure=true")
        self.assertIn("warning: `insecure` is set", run.stdout)
        self.assertEqual(len(run.summary["warnings"]), 1)

    def test_a_certificate_that_goes_bad_in_mid_run_is_counted(self):
        target, relay = self.relay_with(self.trusted.sign())
        run = self.start(AGENTS, target, self.ca, "duration=5s", "population.0.reconnect.attempts=2")
        run.wait_for("measure")
        relay.kill()
        self.foreign_relay(certificate=str(self.stranger.sign()), port=relay.port)
        failures = run.finish().failures("relay")
        self.assertGreaterEqual(failures.get("tls_failed", 0), 10, failures)

    def test_both_sides_may_ask_who_the_other_is(self):
        serve = ["tls.certificate=" + str(self.trusted.sign()), "tls.client_ca=" + str(self.trusted.file)]
        http, _ = self.serve("relay", *serve)
        for own, code in (([], UNREACHABLE), (["--cert", self.stranger.sign("DNS:me")], UNREACHABLE),
                          (["--cert", self.trusted.sign("DNS:me")], MET)):
            done = self.gauntlet("agent", "send", "hi", "--relay", http, "--ca", self.trusted.file, *own)
            self.assertEqual(done.returncode, code, done.stderr)
        embedded = f"{{embedded: {{tls: {{certificate: {self.trusted.sign()}, client_ca: {self.trusted.file}}}}}}}"
        run = self.run_scenario(AGENTS, f"targets.relay={embedded}", self.ca, exit_code=USAGE)
        self.assertIn("would let nobody in over TLS: a client certificate is needed", run.stderr)
        self.run_scenario(AGENTS, f"targets.relay={embedded}", self.ca,
                          f"targets.tls.certificate={self.trusted.sign('DNS:me')}")

    async def test_foreign_clients_are_served(self):
        http, ws = self.serve("relay", "tls.certificate=" + str(self.trusted.sign()))
        context = ssl.create_default_context(cafile=str(self.trusted.file))
        request = urllib.request.Request(http + "/register", b"{}", {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, context=context) as reply:
            token = json.load(reply)["token"]
        headers = {"Authorization": f"Bearer {token}"}
        async with websockets.connect(ws, extra_headers=headers, ssl=context, max_size=None) as socket:
            self.assertEqual(json.loads(await socket.recv())["type"], "welcome")
            await socket.send(json.dumps({"to": ["*"], "payload": "x" * 60_000}))
            await socket.send(json.dumps({"to": ["relay"], "type": "ping", "payload": {}}))
            self.assertEqual(json.loads(await asyncio.wait_for(socket.recv(), 10))["type"], "pong")


if __name__ == "__main__":
    main()
