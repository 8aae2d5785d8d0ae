"""`gauntlet conform`: yes or no, why, and for whom."""

import json
import shlex
import subprocess
import sys
import threading
import xml.etree.ElementTree as ElementTree

from harness import FOLDER, MET, NOT_MET, UNREACHABLE, USAGE, EndToEnd, free_port, main

QUICK = ("--quiet-time", "100ms", "--patience", "10s")


class Conform(EndToEnd):
    def conform(self, subject, *flags, env=None):
        """@return the finished command, and its JSON where there is any"""
        out = self.new_folder()
        run = self.gauntlet("conform", subject, *QUICK, "--json", str(out / "c.json"), *flags, env=env)
        file = out / "c.json"
        return run, json.loads(file.read_text()) if file.exists() else None

    def verdicts(self, results):
        return {case["id"]: case["verdict"] for case in results["cases"]}


class OurServers(Conform):
    def test_our_relay_is_one(self):
        http, _ = self.serve("relay")
        run, results = self.conform("relay", "--url", http, "--strict", "--level", "should")
        self.assertEqual(run.returncode, MET, run.stdout)
        self.assertTrue(results["conforms"])
        self.assertIn("conforms: ", run.stdout)

    def test_our_arena_is_one(self):
        _, ws = self.serve("arena")
        run, _ = self.conform("arena", "--url", ws, "--strict", "--only", "ARENA-*", "--skip", "ARENA-ROBUST-*")
        self.assertEqual(run.returncode, MET, run.stdout)

    def test_a_relay_with_its_http_elsewhere_is_one(self):
        http, ws = self.serve("relay", "register_port=apart", "welcome=false", "bad_token=close_4001")
        run, results = self.conform("relay", "--url", ws, "--register-url", http, "--only", "ARC-A*", "--only", "ARC-CONN-*")
        self.assertEqual(run.returncode, MET, run.stdout)
        self.assertEqual(self.verdicts(results)["ARC-AUTH-04"], "non-strict")
        self.assertEqual(self.verdicts(results)["ARC-CONN-01"], "non-strict")

    def test_a_session_behind_a_pin_is_not_ended(self):
        http, ws = self.serve("arena")
        session = self.post(http + "/session")
        run, results = self.conform("arena", "--url", ws, "--pin", session["pin"], "--control", http,
                                    "--only", "ARENA-SESSION-*", "--only", "ARENA-SEQ-0*", "--only", "ARENA-REG-0*")
        self.assertEqual(run.returncode, MET, run.stdout)
        self.assertEqual(self.verdicts(results)["ARENA-SESSION-01"], "skipped")
        self.assertEqual(self.verdicts(results)["ARENA-SEQ-01"], "pass")
        self.assertNotIn(session["pin"], run.stdout + json.dumps(results))

    def post(self, url):
        reply = subprocess.run(["curl", "-sf", "-X", "POST", "-d", "{}", url], capture_output=True, check=True)
        return json.loads(reply.stdout)


class ForeignServers(Conform):
    def flags(self, peer):
        return ("--url", f"http://127.0.0.1:{peer.port}",
                "--register-url", f"http://127.0.0.1:{peer.ports['register_port']}")

    def test_a_relay_that_lets_clients_spoof_is_none(self):
        peer = self.foreign_relay()
        run, results = self.conform("relay", *self.flags(peer), "--only", "ARC-IDENT-*")
        self.assertEqual(run.returncode, NOT_MET)
        self.assertEqual(self.verdicts(results)["ARC-IDENT-01"], "fail")
        self.assertIn("--only ARC-IDENT-01", run.stdout)

    def test_what_a_profile_accepts_does_not_count(self):
        peer = self.foreign_relay()
        profile = self.new_folder() / "accepted.yaml"
        profile.write_text("accept:\n  - {case: ARC-IDENT-*, reason: it copies what it gets}\n"
                           "  - {case: ARC-PING-01, reason: it was broken once}\n")
        run, _ = self.conform("relay", *self.flags(peer), "--profile", str(profile),
                              "--only", "ARC-IDENT-*", "--only", "ARC-PING-*")
        self.assertEqual(run.returncode, MET, run.stdout)
        self.assertIn("ARC-PING-01 no longer deviates", run.stdout)

    def test_a_case_that_kills_the_relay_is_named_and_the_rest_is_played(self):
        port = free_port()
        options = json.dumps({"port": port, "dies_of": "__proto__"})
        program = [sys.executable, "-B", str(FOLDER / "peers" / "arc_relay.py"), options]
        first = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
        self.addCleanup(first.stdout.close)
        self.addCleanup(first.wait)
        self.addCleanup(first.kill)
        first.stdout.readline()
        pid = self.new_folder() / "pid"
        again = f"{shlex.join(program)} >/dev/null 2>&1 & echo $! > {pid}"
        self.addCleanup(lambda: subprocess.run(["kill", pid.read_text().strip()]) if pid.exists() else None)
        run, results = self.conform("relay", "--url", f"http://127.0.0.1:{port}", "--restart-command", again,
                                    "--wait", "20s", "--only", "WS-ROBUST-0*", "--only", "ARC-REG-01")
        self.assertEqual(run.returncode, NOT_MET)
        verdicts = self.verdicts(results)
        self.assertEqual(verdicts.pop("WS-ROBUST-04"), "server died")
        self.assertEqual(set(verdicts.values()), {"pass"}, run.stdout)

    def test_tokens_die_with_a_relay_that_is_restarted(self):
        port = free_port()
        for defects, verdict in (([], "pass"), (["--defect", "tokens-outlive-relay"], "fail")):
            folder = self.new_folder()
            serve = shlex.join([str(self.gauntlet_path), "serve", "relay", "--port", str(port), *defects])
            start = f"{serve} >/dev/null 2>&1 & echo $! > {folder}/pid"
            stop = f"kill $(cat {folder}/pid); sleep 1"
            subprocess.run(start, shell=True, check=True)
            try:
                run, results = self.conform("relay", "--url", f"http://127.0.0.1:{port}", "--wait", "20s",
                                            "--restart-command", f"{stop}; {start}", "--only", "ARC-RESTART-*")
            finally:
                subprocess.run(stop, shell=True)
            self.assertEqual(self.verdicts(results)["ARC-RESTART-01"], verdict, run.stdout)
            self.assertEqual(self.verdicts(results)["ARC-RESTART-02"], "pass", run.stdout)

    def test_a_relay_that_dies_for_good_beside_others_is_none(self):
        peer = self.foreign_relay(dies_of="this is not JSON")
        run, results = self.conform("relay", *self.flags(peer), "--wait", "1s", "--only", "ARC-VALID-*",
                                    "--only", "ARC-PAYLOAD-*")
        self.assertEqual(run.returncode, NOT_MET, run.stdout)
        self.assertEqual(self.verdicts(results)["ARC-VALID-01"], "server died", run.stdout)
        self.assertFalse(results["conforms"])


