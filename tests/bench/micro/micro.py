"""What the pieces cost, each beside what it was chosen against.

    micro.py BUILD [--repetitions N] [--seconds S] [--page]

The programs are Google Benchmark's; a benchmark is called WORK/WHO[/SIZE]. The median of the repetitions counts.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import page  # noqa: E402

OURS = "gauntlet"


def figures(program, repetitions, seconds):
    """{(work, who): nanoseconds of CPU time}, in the program's order."""
    run = subprocess.run(
        [program, "--benchmark_format=json", f"--benchmark_repetitions={repetitions}",
         f"--benchmark_min_time={seconds}", "--benchmark_enable_random_interleaving=true",
         "--benchmark_report_aggregates_only=true"], capture_output=True, text=True, check=True)
    listed = subprocess.run([program, "--benchmark_list_tests=true"], capture_output=True, text=True, check=True)
    names = listed.stdout.splitlines()
    found = {}
    for row in sorted(json.loads(run.stdout)["benchmarks"], key=lambda row: names.index(row["run_name"])):
        if row.get("error_occurred"):
            raise SystemExit(f"{row['name']}: {row['error_message']}")
        if row.get("aggregate_name", "median") != "median":
            continue
        work, who, *size = row["run_name"].split("/")
        size = [word for word in size if word.isdigit()]
        found[work + "".join(f", {int(n):,} bytes" for n in size), who] = row["cpu_time"]
    return found


def main():
    flags = argparse.ArgumentParser(description="What the pieces cost.")
    flags.add_argument("build", type=Path)
    flags.add_argument("--repetitions", type=int, default=7)
    flags.add_argument("--seconds", type=float, default=0.1, help="of each repetition")
    flags.add_argument("--page", action="store_true", help="keep the result in docs/BENCHMARKS.md")
    options = flags.parse_args()

    rows = []
    for program in sorted((options.build / "tests" / "bench" / "micro").glob("*_bench")):
        found = figures(program, options.repetitions, options.seconds)
        for (work, who), ns in found.items():
            if who != OURS:
                continue
            others = [(other, cost) for (same, other), cost in found.items() if same == work and other != OURS]
            rows += [[work, f"{ns:,.1f}", other, f"{cost:,.1f}", f"{cost / ns:.1f}"] for other, cost in others or [("", ns)]]
            if not others:
                rows[-1][3:] = ["", ""]
    text = page.table(["work", "Gauntlet, ns", "instead of", "ns", "times as much"], rows)
    print(text)
    if options.page:
        page.replace("micro", f"{page.machine(options.build)}; `{page.command('micro')}`.\n\n{text}")


main()
