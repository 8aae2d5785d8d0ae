"""ARC agents as Locust users: register, connect, wait until everybody is in, then do WORK."""

import json
import os
import time

import gevent
import websocket
from gevent.event import Event
from locust import FastHttpUser, constant_pacing, task

RELAY, WORK = os.environ["RELAY"], os.environ["WORK"]
CLIENTS, SECONDS, PERIOD_MS = (float(os.environ[name]) for name in ("CLIENTS", "SECONDS", "PERIOD_MS"))
PAYLOAD = {"run": "0badcafe", "from": 123, "lane": 0, "n": 12345, "at": 1234567890,
           "pad": "0123456789012345678901234567890123456789abcdefg"}

inside = 0
everybody_is_in = Event()


class Agent(FastHttpUser):
    abstract = True
    host = f"http://{RELAY}"

    def on_start(self):
        global inside
        agent = self.client.post("/register", json={}).json()
        self.message = json.dumps({"to": [agent["agent_id"]], "payload": PAYLOAD}, separators=(",", ":"))
        self.socket = websocket.create_connection(f"ws://{RELAY}/arc?token={agent['token']}")
        self.socket.recv()  # the welcome
        inside += 1
        if inside == CLIENTS:
            everybody_is_in.set()
            gevent.spawn_later(SECONDS, self.environment.runner.quit)
        everybody_is_in.wait()


if WORK == "closed-loop":
    class RoundTrips(Agent):
        @task
        def round_trip(self):
            begin = time.perf_counter()
            self.socket.send(self.message)
            received = self.socket.recv()
            self.environment.events.request.fire(
                request_type="WS", name="round_trip", response_time=(time.perf_counter() - begin) * 1000,
                response_length=len(received), exception=None, context={})

elif WORK == "paced":
    class Paced(Agent):
        wait_time = constant_pacing(PERIOD_MS / 1000)

        def on_start(self):
            super().on_start()
            gevent.spawn(self.read)

        def read(self):
            while True:
                self.socket.recv()

        @task
        def send(self):
            self.socket.send(self.message)

else:
    class Idle(Agent):
        @task
        def sleep(self):
            gevent.sleep(3600)