class ForCi(Conform):
    def test_junit_is_what_ci_systems_read(self):
        peer = self.foreign_relay()
        file = self.new_folder() / "junit.xml"
        self.conform("relay", "--url", f"http://127.0.0.1:{peer.port}", "--junit", str(file),
                     "--only", "ARC-IDENT-*", "--only", "ARC-REG-*", "--only", "ARC-CONN-*")
        schema = FOLDER / "junit.xsd"
        check = subprocess.run(["xmllint", "--noout", "--schema", schema, file], capture_output=True, text=True)
        self.assertEqual(check.returncode, 0, check.stderr)
        root = ElementTree.parse(file).getroot()
        self.assertEqual([suite.get("name") for suite in root], ["ARC-REG", "ARC-CONN", "ARC-IDENT"])
        self.assertGreater(int(root.get("failures")), 0)

    def test_github_gets_annotations_and_a_summary(self):
        peer = self.foreign_relay()
        summary = self.new_folder() / "summary.md"
        run, _ = self.conform("relay", "--url", f"http://127.0.0.1:{peer.port}", "--only", "ARC-IDENT-*",
                              env={"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)})
        self.assertIn("::error title=ARC-IDENT-01", run.stdout)
        self.assertRegex(summary.read_text(), r"\| ARC-IDENT \| \d+ \| \d+ \|")


class TheCommandLine(Conform):
    def test_cases_are_listed_without_a_server(self):
        run = self.gauntlet("conform", "arena", "--list", "--only", "ARENA-SEQ-*", "--level", "must")
        self.assertEqual(run.returncode, MET)
        self.assertIn("ARENA-SEQ-01", run.stdout)
        self.assertNotIn("should", run.stdout)

    def test_commas_stand_between_cases(self):
        run = self.gauntlet("conform", "relay", "--list", "--only", "ARC-REG-01,ARC-ROUTE-*", "--skip", "ARC-ROUTE-01,ARC-ROUTE-02")
        self.assertEqual(run.returncode, MET)
        for case in ("ARC-REG-01", "ARC-ROUTE-03"):
            self.assertIn(case, run.stdout)
        for case in ("ARC-REG-02", "ARC-ROUTE-01", "ARC-ROUTE-02"):
            self.assertNotIn(case, run.stdout)

    def test_the_docs_list_every_case(self):
        docs = (FOLDER.parent.parent / "docs" / "conformance_cases.md").read_text()
        for subject in ("relay", "arena"):
            self.assertIn(self.gauntlet("conform", subject, "--list", "--markdown").stdout, docs, "run ./dev docs")

    def test_mistakes_are_said(self):
        for flags, words in ((("--only", "ARC-NO-*", "--url", "http://x"), "there is no such case"),
                             (("--only", "ARC-REG-01,ARC-ROUT-*", "--url", "http://x"), "write `ARC-ROUTE-*`"),
                             (("--only", "ARC-REG-*", "--skip", "ARC-*", "--url", "http://x"), "no case is left"),
                             ((), "--url is needed")):
            run = self.gauntlet("conform", "relay", *flags)
            self.assertEqual(run.returncode, USAGE)
            self.assertIn(words, run.stderr)

    def test_nobody_there_is_said(self):
        run = self.gauntlet("conform", "relay", "--url", f"http://127.0.0.1:{free_port()}")
        self.assertEqual(run.returncode, UNREACHABLE)
        self.assertNotIn("waiting", run.stderr)
        run = self.gauntlet("conform", "relay", "--url", f"http://127.0.0.1:{free_port()}", "--wait", "300ms")
        self.assertEqual(run.returncode, UNREACHABLE)
        self.assertIn("after waiting for 0.3 s", run.stderr)

    def test_a_server_that_is_not_up_yet_is_waited_for(self):
        port = free_port()
        starting = threading.Timer(0.5, self.start_serving, ("relay",), {"port": port})
        starting.start()
        run = self.gauntlet("conform", "relay", "--url", f"http://127.0.0.1:{port}", "--wait", "30s", "--only", "ARC-REG-01")
        starting.join()
        self.assertEqual(run.returncode, MET, run.stderr)
        self.assertIn("waiting up to 30 s: the relay at", run.stderr)


if __name__ == "__main__":
    main()
