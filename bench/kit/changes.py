"""Soak: one route changes again and again under load. Nobody else notices, no connection is cut, nothing grows."""
import json
import os
import re
import signal
import subprocess
import time

from kit import http, tree
from kit.memory import Figures
from kit.place import Unfit, wait_until
from kit.rows import line

MIB = 1024 * 1024
SLICES = 10
CLIENTS = 8
PATHS = ["/fixed", "/small.txt"]

# What may grow after the warm-up of a tenth; one leaked snapshot with its options would be far beyond it after 1,000 changes.
ALLOWED = {"descriptors": 2, "threads": 2, "live": 2 * MIB, "metaspace": 2 * MIB, "pss": 32 * MIB}


class Changing:
    """The route that changes, and one connection that sees every change."""

    def __init__(self, place, port):
        self._file = place.join("sluice", "etc", "org.sluice.route~changing.cfg")
        self._part = place.join("changing.part")
        self._ask = f"GET /changing HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
        self.number, self.times = 0, []
        self._write()
        wait_until(lambda: http.status(port, "/changing") == 200, 10, "the changing route serves")
        self._client = http.request(port, "/changing", close=False)[0]

    def _write(self):
        with open(self._part, "w") as file:
            file.write(f"site=bench\npath=/changing\ntarget=status:200\nstatus.text=number-{self.number:06d}\n")
        os.replace(self._part, self._file)

    def _seen(self):
        self._client.sendall(self._ask)
        data = b""
        while data[-13:-6] != b"number-":
            piece = self._client.recv(65536)
            if not piece:
                raise Unfit("the connection that asks for the changing route was cut")
            data += piece
        return int(data[-6:])

    def change(self):
        """Writes the next state and asks until it is there."""
        self.number += 1
        begun = time.monotonic()
        self._write()
        wait_until(lambda: self._seen() == self.number, 20, f"change {self.number} is served", pause=0.01)
        self.times.append((time.monotonic() - begun) * 1e3)


def _metaspace(pid):
    """Bytes of class metadata in use; None if nobody tells."""
    jcmd = os.path.join(os.path.dirname(os.path.realpath(f"/proc/{pid}/exe")), "jcmd")
    if not os.access(jcmd, os.X_OK):
        return None
    done = subprocess.run([jcmd, str(pid), "GC.heap_info"], capture_output=True, text=True, check=False)
    found = re.search(r"Metaspace\s+used (\d+)K", done.stdout)
    return int(found[1]) * 1024 if found else None


def _figures(server, descriptors):
    """Figures once the clients' connections are closed on our side too; if that never happens, the check says so."""
    try:
        wait_until(lambda: tree.descriptors(server.pid) <= descriptors, 5, "descriptors closed")
    except Unfit:
        pass
    figures = Figures(server.pid)
    figures.metaspace = _metaspace(server.pid)
    return figures


def _show(done, times, figures):
    live = "-" if figures.live is None else f"{figures.live / MIB:.1f}"
    metaspace = "-" if figures.metaspace is None else f"{figures.metaspace / MIB:.1f}"
    line(done, f"{sum(times) / len(times):.0f}", figures.descriptors, figures.threads, live, metaspace, f"{figures.pss / MIB:.1f}")


def _under_load(server, changing, count):
    """COUNT changes while clients ask for other things, each on one connection; what the clients saw."""
    command = http.load_command(server.port, PATHS, clients=CLIENTS, keep=True, seconds=86400)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as load:
        try:
            for _ in range(count):
                changing.change()
            load.send_signal(signal.SIGTERM)
            return json.loads(load.communicate(timeout=30)[0])
        finally:
            load.kill()


def _problems(before, after, results):
    found = [f"{each['failed']} requests failed ({http.why(each)})" for each in results if each["failed"]]
    found += [f"{CLIENTS} clients needed {each['connections']} connections: some were cut"
              for each in results if each["connections"] != CLIENTS]
    for name, allowed in ALLOWED.items():
        was, now = getattr(before, name), getattr(after, name)
        if was is not None and now - was > allowed:
            found.append(f"{name} grew from {was} to {now}, more than {allowed}")
    return found


def run(place, options, front):
    """Prints a line for each slice; returns the exit status."""
    count = max(SLICES, options.count or 1000)
    server = front()
    http.load(server.port, PATHS, clients=CLIENTS, keep=True, seconds=3)
    changing = Changing(place, server.port)
    line("changes", "mean ms until served", "descriptors", "threads", "live heap MiB", "metaspace MiB", "PSS MiB")
    line(*["---"] * 7)
    fresh, results = tree.descriptors(server.pid), [_under_load(server, changing, max(10, count // SLICES))]
    before = after = _figures(server, fresh)
    _show("warm-up", changing.times, before)
    for part in range(1, SLICES + 1):
        changing.times.clear()
        results.append(_under_load(server, changing, count * part // SLICES - count * (part - 1) // SLICES))
        after = _figures(server, fresh)
        _show(f"{count * part // SLICES:,}", changing.times, after)
    problems = _problems(before, after, results)
    print()
    for problem in problems:
        print("FAILED: " + problem)
    if not problems:
        asked = sum(each["ok"] for each in results)
        print(f"held: {count:,} changes, {asked:,} requests, none failed, no connection cut, nothing grew")
    return 1 if problems else 0
