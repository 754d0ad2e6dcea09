"""Soak: many hand-offs, after which the front must be as it was."""
import json

from kit import http, servers, tree
from kit.memory import grown, settled
from kit.place import stop
from kit.rows import line

MIB = 1024 * 1024
SLICES = 10
PATHS = ["/fd/", "/fd-raw/"]

# What may grow after the warm-up. One leaked object in a hundred would be far beyond it with 100,000 hand-offs.
ALLOWED = {"descriptors": 2, "threads": 2, "live": 2 * MIB, "pss": 32 * MIB}


def _show(done, result, figures):
    live = "-" if figures.live is None else f"{figures.live / MIB:.1f}"
    line(done, f"{result['rps']:,.0f}", f"{result['failed']} ({http.why(result)})", figures.descriptors, figures.threads, live,
         f"{figures.pss / MIB:.1f}")


def _problems(before, after, failed, ok, received):
    found = [f"{failed} hand-offs failed"] if failed else []
    if ok != received:
        found.append("a receiver died" if received is None else f"{ok} were answered, but the receivers got {received}")
    return found + grown(before, after, ALLOWED)


def _received(processes, place):
    """What the receivers say they got. This ends them. None if one has died and so says nothing."""
    total = 0
    for name in ("worker", "hold", "raw"):  # those of the leases, which are not asked here, count nothing
        process = processes[name]
        if process.poll() is not None:
            return None
        stop(process)
        total += json.loads(place.log(name).splitlines()[-1])["received"]
    return total


def run(place, options, front):
    """Prints a line for each slice; returns the exit status."""
    count = options.count or 100000
    receivers, server = servers.workers(place), front()
    line("hand-offs", "/s", "failed", "descriptors", "threads", "live heap MiB", "PSS MiB")
    line(*["---"] * 7)
    fresh = tree.descriptors(server.pid)
    result = http.load(server.port, PATHS, clients=16, count=max(5000, count // 10))
    before = after = settled(server, fresh)
    _show("warm-up", result, before)
    failed, ok = result["failed"], result["ok"]
    for part in range(1, SLICES + 1):
        result = http.load(server.port, PATHS, clients=16, count=count // SLICES)
        after = settled(server, before.descriptors)
        _show(f"{count * part // SLICES:,}", result, after)
        failed, ok = failed + result["failed"], ok + result["ok"]
    problems = _problems(before, after, failed, ok, _received(receivers, place))
    print()
    for problem in problems:
        print("FAILED: " + problem)
    if not problems:
        print(f"held: {count:,} hand-offs, none failed, nothing grew")
    return 1 if problems else 0
