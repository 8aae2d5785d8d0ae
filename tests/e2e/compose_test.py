"""What can be said of docker-compose.yml and its files where no container engine runs."""

import json
import re
import subprocess
import unittest

import yaml
from harness import FOLDER, LIBRARY, EndToEnd, main

ROOT = FOLDER.parent.parent
DEPLOY = ROOT / "deploy"

# What every image of Debian has, and what a sanitized build links besides.
NOT_ASKED_FOR = re.compile(r"libc6|libgcc-s1|lib(a|t|ub)san\d")


def compose():
    config = subprocess.run(["docker-compose", "--file", ROOT / "docker-compose.yml", "config"],
                            capture_output=True, text=True)
    if config.returncode:
        raise AssertionError(config.stderr)
    return yaml.safe_load(config.stdout)["services"]


def linked_packages(program):
    """The Debian packages of the libraries that a program names."""
    headers = subprocess.run(["objdump", "-p", program], capture_output=True, text=True, check=True).stdout
    packages = set()
    for library in re.findall(r"NEEDED +(\S+)", headers):
        owners = subprocess.run(["dpkg-query", "--search", f"*-linux-gnu/{library}"],
                                capture_output=True, text=True, check=True)
        packages.add(owners.stdout.split(":")[0])
    return {package for package in packages if not NOT_ASKED_FOR.fullmatch(package)}


class Compose(EndToEnd):
    def test_every_service_is_there(self):
        self.assertEqual(set(compose()), {"relay", "arena", "gauntlet", "prometheus", "grafana"})

    def test_every_file_that_a_container_sees_exists(self):
        for name, service in compose().items():
            for volume in service.get("volumes", []):
                source = volume.split(":")[0]
                with self.subTest(service=name, source=source):
                    self.assertTrue(source == "runs" or (ROOT / source).exists())

    def test_nothing_is_published_beyond_this_machine(self):
        ports = [port for service in compose().values() for port in service.get("ports", [])]
        self.assertEqual([port for port in ports if not port.startswith("127.0.0.1:")], [])

    def test_the_servers_listen_to_the_other_containers(self):
        services = compose()
        for target in ("relay", "arena"):
            self.assertEqual(services[target]["command"], ["serve", target, "--bind", "0.0.0.0"])

    def test_every_shipped_scenario_can_be_run_against_them(self):
        verb, _, *options = compose()["gauntlet"]["command"]
        self.assertEqual(verb, "run")
        at = options.index("--prometheus")
        del options[at:at + 2]
        scenarios = sorted(LIBRARY.glob("*.yaml"))
        self.assertGreater(len(scenarios), 5)
        for scenario in scenarios:
            with self.subTest(scenario.name):
                check = self.gauntlet("check", scenario, *options)
                if "target_crash" in scenario.read_text():  # of a server in another container
                    self.assertIn("only an embedded target can be told to fail", check.stderr)
                else:
                    self.assertEqual(check.returncode, 0, check.stderr)

    def test_prometheus_scrapes_where_the_run_serves(self):
        file = DEPLOY / "prometheus" / "prometheus.yml"
        check = subprocess.run(["promtool", "check", "config", file], capture_output=True, text=True)
        self.assertEqual(check.returncode, 0, check.stderr)
        scraped = yaml.safe_load(file.read_text())["scrape_configs"][0]["static_configs"][0]["targets"]
        command = compose()["gauntlet"]["command"]
        port = command[command.index("--prometheus") + 1].split(":")[1]
        self.assertEqual(scraped, [f"gauntlet:{port}"])


class Image(EndToEnd):
    def test_the_image_has_the_libraries_of_the_binary(self):
        install = re.search(r"apt-get install (?:-\S+ )*\\\n(.*?)&&", (ROOT / "Dockerfile").read_text(), re.DOTALL)
        self.assertEqual(set(re.findall(r"lib[\w.+-]+|zlib1g", install[1])), linked_packages(self.gauntlet_path))

    def test_the_build_gets_what_it_needs(self):
        kept_out = (ROOT / ".dockerignore").read_text().split()
        for needed in ("dev", "CMakeLists.txt", "CMakePresets.json", "scenarios", "metrics", "runners", "sim"):
            self.assertTrue((ROOT / needed).exists(), needed)
            self.assertNotIn(needed, kept_out)


class Grafana(unittest.TestCase):
    def setUp(self):
        provisioning = DEPLOY / "grafana" / "provisioning"
        self.source, = yaml.safe_load((provisioning / "datasources" / "prometheus.yml").read_text())["datasources"]
        self.provider, = yaml.safe_load((provisioning / "dashboards" / "gauntlet.yml").read_text())["providers"]
        self.dashboard = json.loads((DEPLOY / "grafana" / "dashboards" / "gauntlet.json").read_text())

    def test_the_dashboards_are_mounted_where_grafana_looks(self):
        mounts = [volume.split(":")[1] for volume in compose()["grafana"]["volumes"]]
        self.assertIn(self.provider["options"]["path"], mounts)

    def test_every_panel_asks_the_provisioned_source(self):
        panels = [panel for panel in self.dashboard["panels"] if panel["type"] != "row"]
        asked = [thing["datasource"]["uid"] for panel in panels for thing in (panel, *panel["targets"])]
        asked += [variable["datasource"]["uid"] for variable in self.dashboard["templating"]["list"]]
        self.assertEqual(set(asked), {self.source["uid"]})

    def test_panels_do_not_overlap(self):
        taken = {}
        for panel in self.dashboard["panels"]:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24, panel["title"])
            for cell in ((x, y) for x in range(place["x"], place["x"] + place["w"])
                         for y in range(place["y"], place["y"] + place["h"])):
                self.assertNotIn(cell, taken, f"{panel['title']} lies over {taken.get(cell)}")
                taken[cell] = panel["title"]

    def test_panels_have_numbers_of_their_own(self):
        numbers = [panel["id"] for panel in self.dashboard["panels"]]
        self.assertEqual(len(numbers), len(set(numbers)))

    def test_the_source_knows_how_often_prometheus_scrapes(self):
        configuration = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
        self.assertEqual(self.source["jsonData"]["timeInterval"], configuration["global"]["scrape_interval"])


if __name__ == "__main__":
    main()
