"""`gauntlet agent`: a person, or a pipe, in a foreign relay."""

import json
import os
import pty
import re
import subprocess

from harness import MET, UNREACHABLE, USAGE, EndToEnd, Live, end, free_port, main

NO_ANSWER = 6


class Agent(EndToEnd):
    def join(self, **traits):
        """From here on, agents meet this relay."""
        self.relay = self.foreign_relay(**traits)
        self.urls = {"ARC_RELAY_URL": f"http://127.0.0.1:{self.relay.port}"}
        apart = self.relay.ports["register_port"] != self.relay.port
        self.flags = ["--register-url", f"http://127.0.0.1:{self.relay.ports['register_port']}"] if apart else []

    def agent(self, errand, *arguments, env=None, exit_code=MET):
        """Does it, and returns (results, remarks)."""
        done = self.gauntlet("agent", errand, *self.flags, *arguments, env={**self.urls, **(env or {})})
        self.assertEqual(done.returncode, exit_code, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def begin(self, errand, *arguments, stdout=subprocess.PIPE):
        """An agent that stays, once it is in."""
        process = subprocess.Popen([self.gauntlet_path, "agent", errand, *self.flags, *arguments],
                                   stdout=stdout, stderr=subprocess.PIPE, env={**os.environ, **self.urls})
        self.addCleanup(end, process)
        agent = Live(process, None)
        agent.wait_for("^connected to ")
        return agent

    def next_result(self, agent):
        return json.loads(agent.process.stdout.readline())

    def test_asks_hears_and_answers_in_either_dialect(self):
        for flavour in "doc", "seen":
            with self.subTest(flavour):
                self.join(flavour=flavour)
                bob = self.begin("listen", "--id", "bob")
                asker = self.begin("ask", "What is the time?", "--id", "ann", "--timeout", "60s")
                question = self.next_result(bob)
                self.assertEqual((question["from"], question["type"], question["payload"]),
                                 ("ann", "question", "What is the time?"))
                for ref in "another", question["ref"]:
                    self.agent("send", '{"hour": 9}', "--payload-json", "--to", "ann", "--type", "answer", "--ref", ref)
                answer = self.next_result(asker)
                self.assertEqual((answer["ref"], answer["payload"]), (question["ref"], {"hour": 9}))
                self.assertEqual(asker.process.wait(timeout=20), MET)
                bob.interrupt()
                self.assertEqual(bob.process.wait(timeout=20), MET, "it was to stay until it is told to leave")
                self.assertEqual(self.relay.saw()["messages"], {"question": 1, "answer": 2})

    def test_says_when_nobody_answers(self):
        self.join()
        results, remarks = self.agent("ask", "Anybody?", "--timeout", "200ms", exit_code=NO_ANSWER)
        self.assertEqual(results, [])
        self.assertIn("no answer within 200 ms", remarks)

    def test_answers_with_a_command_without_missing_a_message(self):
        self.join()
        bob = self.begin("listen", "--id", "bob", "--answer-with", "read -r words; test $words != no && sleep 0.5 && echo $words | tr a-z A-Z")
        ann = self.begin("ask", "why", "--id", "ann", "--to", "bob", "--timeout", "60s")
        self.assertEqual(self.next_result(bob)["type"], "question")
        self.agent("send", "meanwhile", "--to", "bob")
        self.assertEqual(self.next_result(bob)["payload"], "meanwhile")
        self.assertEqual(self.next_result(ann)["payload"], "WHY")
        self.agent("ask", "no", "--timeout", "100ms", exit_code=NO_ANSWER)
        bob.wait_for("^no answer is given to .*: the command ended with 1$")
        slow = self.begin("listen", "--id", "eve", "--answer-with", "sleep 1000")
        self.agent("ask", "when?", "--to", "eve", "--timeout", "100ms", exit_code=NO_ANSWER)
        slow.interrupt()
        self.assertEqual(slow.process.wait(timeout=20), MET, "a command does not keep it from leaving")

    def test_follows_others_through_a_lost_connection(self):
        self.join(flavour="seen", connections=["reset"])
        follower = self.begin("subscribe", "bob")
        follower.wait_for("reset: (.|\n)*trying again in 2.00 s(.|\n)*^connected to (.|\n)*^subscribing to bob")
        self.agent("send", "one", "--id", "bob")
        self.agent("send", "two", "--id", "carl", "--to", follower_id(follower))
        self.assertEqual([self.next_result(follower)["payload"] for _ in range(2)], ["one", "two"])
        self.assertEqual(self.relay.saw()["subscription_copies"], 1, "of `one`, which was shown once")

    def test_a_token_is_a_secret_that_saves_a_registration(self):
        for flavour in "doc", "seen":
            with self.subTest(flavour):
                self.join(flavour=flavour)
                [registration], _ = self.agent("register", "--id", "bob")
                self.assertEqual(registration["agent_id"], "bob")
                token = registration["token"]
                results, remarks = self.agent("send", "hello", env={"ARC_TOKEN": token})
                self.assertNotIn(token, f"{results}{remarks}")
                _, remarks = self.agent("send", "hello", "--token", "tok_wrong", exit_code=UNREACHABLE)
                self.assertIn("unauthorized: ", remarks)
                self.assertNotIn("tok_wrong", remarks)
                self.assertEqual(self.relay.saw()["registered"], 1)

    def test_speaks_in_words_on_a_terminal(self):
        self.join()
        screen, terminal = pty.openpty()
        listener = self.begin("listen", "--id", "bob", stdout=terminal)
        os.close(terminal)
        self.agent("send", "\x1b[31mone\ntwo", "--to", "bob", "--id", "eve")
        with os.fdopen(screen, "rb") as view:
            self.assertEqual((view.readline() + view.readline()).decode(),
                             "[eve] → [bob]: [31mone\r\n    two\r\n")
            listener.interrupt()
            self.assertEqual(listener.process.wait(timeout=20), MET)

    def test_talks_line_by_line(self):
        self.join()
        bob = self.begin("listen", "--id", "bob")
        talk = subprocess.run([self.gauntlet_path, "agent", "--id", "eve"], env={**os.environ, **self.urls}, text=True,
                              input="hello everybody\n@bob and you\n@nobody-here lost", capture_output=True, timeout=60)
        self.assertEqual(talk.returncode, MET, talk.stderr)
        heard = [self.next_result(bob) for _ in range(2)]
        self.assertEqual([(message["to"], message["payload"]) for message in heard],
                         [(["*"], "hello everybody"), (["bob"], "and you")])

    def test_names_who_announces_itself(self):
        self.join()
        screen, terminal = pty.openpty()
        listener = self.begin("listen", "--only", "discovery", stdout=terminal)
        os.close(terminal)
        self.agent("send", "hello")
        self.agent("send", '{"knows": "Go"}', "--payload-json", "--type", "discovery", "--id", "eve")
        with os.fdopen(screen, "rb") as view:
            self.assertEqual(view.readline().decode(), 'agent discovered: eve {"knows": "Go"}\r\n')
            listener.interrupt()
            self.assertEqual(listener.process.wait(timeout=20), MET)

    def test_waits_for_its_throttle(self):
        self.join()
        bob = self.begin("listen", "--id", "bob")
        talk = subprocess.run([self.gauntlet_path, "agent", "--throttle", "5/s"], env={**os.environ, **self.urls},
                              text=True, input="one\ntwo", capture_output=True, timeout=60)
        self.assertEqual(talk.returncode, MET, talk.stderr)
        self.assertIn("the next message waits for ", talk.stderr)
        first, second = (self.next_result(bob) for _ in range(2))
        self.assertEqual((first["payload"], second["payload"]), ("one", "two"))
        self.assertGreater(second["ts"] - first["ts"], 100)

    def test_says_what_is_wrong(self):
        self.join()
        self.agent("register", "--id", "bob")
        _, remarks = self.agent("listen", "--id", "bob", exit_code=UNREACHABLE)
        self.assertIn("agent_id_taken", remarks)
        self.join(flavour="seen")
        self.flags = []
        _, remarks = self.agent("register", exit_code=UNREACHABLE)
        self.assertIn("--register-url", remarks)
        for arguments, code, says in (
                (["send", "{", "--payload-json"], USAGE, "`{` is not JSON"),
                (["send"], USAGE, "TEXT is required"),
                (["ask", "why?", "--timeout", "30"], USAGE, "not a duration above 0"),
                (["talk", "--throttle", "fast"], USAGE, "`fast` is neither arc nor a rate"),
                (["listen", "--relay", f"https://127.0.0.1:{free_port()}"], UNREACHABLE, "cannot be reached"),
                (["listen", "--relay", f"http://127.0.0.1:{free_port()}"], UNREACHABLE,
                 "the relay at .* cannot be reached: connection refused")):
            with self.subTest(arguments):
                done = self.gauntlet("agent", *arguments, env=self.urls)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertRegex(done.stderr, says)


def follower_id(agent):
    return re.findall(r"^connected to \S+ as (\S+)$", agent.stderr, re.MULTILINE)[-1]


if __name__ == "__main__":
    main()
