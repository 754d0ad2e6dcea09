"""What connections cost while nothing happens on them: kept ones that wait, and those that were handed over."""
import resource
import socket
import struct
import time

from kit import http, servers, tree
from kit.place import Unfit, wait_until
from kit.rows import line, ratio

KIB = 1024


class Figures:
    """Memory, heap and descriptors of a server now. A JVM collects first, so that garbage is not in it."""

    def __init__(self, pid):
        heap = tree.heap(pid)
        self.live, self.committed = heap or (None, None)
        self.pss, self.descriptors, self.threads = tree.pss(pid), tree.descriptors(pid), tree.threads(pid)


def settled(server, descriptors):
    """Figures once the last connections are closed on our side too; if that never happens, the check says so."""
    try:
        wait_until(lambda: tree.descriptors(server.pid) <= descriptors, 5, "descriptors closed")
    except Unfit:
        pass
    return Figures(server.pid)


def grown(before, after, allowed):
    """What grew by more than is allowed, a sentence each."""
    found = []
    for name, most in allowed.items():
        was, now = getattr(before, name), getattr(after, name)
        if was is not None and now - was > most:
            found.append(f"{name} grew from {was} to {now}, more than {most}")
    return found


def _open(port, path, count):
    """Connections with one answered request on each. A handed-over body has no length: it is read up to its known size."""
    clients = []
    ask = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port), 10)
        client.sendall(ask)
        data = b""
        while len(data.partition(b"\r\n\r\n")[2]) < 1024:
            piece = client.recv(65536)
            if not piece:
                raise ConnectionError(f"{path}: answered {data[:80]!r}")
            data += piece
        clients.append(client)
    return clients


def _still_open(client):
    client.setblocking(False)
    try:
        return client.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def _reset(clients):
    for client in clients:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    time.sleep(1)


def cost(server, path, count):
    """(figures without, figures with, connections still open, how many there were)."""
    _reset(_open(server.port, path, min(count, 1000)))  # code is compiled, buffers and threads are made
    before = Figures(server.pid)
    clients = _open(server.port, path, count)
    time.sleep(1)
    after = Figures(server.pid)
    alive = sum(map(_still_open, clients))
    _reset(clients)
    return before, after, alive, count


def _row(name, server, found, reference):
    """Prints a line; returns the bytes of memory per connection. REFERENCE: those of httpd."""
    before, after, alive, count = found
    each = (after.pss - before.pss) / count
    live = "-" if before.live is None else f"{(after.live - before.live) / count / KIB:.2f}"
    line(f"{count:,} {name}", server.name, f"{before.pss / KIB / KIB:.1f}", f"{after.pss / KIB / KIB:.1f}", f"{each / KIB:.2f}",
         live, ratio(each, reference) if reference and reference > 128 else "-", f"{after.descriptors - before.descriptors:+d}",
         f"{after.threads - before.threads:+d}", alive)
    return each


def run(place, options, front):
    """Prints the table; returns the bytes per connection by row, httpd's and Sluice's."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 500
    servers.workers(place)
    sides = [(servers.httpd(place), "/small.txt"), (front(), "/fixed")]
    line("memory", "server", "PSS MiB before", "with them", "KiB each", "live heap KiB each", "KiB each / httpd", "descriptors",
         "threads", "still open")
    line(*["---"] * 10)
    found = {}
    for name, count, path in (("idle keep-alive", options.idle, None), ("handed over, held", options.held, "/fd-hold/")):
        each = found[name] = []
        for server, own in sides:
            each.append(_row(name, server, cost(server, path or own, min(count, most)), each[0] if each else None))
    return found
