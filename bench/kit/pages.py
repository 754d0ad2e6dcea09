"""Soak: one page of server-side includes, asked for again and again for minutes. Nothing of the front grows."""
from kit import http, tree
from kit.memory import grown, settled
from kit.rows import line

MIB = 1024 * 1024
SLICES = 10
CLIENTS = 16
PATHS = ["/page.shtml"]

# What may grow after the warm-up of a tenth. A template, a fetch or a body that is kept for each page is far beyond it.
ALLOWED = {"descriptors": 2, "threads": 2, "live": 2 * MIB, "pss": 32 * MIB}


def _slice(server, name, seconds, descriptors):
    result = http.load(server.port, PATHS, clients=CLIENTS, seconds=seconds, body=2**64 - 1)
    figures = settled(server, descriptors)
    live = "-" if figures.live is None else f"{figures.live / MIB:.1f}"
    line(name, f"{result['ok']:,}", f"{result['rps']:,.0f}", f"{result['failed']} ({http.why(result)})", figures.descriptors,
         figures.threads, live, f"{figures.pss / MIB:.1f}")
    return result, figures


def run(place, options, front):
    """Prints a line for each slice; returns the exit status."""
    seconds = max(SLICES, options.count or 600)
    server = front()
    line("seconds", "pages", "/s", "failed", "descriptors", "threads", "live heap MiB", "PSS MiB")
    line(*["---"] * 8)
    fresh = tree.descriptors(server.pid) + 2
    _, before = _slice(server, "warm-up", max(5, seconds // SLICES), fresh)
    after, ok, failed = before, 0, 0
    for part in range(1, SLICES + 1):
        result, after = _slice(server, f"{seconds * part // SLICES:,}", seconds // SLICES, before.descriptors)
        ok, failed = ok + result["ok"], failed + result["failed"]
    problems = [f"{failed} pages failed"] if failed else []
    problems += grown(before, after, ALLOWED)
    print()
    for problem in problems:
        print("FAILED: " + problem)
    if not problems:
        print(f"held: {ok:,} pages in {seconds} s, none failed, nothing grew")
    return 1 if problems else 0
