"""Rates side by side: A and B measured in turn, so that what disturbs the machine disturbs both."""
import re
import statistics
import time

from kit import http, servers, tree
from kit.place import Unfit


class Row:
    """One line of the table: what A does, and who does what as B."""

    def __init__(self, name, path, rival, rival_path, **load):
        self.name, self.path, self.rival, self.rival_path, self.load = name, path, rival, rival_path, load


ROWS = [
    Row("hand-off, c=1", "/fd/", "httpd", "/fd/", clients=1),
    Row("hand-off, c=16", "/fd/", "httpd", "/fd/", clients=16),
    Row("hand-off, c=128", "/fd/", "httpd", "/fd/", clients=128),
    Row("hand-off, c=16", "/fd/", "calls", "/fd/", clients=16),
    Row("hand-off, c=128", "/fd/", "calls", "/fd/", clients=128),
    Row("lease, keep-alive, c=16 (B: a hand-off each)", "/lease/", "httpd", "/fd/", clients=16, keep=True),
    Row("lease, keep-alive, c=128 (B: a hand-off each)", "/lease/", "httpd", "/fd/", clients=128, keep=True),
    Row("lease 1 MiB, keep-alive, c=16 (B: in-line proxy)", "/lease-large/", "httpd", "/http-large/", clients=16, keep=True,
        body=1 << 20),
    Row("hand-off raw, c=16", "/fd-raw/", "httpd", "/fd/", clients=16),
    Row("fixed 1 KiB, keep-alive, c=32", "/fixed", "netty", "/", clients=32, keep=True),
    Row("fixed 1 KiB, keep-alive, c=32", "/fixed", "nginx", "/fixed", clients=32, keep=True),
    Row("fixed 1 KiB (B: a file), keep-alive, c=32", "/fixed", "httpd", "/small.txt", clients=32, keep=True),
    Row("reverse proxy 1 KiB, keep-alive, c=32", "/http/", "httpd", "/http/", clients=32, keep=True),
    Row("reverse proxy 1 KiB, keep-alive, c=32", "/http/", "nginx", "/http/", clients=32, keep=True),
    Row("fixed 1 KiB, connection per request, c=16", "/fixed", "nginx", "/fixed", clients=16),
    Row("static 1 KiB, keep-alive, c=32", "/small.txt", "httpd", "/small.txt", clients=32, keep=True),
    Row("static 1 KiB, keep-alive, c=32", "/small.txt", "nginx", "/small.txt", clients=32, keep=True),
    Row("static 1 KiB, connection per request, c=16", "/small.txt", "httpd", "/small.txt", clients=16),
    Row("static 1 KiB, connection per request, c=16", "/small.txt", "nginx", "/small.txt", clients=16),
    Row("static 64 MiB, connection per request, c=2", "/large.bin", "httpd", "/large.bin", clients=2, body=64 << 20),
    # Of any length: what programs and pages say is not padded.
    Row("CGI in C, keep-alive, c=1", "/cgi-bin/program", "httpd", "/cgi-bin/program", clients=1, keep=True, body=2**64 - 1),
    Row("CGI in C, keep-alive, c=8", "/cgi-bin/program", "httpd", "/cgi-bin/program", clients=8, keep=True, body=2**64 - 1),
    Row("CGI in sh, keep-alive, c=8", "/cgi-bin/script", "httpd", "/cgi-bin/script", clients=8, keep=True, body=2**64 - 1),
    Row("SSI page of 20 directives, connection per request, c=16", "/page.shtml", "httpd", "/page.shtml", clients=16, body=2**64 - 1),
]


class Sample:
    """One measurement of one side."""

    def __init__(self, server, path, load, seconds):
        before = tree.cpu_seconds(server.pid)
        result = http.load(server.port, [path], seconds=seconds, **load)
        time.sleep(0.05)  # the server's last closes
        self.rate, self.p50, self.p99 = result["rps"], result["p50_us"] / 1e3, result["p99_us"] / 1e3
        used = tree.cpu_seconds(server.pid) - before
        self.cpu = used / result["ok"] * 1e4 if result["ok"] else 0.0
        self.failed, self.result = result["failed"], result


def median(samples, name):
    """The median of one figure of the samples."""
    return statistics.median(getattr(sample, name) for sample in samples)


def figure(value):
    """A number as wide as it needs to be."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def ratio(a, b):
    """A/B as text."""
    return f"{a / b:.2f}" if b else "-"


def line(*cells):
    """Prints one line of a Markdown table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def measure(row, a, b, options):
    """The samples of both sides. The warm-up is not measured: a JVM compiles meanwhile."""
    sides = ((a, row.rival_path if options.self else row.path), (b, row.rival_path))
    for server, path in sides:
        http.load(server.port, [path], seconds=options.warm, **row.load)
    taken = ([], [])
    for _ in range(options.reps):
        for samples, (server, path) in zip(taken, sides):
            samples.append(Sample(server, path, row.load, options.seconds))
    return taken


def _failed(samples):
    """The failed requests of one side, with the reasons of the worst sample."""
    worst = max(samples, key=lambda sample: sample.failed)
    return f"{sum(sample.failed for sample in samples)} ({http.why(worst.result)})" if worst.failed else "0"


def show(row, samples):
    """Prints the line of a measured row."""
    a_samples, b_samples = samples
    rates = median(a_samples, "rate"), median(b_samples, "rate")
    cpus = median(a_samples, "cpu"), median(b_samples, "cpu")
    pairs = [x.rate / y.rate for x, y in zip(a_samples, b_samples) if y.rate]
    line(row.name, row.rival, *map(figure, rates), f"**{ratio(*rates)}**",
         f"{min(pairs):.2f}..{max(pairs):.2f}" if pairs else "-",
         *(f"{median(side, 'p50'):.2f} / {median(side, 'p99'):.2f}" for side in samples),
         *(f"{cpu:.2f}" for cpu in cpus), f"**{ratio(*cpus)}**", " / ".join(map(_failed, samples)))


def run(place, options, front, dist):
    """Measures all rows that match; returns the samples for --json. FRONT makes the front when it is needed first."""
    servers.workers(place)
    started, found = {}, {}

    def start(kind, name):
        if kind == "sluice":
            return front()
        if kind == "netty":
            return servers.netty(place, name, dist)
        if kind == "calls":
            return servers.calls(place, name)
        return (servers.httpd if kind == "httpd" else servers.nginx)(place, name)

    def server(kind, role):
        key = (kind, role)
        if key not in started:
            try:
                started[key] = start(kind, f"{kind}-{role}")
            except Unfit as missing:
                started[key] = missing
        if isinstance(started[key], Unfit):
            raise started[key]
        return started[key]

    line("row", "B", "A /s", "B /s", "A/B", "pairs min..max", "A p50/p99 ms", "B p50/p99 ms", "A CPU s/10k", "B CPU s/10k",
         "CPU A/B", "failed A / B")
    line(*["---"] * 12)
    for row in ROWS:
        if not re.search(options.rows, f"{row.name} {row.rival}"):
            continue
        try:
            a = server(row.rival, "a") if options.self else server("sluice", "a")
            b = server(row.rival, "b")
        except Unfit as missing:
            line(row.name, row.rival, "skipped: " + " ".join(str(missing).split()), *["-"] * 9)
            continue
        samples = measure(row, a, b, options)
        show(row, samples)
        found[f"{row.name}, {row.rival}"] = [[sample.result | {"cpu_s_10k": sample.cpu} for sample in side] for side in samples]
    return found
