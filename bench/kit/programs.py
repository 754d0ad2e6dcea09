"""Soak: many programs whose clients leave at random, after which the front must be as it was."""
import os
import random
import socket
import struct
import threading
import time

from kit import tree
from kit.rows import line

CLIENTS = 32
SLICES = 10
PATHS = ["/cgi-bin/program", "/cgi-bin/script", "/cgi-bin/slow"]
SLOW = '#!/bin/sh\necho "Content-Type: text/plain"\necho\necho begun\nsleep 0.02\necho done\n'
REQUEST = "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
RESET = struct.pack("ii", 1, 0)
LIMIT = 5

# What may be there after the soak beside what was there after the warm-up.
ALLOWED = {"processes": 0, "descriptors": 0, "threads": 2}


class Clients:
    """As many threads, each asks until all requests were made: some stay, some leave in the middle."""

    def __init__(self, port, count, seed):
        self.port, self.seed = port, seed
        self.left, self.whole, self.gone, self.failed = count, 0, 0, []
        self._lock = threading.Lock()

    def run(self):
        """Returns when every client is through."""
        threads = [threading.Thread(target=self._work, args=(random.Random(self.seed + i),)) for i in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self

    def _next(self):
        with self._lock:
            self.left -= 1
            return self.left >= 0

    def _work(self, chance):
        while self._next():
            path = chance.choice(PATHS)
            try:
                problem = self._ask(path, chance.choice(["stay", "stay", "reset", "close", "head"]), chance)
            except OSError as failure:
                problem = str(failure)
            if problem:
                with self._lock:
                    self.failed.append(f"{path}: {problem}")

    def _ask(self, path, how, chance):
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as client:
            client.sendall((REQUEST % path).encode())
            if how == "stay":
                answer = b"".join(iter(lambda: client.recv(65536), b""))
                with self._lock:
                    self.whole += 1
                ended = path != "/cgi-bin/slow" or b"done" in answer
                return None if answer.startswith(b"HTTP/1.1 200 ") and ended else repr(answer[:100])
            if how == "head":
                client.recv(16)
            else:
                time.sleep(chance.random() * 0.02)  # it leaves at any moment of the program's life
            if how == "reset":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            with self._lock:
                self.gone += 1
            return None


class Left:
    """What there is of the front."""

    def __init__(self, server):
        self.processes = len(tree.pids(server.pid)) - 1
        self.descriptors, self.threads = tree.descriptors(server.pid), tree.threads(server.pid)

    def problems(self, before):
        """What is more than before and more than allowed."""
        return [
            f"{name} were {getattr(before, name)} and are {getattr(self, name)}, {LIMIT} s after the last request"
            for name, allowed in ALLOWED.items()
            if getattr(self, name) > (0 if name == "processes" else getattr(before, name)) + allowed
        ]


def _settled(server, before):
    """The figures as soon as nothing is left, at the latest after the limit."""
    end = time.monotonic() + LIMIT
    left = Left(server)
    while left.problems(before) and time.monotonic() < end:
        time.sleep(0.1)
        left = Left(server)
    return left


def run(place, options, front):
    """Prints a line for each slice; returns the exit status."""
    count = options.count or 10000
    slow = place.join("cgi-bin", "slow")
    with open(slow, "w") as file:
        file.write(SLOW)
    os.chmod(slow, 0o755)
    server = front()
    line("requests", "whole", "left in the middle", "failed", "processes", "descriptors", "threads")
    line(*["---"] * 7)
    before = Left(server)
    Clients(server.port, max(500, count // 10), 1000).run()
    time.sleep(LIMIT)
    before = left = Left(server)
    failed = []
    line("warm-up", "", "", "", before.processes, before.descriptors, before.threads)
    for part in range(1, SLICES + 1):
        clients = Clients(server.port, count // SLICES, part * CLIENTS).run()
        failed += clients.failed
        left = _settled(server, before)
        line(f"{count * part // SLICES:,}", clients.whole, clients.gone, len(clients.failed), left.processes, left.descriptors,
             left.threads)
    problems = [f"{len(failed)} requests failed, the first: {failed[0]}"] if failed else []
    if before.processes:
        problems.append(f"{before.processes} processes were left after the warm-up")
    problems += left.problems(before)
    print()
    for problem in problems:
        print("FAILED: " + problem)
    if not problems:
        print(f"held: {count:,} programs, nothing is left of them")
    return 1 if problems else 0
