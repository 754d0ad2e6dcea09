"""Soak: thousands of connections that wait and hundreds that trickle, beside which ordinary requests are as fast as ever."""
import socket
import statistics
import threading
import time

from kit import http
from kit.memory import Figures, _open, _reset, _still_open
from kit.place import Unfit
from kit.rows import line

KIB = 1024
TRICKLING = 200
TRICKLE_SECONDS = 8  # well below timeout.header
ASKED = 1000
PATH = "/fixed"

# What the issue of such a server is: nobody else notices, and a waiting client costs a few KiB.
SLOWEST_MS, MEDIAN_MS, EACH_KIB = 2000, 5, 8


class Trickle:
    """Clients that send a head one byte at a time, each a byte every PAUSE seconds, and never end it."""

    PAUSE = 0.25

    def __init__(self, port, count):
        self._clients = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(count)]
        for number, client in enumerate(self._clients):
            client.sendall(b"GET /" if number % 2 == 0 else b"POST / HTTP/1.1\r\nHost: a\r\nA: ")
        self.sent, self.cut, self._ended = 0, 0, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._ended.wait(self.PAUSE):
            for client in self._clients:
                try:
                    client.sendall(b"x")
                    self.sent += 1
                except OSError:
                    self.cut += 1

    def end(self):
        """Stops; the number of clients that are still being listened to."""
        self._ended.set()
        self._thread.join()
        alive = sum(map(_still_open, self._clients))
        _reset(self._clients)
        return alive


def _ordinary(port, count, seconds=0):
    """Milliseconds of that many requests, or of that long, one after the other, half of them on a connection of their own."""
    times, end = [], time.monotonic() + seconds
    kept, code, _ = http.request(port, PATH, close=False)
    ask = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    while len(times) < count or time.monotonic() < end:
        number, begun = len(times), time.perf_counter()
        if number % 2:
            code = http.request(port, PATH)[1]
        else:
            kept.sendall(ask)
            data = b""
            while len(data.partition(b"\r\n\r\n")[2]) < 1024:
                piece = kept.recv(65536)
                if not piece:
                    raise Unfit("an ordinary connection was closed")
                data += piece
            code = int(data.split(b" ", 2)[1])
        times.append((time.perf_counter() - begun) * 1e3)
        if code != 200:
            raise Unfit(f"an ordinary request was answered {code}")
    kept.close()
    return times


def _line(name, times, *rest):
    line(name, f"{statistics.median(times):.2f}", f"{sorted(times)[int(len(times) * .99)]:.2f}", f"{max(times):.1f}", *rest)


def run(place, options, front):
    """Prints a line without and one with the slow clients; returns the exit status."""
    del place
    count, server = options.count or 10000, front()
    _reset(_open(server.port, PATH, min(count, 1000)))
    _ordinary(server.port, 2 * ASKED)  # code is compiled
    line("clients", "median ms", "p99 ms", "longest ms", "PSS KiB each", "live heap KiB each", "still open")
    line(*["---"] * 7)
    _line("none", _ordinary(server.port, ASKED), "-", "-", "-")
    before = Figures(server.pid)
    idle = _open(server.port, PATH, count)
    time.sleep(1)
    after = Figures(server.pid)
    each = (after.pss - before.pss) / count / KIB
    live = "-" if after.live is None else f"{(after.live - before.live) / count / KIB:.2f}"
    trickle = Trickle(server.port, TRICKLING)
    times = _ordinary(server.port, ASKED, TRICKLE_SECONDS)
    trickling, alive = trickle.end(), sum(map(_still_open, idle))
    _line(f"{count:,} idle, {TRICKLING} trickling", times, f"{each:.2f}", live, f"{alive:,} + {trickling}")
    _reset(idle)
    problems = []
    if max(times) > SLOWEST_MS:
        problems.append(f"a request took {max(times):.0f} ms, more than {SLOWEST_MS}")
    if statistics.median(times) > MEDIAN_MS:
        problems.append(f"the median is {statistics.median(times):.1f} ms, more than {MEDIAN_MS}")
    if each > EACH_KIB:
        problems.append(f"an idle connection costs {each:.1f} KiB, more than {EACH_KIB}")
    if alive != count or trickling != TRICKLING or trickle.cut:
        problems.append(f"{count - alive} idle and {TRICKLING - trickling} trickling clients were cut")
    print()
    for problem in problems:
        print("FAILED: " + problem)
    if not problems:
        print(f"held: {count:,} idle and {TRICKLING} trickling clients ({trickle.sent:,} single bytes), nobody noticed")
    return 1 if problems else 0
