"""`gauntlet proxy` between the ARC client of the documents and a relay."""

import re
import signal
import subprocess
import sys
import time
import unittest

import requests
import websockets

from harness import FOLDER, MET, USAGE, EndToEnd, end, main

sys.path.insert(0, str(FOLDER / "peers"))
from arc_client import ArcClient  # noqa: E402  (the folder must be known first)


class Proxied(EndToEnd, unittest.IsolatedAsyncioTestCase):
    def proxy(self, faults, *flags):
        """A relay, and a proxy in front of it that does this."""
        relay_http, _ = self.serve("relay")
        file = self.new_folder() / "faults.yaml"
        file.write_text(faults)
        self.process = subprocess.Popen(
            [self.gauntlet_path, "proxy", "--listen", "127.0.0.1:0", "--to", relay_http.removeprefix("http://"),
             "--faults", file, *flags], stdout=subprocess.PIPE, text=True)
        self.addCleanup(end, self.process)
        place, = re.fullmatch(r"proxy on (127\.0\.0\.1:\d+), to 127\.0\.0\.1:\d+\n",
                              self.process.stdout.readline()).groups()
        self.http, self.ws = f"http://{place}", f"ws://{place}/arc"

    def account(self):
        """What the proxy says when it is told to end."""
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=10)
        self.assertEqual(self.process.returncode, MET)
        return said

    async def client(self, agent_id):
        client = ArcClient(self.http, self.ws).register(agent_id)
        await client.connect()
        self.addAsyncCleanup(client.close)
        await client.next("welcome")
        return client

    async def test_http_and_websocket_pass_through_it(self):
        self.proxy("faults: [{do: {slicing: {piece: 7 bytes, pause: 100us}}}]")
        ada, bob = await self.client("ada"), await self.client("bob")
        await ada.direct("bob", "ü" * 200)
        self.assertEqual((await bob.next())["payload"], "ü" * 200)
        self.assertRegex(self.account(), r"4 connections, 0 not taken by the target; \d+ bytes to it, \d+ bytes back\n"
                                         r"  slicing +4 times\n")

    async def test_latency_is_in_every_message(self):
        self.proxy("faults: [{after: joined, do: {latency: {delay: 150ms}}}]")
        ada, bob = await self.client("ada"), await self.client("bob")
        before = time.monotonic()
        await ada.direct("bob", "hello")
        await bob.next()
        self.assertGreaterEqual(time.monotonic() - before, 0.3)

    async def test_a_limit_cuts_a_connection_and_no_other(self):
        self.proxy("faults: [{to: agent-1, do: {reset_after_bytes: {bytes: 200 bytes, direction: to_target}}}]")
        self.assertEqual(requests.get(f"{self.http}/health", timeout=10).status_code, 200)
        with self.assertRaises(requests.ConnectionError):
            requests.post(f"{self.http}/register", data="x" * 1000, timeout=10)
        self.assertEqual(requests.get(f"{self.http}/health", timeout=10).status_code, 200)
        self.assertIn("reset_after_bytes  1 time\n", self.account())

    async def test_an_outage_looks_like_one(self):
        self.proxy("faults: [{at: 3s, do: outage}]")
        ada = await self.client("ada")
        with self.assertRaises(websockets.ConnectionClosedError):
            await ada.next("nothing of this type")
        with self.assertRaises(requests.ConnectionError):
            requests.get(f"{self.http}/health", timeout=10)

    async def test_it_ends_by_itself_when_told_for_how_long(self):
        self.proxy("faults: [{do: latency}]", "--duration", "200ms")
        self.assertEqual(self.process.wait(timeout=10), MET)

    def test_a_mistake_in_the_file_is_reported_at_its_line(self):
        file = self.new_folder() / "faults.yaml"
        file.write_text("faults:\n  - {do: latency}\n  - {do: vanish}\n")
        refused = self.gauntlet("proxy", "--listen", "0", "--to", "127.0.0.1:1", "--faults", str(file))
        self.assertEqual(refused.returncode, USAGE)
        self.assertIn("faults.yaml:3:10: error: faults.1.do: vanish is something that a client does", refused.stderr)


if __name__ == "__main__":
    main()
