"""Soak: many hand-offs, after which the front must be as it was."""
import json

from kit import http, servers, tree
from kit.memory import Figures
from kit.place import Unfit, stop, wait_until
from kit.rows import line

MIB = 1024 * 1024
SLICES = 10
PATHS = ["/fd/", "/fd-raw/"]

# What may grow after the warm-up. One leaked object in a hundred would be far beyond it with 100,000 hand-offs.
ALLOWED = {"descriptors": 2, "threads": 2, "live": 2 * MIB, "pss": 32 * MIB}


def _figures(server, descriptors):
    """Figures once the last connections are closed on our side too; if that never happens, the check says so."""
    try:
        wait_until(lambda: tree.descriptors(server.pid) <= descriptors, 5, "descriptors closed")
    except Unfit:
        pass
    return Figures(server.pid)


def _show(done, result, figures):
    live = "-" if figures.live is None else f"{figures.live / MIB:.1f}"
    line(done, f"{result['rps']:,.0f}", f"{result['failed']} ({http.why(result)})", figures.descriptors, figures.threads, live,
         f"{figures.pss / MIB:.1f}")


def _problems(before, after, failed, ok, received):
    found = [f"{failed} hand-offs failed"] if failed else []
    if ok != received:
        found.append("a receiver died" if received is None else f"{ok} were answered, but the receivers got {received}")
    for name, allowed in ALLOWED.items():
        was, now = getattr(before, name), getattr(after, name)
        if was is not None and now - was > allowed:
            found.append(f"{name} grew from {was} to {now}, more than {allowed}")
    return found


def _received(processes, place):
    """What the receivers say they got. This ends them. None if one has died and so says nothing."""
    total = 0
    for name, process in processes.items():
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
    before = after = _figures(server, fresh)
    _show("warm-up", result, before)
    failed, ok = result["failed"], result["ok"]
    for part in range(1, SLICES + 1):
        result = http.load(server.port, PATHS, clients=16, count=count // SLICES)
        after = _figures(server, before.descriptors)
        _show(f"{count * part // SLICES:,}", result, after)
        failed, ok = failed + result["failed"], ok + result["ok"]
    problems = _problems(before, after, failed, ok, _received(receivers, place))
    print()
    for problem in problems:
        print("FAILED: " + problem)
    if not problems:
        print(f"held: {count:,} hand-offs, none failed, nothing grew")
    return 1 if problems else 0
