"""What bash, zsh and fish offer when a person asks them, and what the manual page looks like."""

import os
import pty
import re
import select
import subprocess

from harness import MET, PATIENCE_S, USAGE, EndToEnd, end, main

END = b"--that is all--\n"

# An interactive shell completes as ever, and tells a pipe what it offers.
BASHRC = """
source "$SCRIPT"
tell() {
  _gauntlet "$@"
  printf '%s\\n' "${COMPREPLY[@]}" "--that is all--" >&"$PIPE"
}
complete -F tell gauntlet
"""
ZSHRC = """
autoload -Uz compinit && compinit -u -D
source "$SCRIPT"
compadd() {
  # With one of these it adds nothing, but fills an array.
  if [[ ${@[1,(i)(-|--)]} != *-[OAD]\\ * ]]; then
    local -a offered
    builtin compadd -O offered "$@"
    ((!$#offered)) || print -l -u $PIPE -- $offered
  fi
  builtin compadd "$@"
}
tell() {
  zle expand-or-complete
  print -u $PIPE -- "--that is all--"
}
zle -N tell
bindkey -e '^I' tell
"""


class Typist:
    """Somebody at a shell, who presses the tabulator key."""

    def __init__(self, command, env, folder):
        self.terminal, its_terminal = pty.openpty()
        self.pipe, its_pipe = os.pipe()
        self.process = subprocess.Popen(
            command, stdin=its_terminal, stdout=its_terminal, stderr=its_terminal, cwd=folder,
            start_new_session=True, pass_fds=[its_pipe],
            env={**os.environ, "TERM": "dumb", "PIPE": str(its_pipe), **env})
        os.close(its_terminal)
        os.close(its_pipe)

    def offers(self, line):
        os.write(self.terminal, line.encode() + b"\t")
        said = b""
        while not said.endswith(END):
            readable, _, _ = select.select([self.terminal, self.pipe], [], [], PATIENCE_S)
            if not readable:
                raise AssertionError(f"no answer to `{line}`")
            if self.terminal in readable:
                os.read(self.terminal, 65536)  # what a person sees
            if self.pipe in readable:
                said += os.read(self.pipe, 65536)
        os.write(self.terminal, b"\x15")  # Ctrl-U: away with the line
        return sorted(set(said.removesuffix(END).decode().split()))

    def leave(self):
        end(self.process)
        os.close(self.terminal)
        os.close(self.pipe)


class Completion:
    """What holds in every shell."""

    shell = None

    def setUp(self):
        process = self.gauntlet("completion", self.shell)
        self.assertEqual((process.returncode, process.stderr), (MET, ""))
        self.folder = self.new_folder()
        self.script = self.folder / "script"
        self.script.write_text(process.stdout)
        self.place = self.folder / "place"
        (self.place / "more").mkdir(parents=True)
        for name in ("one.yaml", "two.yml", "notes.txt"):
            (self.place / name).touch()
        self.prepare()

    def assert_offers(self, line, *words):
        with self.subTest(line):
            self.assertEqual(self.offers(line), sorted(words))

    def test_commands(self):
        self.assert_offers("gauntlet s", "serve", "simulate", "schema")
        self.assert_offers("gauntlet serve re", "relay")
        self.assert_offers("gauntlet agent s", "send", "subscribe")
        self.assert_offers("gauntlet agent send s")

    def test_flags(self):
        self.assert_offers("gauntlet --v", "--version")
        self.assert_offers("gauntlet agent ask --t", "--to", "--token", "--timeout")
        self.assert_offers("gauntlet serve arena --seed 7 --b", "--bind")
        self.assert_offers("gauntlet agent ask --relay http://localhost:8080 --timeo", "--timeout")
        self.assert_offers("gauntlet check one.yaml --set targets.relay=http://localhost:8080 --see", "--seed")

    def test_values_of_flags(self):
        self.assert_offers("gauntlet participant --runner ", "ollama", "lmstudio", "openai", "mock")
        self.assert_offers("gauntlet participant --runner o", "ollama", "openai")
        self.assert_offers("gauntlet agent ask --reconnect l", "linear")
        self.assert_offers("gauntlet completion ", "bash", "zsh", "fish")

    def test_nothing_where_anything_goes(self):
        self.assert_offers("gauntlet participant --url ")
        self.assert_offers("gauntlet agent send ")
        self.assert_offers("gauntlet agent listen --answer-with ")
        self.assert_offers("gauntlet run --seed ")

    def test_scenarios_and_folders(self):
        self.assert_offers("gauntlet run ", "more/", "one.yaml", "two.yml")
        self.assert_offers("gauntlet check --seed 7 o", "one.yaml")
        self.assert_offers("gauntlet run one.yaml --out ", "more/")
        self.assert_offers("gauntlet run one.yaml t")
        self.assert_offers("gauntlet merge more ", "more/")


