"""Soaks of the reverse proxy: members that come and go, bodies larger than the heap, thousands of WebSockets."""
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time

from kit import http, servers, tree
from kit.memory import Figures
from kit.place import TOOLS, Unfit, free_port, wait_until
from kit.rows import line

MIB = 1024 * 1024
PIECE = bytes(256 * 1024)
APP = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tools", "app.py")

# What a front with a heap of 64 MiB may take more than before its first large body.
ALLOWED = {"RSS": 96 * MIB, "direct": 64 * MIB}
SLOW, SLOW_SIZE = 50, 64 * MIB


def _configure(place, name, *lines):
    """Writes a file of the front's base, before it starts or while it runs."""
    etc = place.join("sluice", "etc")
    os.makedirs(etc, exist_ok=True)
    with open(os.path.join(etc, name), "w") as file:
        file.write("\n".join(lines) + "\n")


def _verdict(problems, held):
    print()
    for problem in problems:
        print("FAILED: " + problem)
    if not problems:
        print("held: " + held)
    return 1 if problems else 0


# ---- members


class Member:
    """A backend process that can be killed and started at the same port."""

    def __init__(self, place, name):
        self.place, self.name, self.port, self.process = place, name, free_port(), None
        _configure(place, f"org.sluice.member~{name}.cfg", "balancer=soak", f"target=http://127.0.0.1:{self.port}", "retry=1s")

    def start(self):
        self.process = self.place.start(self.name, [f"{TOOLS}/backend", str(self.port), "1024"])
        wait_until(lambda: http.status(self.port, "/"), 5, f"{self.name} answers")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def members(place, options, front):
    """One of two members is always dead, and which one changes all five seconds; returns the exit status."""
    seconds, kills = options.count or 120, 0
    dead, alive = Member(place, "one"), Member(place, "two")
    _configure(place, "org.sluice.route~soak.cfg", "site=bench", "path=/soak/", "target=balancer:soak")
    alive.start()
    server = front()
    wait_until(lambda: http.status(server.port, "/soak/") == 200, 10, "the balancer answers")
    command = http.load_command(server.port, ["/soak/x"], clients=16, keep=True, seconds=86400)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as load:
        try:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                dead.start()
                alive.kill()
                dead, alive, kills = alive, dead, kills + 1
                time.sleep(max(0, min(5, end - time.monotonic())))
                if load.poll() is not None:
                    raise Unfit("the load generator ended")
            load.send_signal(signal.SIGTERM)
            result = json.loads(load.communicate(timeout=30)[0])
        finally:
            load.kill()
    line("seconds", "kills", "requests", "per s", "p99 ms", "longest ms", "failed")
    line(*["---"] * 7)
    line(seconds, kills, f"{result['ok']:,}", f"{result['rps']:,.0f}", f"{result['p99_us'] / 1e3:.1f}",
         f"{result['max_us'] / 1e3:.0f}", f"{result['failed']} ({http.why(result)})")
    failed = [f"{result['failed']} of {result['ok']} requests"] if result["failed"] or not result["ok"] else []
    return _verdict(failed, f"{kills} members killed in {seconds} s, {result['ok']:,} requests, none failed")


# ---- bodies


def _app(place, *arguments):
    """The application's port, once it answers."""
    port = free_port()
    place.start("app", [sys.executable, APP, str(port), *arguments])
    wait_until(lambda: http.status(port, "/"), 5, "the application answers")
    return port


