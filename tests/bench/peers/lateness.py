"""How late periodic messages are, as their receiver sees it. Reads numbers, runs nothing."""

import math
from dataclasses import dataclass


@dataclass
class Pace:
    """What was reached of a rate, and how far off the beat."""

    rate_per_s: float
    p50_ns: float
    p99_ns: float


def read_arrivals(text):
    """(who, nanoseconds) of each line."""
    return [tuple(map(int, line.split())) for line in text.splitlines()]


def late_ns(arrivals, period_ns):
    """How much later than intended each message came.

    The nth message of a sender is intended n periods after its first. When the first was intended, nobody says: the
    message that came earliest against this beat is taken to have been in time. So a beat that is slower than asked,
    or that starts anew with each message, is late, as it is for a server that was promised a rate.
    """
    beats = {}
    for who, at_ns in arrivals:
        offsets = beats.setdefault(who, [])
        offsets.append(at_ns - len(offsets) * period_ns)
    return [offset - min(offsets) for offsets in beats.values() for offset in offsets]


def pace(arrivals, period_ns, settle_ns, window_ns):
    """Of those who came in the window, which begins `settle_ns` after the first of all."""
    begin = min(at_ns for _, at_ns in arrivals) + settle_ns
    inside = [(who, at_ns) for who, at_ns in arrivals if begin <= at_ns < begin + window_ns]
    late = sorted(late_ns(inside, period_ns))
    return Pace(rate_per_s=len(inside) / window_ns * 1e9, p50_ns=quantile(late, 0.5), p99_ns=quantile(late, 0.99))


def quantile(ascending, fraction):
    """The smallest that at least `fraction` of all do not exceed."""
    return ascending[math.ceil(fraction * len(ascending)) - 1]
