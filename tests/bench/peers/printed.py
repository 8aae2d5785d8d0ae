"""What each tool prints as its mean latency, in seconds. Reads text, runs nothing."""

import json
import re


def gauntlet_mean_s(summary):
    return json.loads(summary)["series"]["relay.delivery"]["mean"]


def node_mean_s(printed):
    return json.loads(printed.splitlines()[-1])["mean_ms"] / 1000


def locust_mean_s(printed):
    """The last table's row: type, name, requests, failures, average."""
    rows = re.findall(r"^WS +round_trip +\d+ +\S+ *\| +(\d+)", printed, re.MULTILINE)
    return int(rows[-1]) / 1000


def tsung_mean_s(log):
    """The last dump: count and mean (ms) since the one before, ..., mean and count of all before."""
    rows = re.findall(r"^stats: request (\d+) (\S+) \S+ \S+ \S+ (\S+) (\d+)$", log, re.MULTILINE)
    count, mean, mean_before, count_before = (float(number) for number in rows[-1])
    return (count * mean + count_before * mean_before) / (count + count_before) / 1000
