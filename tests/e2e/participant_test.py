"""`gauntlet participant` at a terminal: a person's view of a foreign arena and a model server."""

import json
import os
import subprocess
import urllib.request

from harness import MET, UNREACHABLE, USAGE, EndToEnd, Live, end, free_port, main


class Participant(EndToEnd):
    def post(self, path, body):
        request = urllib.request.Request(self.http + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)

    def open_session(self):
        """In a foreign arena; its PIN."""
        self.arena = self.foreign_arena()
        self.http, self.ws = f"http://127.0.0.1:{self.arena.port}", f"ws://127.0.0.1:{self.arena.port}/ws"
        return self.post("/session", {})["pin"]

    def start_round(self, **options):
        number = self.post("/rounds", {"prompt": "A haiku", "maxTokens": 50, **options})["id"]
        self.post("/rounds/start", {"roundId": number})

    def take_part(self, pin, *options):
        """What a person would see: what it says and what it complains about, in one."""
        view, screen = os.pipe()
        process = subprocess.Popen(
            [self.gauntlet_path, "participant", "--url", self.ws, "--pin", pin, "--participant-id", "python-1",
             "--nickname", "Python Test", *options], stdout=screen, stderr=screen)
        os.close(screen)
        process.stderr = os.fdopen(view, "rb", buffering=0)
        self.addCleanup(end, process)
        return Live(process, None)

    def exit_code(self, participant):
        return participant.process.wait(timeout=20)

    def test_shows_the_challenge_and_the_tokens_of_a_real_model(self):
        model = self.start_peer("model_server.py", {"tokens": 6, "first_s": 0.1})
        participant = self.take_part(self.open_session(), "--ollama-url", f"http://127.0.0.1:{model.port}")
        participant.wait_for("registered at .* as python-1 \\(Python Test\\)")
        self.start_round()
        participant.wait_for("round 1: A haiku")
        participant.wait_for("^t0é t1 t2 t3é t4 t5 $")
        participant.wait_for(r"round 1 complete: 6 tokens in .*, the first after [\d.]+ m?s, [\d.]+ tokens/s")
        participant.interrupt()
        self.assertEqual(self.exit_code(participant), MET, "it was to stay until it is told to leave")
        saw = model.saw()
        self.assertEqual((saw["tests"], saw["whole"]), (1, 1))
        self.assertEqual(saw["requests"][0]["model"], "llama3.1:8b")
        self.assertEqual(self.arena.saw()["tokens_taken"], 6)

    def test_gives_up_when_its_pin_is_refused_for_good(self):
        self.http, self.ws = self.serve("arena")
        participant = self.take_part(self.post("/session", {})["pin"], "--runner", "mock")
        participant.wait_for("registered")
        self.post("/session", {})  # which ends the first one, and has another PIN
        participant.wait_for("session_ended: ")
        participant.wait_for("wrong_pin: ")
        self.assertEqual(self.exit_code(participant), UNREACHABLE)

    def test_says_what_is_wrong_before_it_registers(self):
        pin = self.open_session()
        for options, code, says in (
                (["--ollama-url", f"http://127.0.0.1:{free_port()}"], UNREACHABLE, "the model server at .* cannot be reached"),
                (["--runner", "llama"], USAGE, "--runner"),
                (["--temperature", "9"], USAGE, "--temperature")):
            with self.subTest(options):
                participant = self.take_part(pin, *options)
                participant.wait_for(says)
                self.assertEqual(self.exit_code(participant), code)

    def test_names_an_arena_that_is_not_there(self):
        self.ws = f"ws://127.0.0.1:{free_port()}/ws"
        participant = self.take_part("123456", "--runner", "mock")
        participant.wait_for(f"the arena at {self.ws[5:-3]} cannot be reached: connection refused")
        self.assertEqual(self.exit_code(participant), UNREACHABLE)


if __name__ == "__main__":
    main()