class Bash(Completion, EndToEnd):
    shell = "bash"

    def prepare(self):
        rc = self.folder / "bashrc"
        rc.write_text(BASHRC)
        self.typist = Typist(["bash", "--noprofile", "--rcfile", rc, "-i"], {"SCRIPT": self.script}, self.place)
        self.addCleanup(self.typist.leave)

    def offers(self, line):
        return [word + "/" if (self.place / word).is_dir() else word for word in self.typist.offers(line)]

    def test_values_behind_an_equals_sign(self):
        self.assert_offers("gauntlet participant --runner=", "ollama", "lmstudio", "openai", "mock")
        self.assert_offers("gauntlet participant --runner=o", "ollama", "openai")
        self.assert_offers("gauntlet participant --runner=mock --endpoint=c", "chat", "completions")
        self.assert_offers("gauntlet run --out=m", "more/")
        self.assert_offers("gauntlet run --set duration=")

    def test_flags_where_nothing_else_can_follow(self):
        self.assert_offers("gauntlet check one.yaml ", "--help", "--processes", "--seed", "--set", "-h")


class Zsh(Completion, EndToEnd):
    shell = "zsh"

    def prepare(self):
        (self.folder / ".zshrc").write_text(ZSHRC)
        env = {"SCRIPT": self.script, "ZDOTDIR": self.folder}
        self.typist = Typist(["zsh", "-d", "-i"], env, self.place)
        self.addCleanup(self.typist.leave)

    def offers(self, line):
        return [word + "/" if (self.place / word).is_dir() else word for word in self.typist.offers(line)]

    def test_values_behind_an_equals_sign(self):
        self.assert_offers("gauntlet participant --runner=o", "ollama", "openai")
        self.assert_offers("gauntlet run --out=m", "more/")


class Fish(Completion, EndToEnd):
    shell = "fish"

    def prepare(self):
        pass

    def lines(self, line):
        env = {**os.environ, "LINE": line, "HOME": str(self.folder)}
        process = subprocess.run(["fish", "--no-config", "-c", f"source {self.script}; complete -C $LINE"], env=env,
                                 cwd=self.place, capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual((process.returncode, process.stderr), (0, ""))
        return process.stdout.splitlines()

    def offers(self, line):
        return sorted(line.split("\t")[0] for line in self.lines(line))

    def test_values_behind_an_equals_sign(self):
        self.assert_offers("gauntlet participant --runner=o", "--runner=ollama", "--runner=openai")
        self.assert_offers("gauntlet run --out=m", "--out=more/")

    def test_each_with_what_it_is_for(self):
        self.assertEqual(self.lines("gauntlet serve re"), ["relay\tThe ARC relay"])
        self.assertEqual(self.lines("gauntlet participant --pi"), ["--pin\tThe session's PIN"])


class Shells(EndToEnd):
    def test_a_shell_that_is_none_of_these_is_the_users_mistake(self):
        self.assertEqual(self.gauntlet("completion", "tcsh").returncode, USAGE)


class ManualPage(EndToEnd):
    def page(self):
        source = self.gauntlet("man").stdout
        process = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou", "-ww"], input=source,
                                 capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual((process.returncode, process.stderr), (0, ""))
        return process.stdout

    def help_of(self, *command):
        return self.gauntlet(*command, "--help").stdout

    def test_has_the_sections_of_a_manual_page_in_their_order(self):
        sections = re.findall("^[A-Z][A-Z ]+$", self.page(), re.MULTILINE)
        self.assertEqual(sections, ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "ENVIRONMENT",
                                    "EXIT STATUS"])

    def test_has_every_option_and_exit_code_that_help_has(self):
        page = re.sub(r"\s+", " ", self.page())
        for command in (["run"], ["serve", "arena"], ["agent", "ask"], ["participant"]):
            shown = self.help_of(*command)
            for flag, about in re.findall(r"^  (--[\w-]+)[^\n]*?(?: {2,}|\n {26})(\S.*)$", shown, re.MULTILINE):
                self.assertIn(flag, page)
                self.assertIn(re.split(r" \(|; ", about)[0].replace("`", ""), page)
            for code, meaning in re.findall(r"^  (\d+) +(.*)$", shown, re.MULTILINE):
                self.assertIn(f"{code} {meaning}", page)

    def test_has_the_environment(self):
        environment = self.page().split("ENVIRONMENT")[1]
        for variable in ("ARC_RELAY_URL", "ARC_TOKEN", "ARENA_PIN"):
            self.assertIn(variable, environment)


if __name__ == "__main__":
    main()