def _send(port, target, size, wait=True):
    client = socket.create_connection(("127.0.0.1", port), 60)
    client.sendall(f"PUT {target} HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\n\r\n".encode())
    if not wait:
        return client
    for _ in range(size // len(PIECE)):
        client.sendall(PIECE)
    answer = client.recv(65536)
    client.close()
    if not answer.startswith(b"HTTP/1.1 200 ") or not answer.endswith(str(size).encode()):
        raise Unfit(f"{target}: answered {answer!r}")
    return None


def _receive(port, target, size):
    client = socket.create_connection(("127.0.0.1", port), 60)
    client.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    into, got = bytearray(len(PIECE)), 0
    while True:
        n = client.recv_into(into)
        if not n:
            break
        got += n
    client.close()
    if not size < got < size + 1000:
        raise Unfit(f"{target}: {got} bytes, head included")


def _stuck(port):
    """Clients that read nothing of a large answer, and others whose large bodies nobody reads."""
    clients = []
    for i in range(SLOW):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        client.connect(("127.0.0.1", port))
        client.sendall(f"GET /app/bytes/{SLOW_SIZE} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        clients.append(client)
        client = _send(port, "/app/stall", SLOW_SIZE, wait=False)
        client.setblocking(False)
        clients.append(client)
    full = 0
    while full < 3:  # until nobody takes anything more
        time.sleep(0.3)
        full += 1
        for client in clients[1::2]:
            try:
                while client.send(PIECE):
                    full = 0
            except BlockingIOError:
                pass
    return clients


class Size:
    """What the process takes: RSS, live heap, and memory of buffers outside the heap."""

    def __init__(self, pid):
        self.live = (tree.heap(pid) or (0, 0))[0]
        with open(f"/proc/{pid}/status") as file:
            self.rss = int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) * 1024
        jcmd = os.path.join(os.path.dirname(os.path.realpath(f"/proc/{pid}/exe")), "jcmd")
        self.direct = 0
        if os.access(jcmd, os.X_OK):
            text = subprocess.run([jcmd, str(pid), "VM.native_memory", "summary"], capture_output=True, text=True, check=False).stdout
            found = re.search(r"- +Other \(reserved=\d+KB, committed=(\d+)KB", text)
            self.direct = int(found[1]) * 1024 if found else 0


def bodies(place, options, front):
    """A front with a heap of 64 MiB carries much more than that; returns the exit status."""
    mib = options.count or 1024
    port = _app(place)
    _configure(place, "jvm.options", "-Xmx64m", "-XX:NativeMemoryTracking=summary")
    _configure(place, "org.sluice.route~app.cfg", "site=bench", "path=/app/", f"target=http://127.0.0.1:{port}/", "limit.body=0")
    server = front()
    line("step", "seconds", "MiB/s", "RSS MiB", "live heap MiB", "buffers outside it MiB")
    line(*["---"] * 6)
    sizes = []

    def step(name, amount, work):
        begun = time.monotonic()
        kept = work()
        took = time.monotonic() - begun
        size = Size(server.pid)
        sizes.append(size)
        line(name, f"{took:.1f}", f"{amount / took:,.0f}" if amount else "-", *(f"{x / MIB:.1f}" for x in (size.rss, size.live, size.direct)))
        return kept

    step("warm-up, 16 MiB each way", 32, lambda: (_send(server.port, "/app/", 16 * MIB), _receive(server.port, f"/app/bytes/{16 * MIB}", 16 * MIB)))
    step(f"{mib} MiB up", mib, lambda: _send(server.port, "/app/", mib * MIB))
    step(f"{mib} MiB down", mib, lambda: _receive(server.port, f"/app/bytes/{mib * MIB}", mib * MIB))
    stuck = step(f"{SLOW} slow readers and {SLOW} stuck uploads of {SLOW_SIZE // MIB} MiB", 0, lambda: _stuck(server.port))
    for client in stuck:
        client.close()
    step("after they have left", 0, lambda: time.sleep(1))
    first, problems = sizes[0], []
    for size in sizes[1:]:
        for name, was, now in (("RSS", first.rss, size.rss), ("direct", first.direct, size.direct)):
            if now - was > ALLOWED[name]:
                problems.append(f"{name} grew from {was / MIB:.1f} to {now / MIB:.1f} MiB")
    if "OutOfMemory" in place.log("Sluice"):
        problems.append("OutOfMemoryError in the log")
    most = max(size.rss - first.rss for size in sizes) / MIB
    return _verdict(problems, f"{mib} MiB each way and {2 * SLOW} clients that stand still; RSS grew by {most:.1f} MiB at most")


# ---- WebSockets

OPEN = ("GET {} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
TEXT = b"x" * 60
FRAME, ECHO = b"\x81" + bytes([0x80 | len(TEXT)]) + b"\0\0\0\0" + TEXT, b"\x81" + bytes([len(TEXT)]) + TEXT


def _open(port, path, count):
    clients = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port), 10)
        client.sendall(OPEN.format(path).encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = client.recv(1024)
            if not piece:
                break
            head += piece
        if not head.startswith(b"HTTP/1.1 101 ") or b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" not in head:
            raise Unfit(f"{path}: answered {head!r}")
        clients.append(client)
    return clients


def _rounds(clients, rounds):
    """Each client sends a frame and waits for its echo, that many times; returns how many came back right."""
    queue, by_number, left, right = select.epoll(), {}, {}, 0
    for client in clients:
        by_number[client.fileno()] = client
        left[client.fileno()] = rounds
        queue.register(client, select.EPOLLIN)
        client.sendall(FRAME)
    while left:
        ready = queue.poll(10)
        if not ready:
            break
        for number, _ in ready:
            client = by_number[number]
            if client.recv(1024) != ECHO:
                queue.unregister(client)
                left.pop(number, None)
                continue
            right += 1
            left[number] -= 1
            if left[number]:
                client.sendall(FRAME)
            else:
                del left[number]
    queue.close()
    return right


def websockets(place, options, front):
    """The same application through the proxy, then with hand-off; returns the exit status."""
    count, rounds = options.count or 5000, 20
    path = place.join("sock", "app.sock")
    port = _app(place, path)
    _configure(place, "org.sluice.route~app.cfg", "site=bench", "path=/proxied/", f"target=http://127.0.0.1:{port}/")
    _configure(place, "org.sluice.route~given.cfg", "site=bench", "path=/given/", f"target=fd:{path}", "dialect=scgi")
    server = front()
    line(f"{count:,} WebSockets", "PSS MiB before", "with them", "KiB each", "live heap KiB each", "descriptors of the front",
         "CPU s of the front to open", "CPU s per 100,000 echoes", "echoes", "per s")
    line(*["---"] * 10)
    problems = []
    for name, target in (("through the proxy", "/proxied/ws"), ("handed over", "/given/ws")):
        warm = _open(server.port, target, min(count, 500))
        _rounds(warm, rounds)
        for client in warm:
            client.close()
        wait_until(lambda: tree.descriptors(server.pid) < 300, 20, "the connections of the warm-up are closed")
        before, cpu = Figures(server.pid), tree.cpu_seconds(server.pid)
        clients = _open(server.port, target, count)
        opened = tree.cpu_seconds(server.pid) - cpu
        time.sleep(1)
        after, cpu, begun = Figures(server.pid), tree.cpu_seconds(server.pid), time.monotonic()
        right = _rounds(clients, rounds)
        took, used = time.monotonic() - begun, tree.cpu_seconds(server.pid) - cpu
        live = f"{(after.live - before.live) / count / 1024:.2f}" if before.live else "-"
        line(name, f"{before.pss / MIB:.1f}", f"{after.pss / MIB:.1f}", f"{(after.pss - before.pss) / count / 1024:.2f}", live,
             f"{after.descriptors - before.descriptors:+d}", f"{opened:.2f}", f"{used / right * 1e5 if right else 0:.2f}", f"{right:,}",
             f"{right / took:,.0f}")
        if right != count * rounds:
            problems.append(f"{name}: {right} of {count * rounds} echoes")
        for client in clients:
            client.close()
    return _verdict(problems, f"{count:,} WebSockets each way, every echo came back")
