"""Participants on a real model: the run's numbers against what the model server says it did."""

from harness import UNREACHABLE, EndToEnd, free_port, main

SCENARIO = """
name: real-models
seed: 3
duration: 2s
targets: {arena: embedded}
population:
  - {participants: 4, runner: {ollama: {url: "http://127.0.0.1:11434"}}, model: "m:8b"}
  - {participants: 3, runner: {mock: {tokens: 5, first_token: 10ms, gap: 1ms}}}
  - {observers: 1}
rounds:
  - {at: 1100ms, prompt: Say é, max_tokens: 50, temperature: 0, seed: 7, deadline: 2s}
"""


class ModelServers(EndToEnd):
    def model_server(self, **options):
        return self.start_peer("model_server.py", options)

    def on(self, server, name="ollama", **options):
        more = "".join(f", {key}: {value}" for key, value in options.items())
        return f'population.0.runner={{{name}: {{url: "http://127.0.0.1:{server.port}"{more}}}}}'

    def test_every_api_streams_its_tokens_whatever_the_pieces(self):
        for name, options, path in (("ollama", {}, "/api/generate"), ("lmstudio", {}, "/v1/completions"),
                                    ("openai", {"endpoint": "chat"}, "/v1/chat/completions")):
            for pieces in (1, 10_000):
                with self.subTest(name, pieces=pieces):
                    server = self.model_server(tokens=12, pieces=pieces)
                    run = self.run_scenario(SCENARIO, self.on(server, name, **options))
                    saw = server.saw()
                    self.assertEqual([request["path"] for request in saw["requests"]], [path] * 4)
                    self.assertEqual(saw["tests"], 1, "the server is tested before it is asked")
                    self.assertEqual(saw["whole"], 4)
                    self.assert_counts(run, {
                        "arena.rounds_completed": 7, "arena.tokens_sent": saw["tokens"] + 3 * 5,
                        "arena.tokens_lost": 0, "arena.claims_differ": 0,
                        "runner.tokens": saw["tokens"], "runner.tokens_claimed": saw["tokens"]})

    def test_the_challenge_is_passed_on(self):
        server = self.model_server()
        self.run_scenario(SCENARIO, self.on(server))
        self.assertEqual(server.saw()["requests"][0],
                         {"path": "/api/generate", "model": "m:8b", "prompt": "Say é", "stream": True,
                          "options": {"num_predict": 50, "temperature": 0.0, "seed": 7}})

    def test_every_misfortune_is_counted_under_its_name(self):
        for doing, outcome in (("status 503", "server_error"), ("status 404", "rejected"), ("status 429", "rate_limited"),
                               ("error", "server_error"), ("garbage", "bad_reply"), ("reset", "reset"),
                               ("close", "closed_early"), ("cut", "cut_short")):
            with self.subTest(doing):
                server = self.model_server(do=[doing, "answer"], slots=1)
                run = self.run_scenario(SCENARIO, self.on(server))
                self.assertEqual(run.failures("runner"), {outcome: 1})
                self.assert_counts(run, {"arena.rounds_failed": 1, "arena.rounds_completed": 6, "arena.tokens_lost": 0})
                if doing != "garbage":  # which a server may take for an answer
                    self.assertEqual(server.saw()["whole"], 3)

    def test_a_silent_server_is_given_up(self):
        server = self.model_server(do=["silence", "answer"], slots=1)
        run = self.run_scenario(SCENARIO, self.on(server, silence_max="300ms"))
        self.assertIn("timed_out", run.failures("runner"))
        self.assertGreaterEqual(server.saw()["given_up"], 1, "it was told to stop generating")

    def test_the_deadline_ends_a_generation_at_the_server_too(self):
        server = self.model_server(tokens=1000, gap_s=0.05)
        run = self.run_scenario(SCENARIO, self.on(server))
        self.assert_counts(run, {"arena.rounds_expired": 4, "arena.rounds_completed": 3, "arena.tokens_lost": 0})
        self.assertEqual(server.saw()["given_up"], 4)

    def test_places_are_shared_and_the_wait_is_measured(self):
        server = self.model_server(tokens=4, gap_s=0.05)
        run = self.run_scenario(SCENARIO, self.on(server, concurrent=1))
        saw = server.saw()
        self.assertEqual(saw["at_once_max"], 1)
        self.assertEqual(saw["connections"], 3, "to see who listens, to test, and for all that is asked")
        queue = run.summary["series"]["runner.queue"]
        self.assertEqual(queue["count"], 4)
        self.assertLess(queue["min"], 0.1)
        self.assertGreater(queue["max"], 0.4, "the last one waits for three answers of 0.15 s each")

    def test_a_connection_is_asked_before_it_has_answered(self):
        server = self.model_server(tokens=4, gap_s=0.05, first_s=0.05)
        run = self.run_scenario(SCENARIO, self.on(server, pipeline=2))
        saw = server.saw()
        self.assertEqual((saw["whole"], saw["pipelined_max"], saw["at_once_max"]), (4, 2, 2))
        self.assertEqual(saw["connections"], 4, "to see who listens, to test, and two for two each")
        self.assert_counts(run, {"arena.rounds_completed": 7, "arena.tokens_lost": 0, "arena.claims_differ": 0})
        queue = run.summary["series"]["runner.queue"]
        self.assertEqual(queue["count"], 4)
        self.assertGreater(queue["max"], 0.15, "the wait for the answer before it")

    def test_what_is_behind_a_broken_answer_is_asked_again(self):
        for doing, outcome in (("reset", "reset"), ("close", "closed_early"), ("garbage", "bad_reply")):
            with self.subTest(doing):
                server = self.model_server(do=[doing, "answer"], slots=1, gap_s=0.01)
                run = self.run_scenario(SCENARIO, self.on(server, pipeline=4))
                self.assertEqual(run.failures("runner"), {outcome: 1})
                self.assert_counts(run, {"arena.rounds_failed": 1, "arena.rounds_completed": 6, "arena.tokens_lost": 0})
                saw = server.saw()
                self.assertEqual((saw["whole"], saw["connections"]), (3, 4))

    def test_requests_queue_in_a_server_with_few_slots(self):
        server = self.model_server(tokens=4, gap_s=0.05, slots=2)
        run = self.run_scenario(SCENARIO, self.on(server))
        self.assert_counts(run, {"arena.rounds_completed": 7, "arena.tokens_lost": 0})
        self.assertEqual(server.saw()["at_once_max"], 2)

    def test_the_key_is_sent_and_never_written(self):
        server = self.model_server(key="sk-very-secret")
        env = {"MODEL_KEY": "sk-very-secret"}
        run = self.run_scenario(SCENARIO, self.on(server, "openai", api_key_env="MODEL_KEY"), env=env)
        self.assertEqual(run["arena.rounds_completed"], 7)
        self.assertEqual(server.saw()["bad_keys"], 0)
        for file in run.out.iterdir():
            self.assertNotIn(b"sk-very-secret", file.read_bytes(), file)
        self.assertNotIn("sk-very-secret", run.stdout + run.stderr)

        server = self.model_server(key="sk-very-secret")
        run = self.run_scenario(SCENARIO, self.on(server, "openai"), exit_code=UNREACHABLE)
        self.assertIn("it answered 401 to GET /v1/models", run.stderr)

    def test_a_server_that_is_not_there_ends_the_run_before_it_begins(self):
        port = free_port()
        run = self.run_scenario(SCENARIO, f'population.0.runner={{ollama: {{url: "http://127.0.0.1:{port}"}}}}',
                                exit_code=UNREACHABLE)
        self.assertIn(f"the model server at 127.0.0.1:{port} cannot be reached", run.stderr)

    def test_a_real_model_has_no_place_in_virtual_time(self):
        file = self.new_folder() / "scenario.yaml"
        file.write_text(SCENARIO)
        result = self.gauntlet("simulate", file)
        self.assertEqual(result.returncode, 2)
        self.assertIn("mock runner", result.stderr)


if __name__ == "__main__":
    main()
