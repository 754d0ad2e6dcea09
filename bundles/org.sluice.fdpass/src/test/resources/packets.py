"""A receiver of the dialect sluice, with faults on request: packets.py SOCKET [KEY=VALUE...].

name=, capacity=: what READY says; flee=1: closes each connection behind it; spare=N: only so many descriptors can be opened once the front has connected. Every client is answered as the query of its target says, for example
/fd?body=5&close&late; the faults are the branches of answer() below. Prints one line for each thing it does.
"""

import array
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time

path = sys.argv[1]
options = dict(word.split("=", 1) for word in sys.argv[2:])
LONGEST = 65536


def say(*words):
    if "quiet" not in options or words == ("ready",):
        print(*words, flush=True)


def receive(control):
    room = socket.CMSG_SPACE(8)
    data, ancillary, flags, _ = control.recvmsg(LONGEST + 1, room, socket.MSG_CMSG_CLOEXEC)
    fds = array.array("i")
    for level, kind, bytes_ in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(bytes_[: len(bytes_) - len(bytes_) % fds.itemsize])
    return data, list(fds), flags


def read_exactly(client, n):
    parts = b""
    while len(parts) < n:
        piece = client.recv(n - len(parts))
        if not piece:
            break
        parts += piece
    return parts


def unchunked(raw):
    """Content of a chunked body at the start of these bytes; None while its end has not come."""
    content, at = b"", 0
    while True:
        end = raw.find(b"\r\n", at)
        if end < 0:
            return None
        size = int(raw[at:end], 16)
        if len(raw) < end + 4 + size:
            return None
        if size == 0:
            return content
        content += raw[end + 2 : end + 2 + size]
        at = end + 4 + size


def body_of(message, rest, client):
    """Content of the request, and how many bytes came from the socket."""
    body = message["body"]
    if body["framing"] == "length":
        more = read_exactly(client, body["left"] - len(rest))
        return rest + more, len(more)
    if body["framing"] == "chunked":
        raw, read = rest, 0
        while True:
            content = unchunked(raw)
            if content is not None:
                return content, read
            piece = client.recv(65536)
            if not piece:
                raise ConnectionResetError(0, "the client left inside a chunked body")
            raw += piece
            read += len(piece)
    return b"", 0


def options_of(client):
    """What is left of what the receiver before may have changed, as the kernel says."""
    level = {"NODELAY": 6, "CORK": 6, "KEEPIDLE": 6, "USER_TIMEOUT": 6}
    number = {"NODELAY": 1, "CORK": 3, "KEEPIDLE": 4, "USER_TIMEOUT": 18, "KEEPALIVE": 9, "RCVLOWAT": 18}
    for name, code in number.items():
        yield "%s=%d" % (name, client.getsockopt(level.get(name, socket.SOL_SOCKET), code))
    yield "LINGER=%d/%d" % struct.unpack("ii", client.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))
    for name in ("SO_RCVTIMEO", "SO_SNDTIMEO"):
        yield "%s=%d/%d" % (name[3:], *struct.unpack("ll", client.getsockopt(socket.SOL_SOCKET, getattr(socket, name), 16)))


def change(client):
    """Whatever a receiver may change on a socket that it shares."""
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1000)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 3, 0))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 3, 0))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 0)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 7000)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 3000)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)


class Control:
    def __init__(self, connection):
        self.connection = connection
        self.held = {}
        everybody.append(self.held)

    def tell(self, text, rest=b""):
        say("tell", text)
        try:
            self.connection.send(text.encode() + rest)
        except OSError as e:
            say("untold", e.errno)

    def rights(self, line, count):
        """A report with descriptors, which nobody has asked for."""
        fds = array.array("i", [0] * count)
        try:
            self.connection.sendmsg([line], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
            say("rights sent", count)
        except PermissionError:  # SO_PASSRIGHTS, Linux 6.16
            self.connection.send(line)
            say("rights refused", count)

    def packet(self):
        try:
            data, fds, flags = receive(self.connection)
        except ConnectionResetError:
            data, fds, flags = b"", [], 0
        if not data:
            say("control closed")
            return False
        if flags & socket.MSG_CTRUNC:
            say("truncated", len(fds))
            for fd in fds:
                os.close(fd)
            self.tell("PASS %d nofd" % json.loads(data.partition(b"\n")[0])["id"])
            return True
        if not fds:
            self.notice(data.decode())
            return True
        head, _, rest = data.partition(b"\n")
        message = json.loads(head)
        if "spill" in message:
            with os.fdopen(fds.pop(), "rb") as file:
                file.seek(0)
                data = file.read(message["spill"])
            say("spilled", len(data))
            head, _, rest = data.partition(b"\n")
            message = json.loads(head)
        assert len(rest) == message["unread"], (len(rest), message)
        say("packet", json.dumps(message))
        client = socket.socket(fileno=fds[0])
        say("blocking", os.get_blocking(client.fileno()))
        os.set_blocking(client.fileno(), True)
        try:
            self.answer(message, rest, client)
        except OSError as e:  # reset, or no peer any more
            say("client lost", e.errno)
            client.close()
        return True

    def notice(self, text):
        say("notice", text)
        verb, _, number = text.partition(" ")
        held = self.held.pop(int(number), None)
        if held and verb == "YOURS":
            held.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nyours")
        if held:
            held.close()

    def answer(self, message, rest, client):
        number = message["id"]
        _, _, query = message["request"]["target"].partition("?")
        plan = dict((part.partition("=")[0::2]) for part in query.split("&")) if query else {}
        if "sleep" in plan:
            time.sleep(float(plan["sleep"]))
        if "die" in plan:
            os.kill(os.getpid(), signal.SIGKILL)
        if "stop" in plan:
            os.kill(os.getpid(), signal.SIGSTOP)
        if "flags" in plan and "pass" in plan:
            change(client)
        if "pass" in plan:
            if "liar" in plan:
                client.send(b"x")
            client.close()
            return self.tell("PASS %d busy" % number)
        if "silent" in plan:
            self.held[number] = client
            return
        if "options" in plan:
            say("options", *options_of(client))
        if "rights" in plan:
            self.rights(b"ACK %d" % number, int(plan["rights"]))
        elif "noack" not in plan:
            self.tell("ACK %d" % number)
        if "garbage" in plan:
            client.close()
            return self.tell("DONE %d what" % number)
        if "unknown" in plan:
            client.close()
            return self.tell("ACK %d" % (number + 100))
        if "empty" in plan:
            self.held[number] = client
            return self.connection.send(b"")
        if "long" in plan:
            self.held[number] = client
            return self.connection.send(b"x" * (LONGEST + 1))
        if "most" in plan:
            self.connection.send(b"WHAT ".ljust(LONGEST, b"x"))
        if "diebusy" in plan:
            client.sendall(b"HTTP/1.1 200 OK\r\n")
            os.kill(os.getpid(), signal.SIGKILL)
        if "hold" in plan:
            self.held[number] = client
            return
        if "take" in plan:
            self.tell("TAKE %d" % number)
        content, read = body_of(message, rest, client)
        keep = (message["keep"] or "keep" in plan) and "close" not in plan
        size = int(plan.get("body", 5))
        text = (message["request"]["method"].encode() + b":" + content if "echo" in plan
                else b"abcdefghij"[:size] if size <= 10 else b"z" * size)
        if "say" in plan:
            text = plan["say"].encode() + content
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % len(text)
        for name, value in message["respond"]:
            head += ("%s: %s\r\n" % (name, value)).encode("latin-1")
        head += b"\r\n" if keep else b"Connection: close\r\n\r\n"
        if message["request"]["method"] == "HEAD":
            text = b""
        written = len(head) + len(text)
        client.sendall(head + text)
        if "flags" in plan:
            change(client)
        extra = b""
        if "greedy" in plan and select.select([client], [], [], float(plan["greedy"] or 10))[0]:
            extra = client.recv(65536)
        if "lie" in plan:
            written += int(plan["lie"])
        if "liedread" in plan:
            read += 1
        if "take" in plan:
            client.shutdown(socket.SHUT_WR)
            client.close()
            return self.tell("END %s 200 %d %d" % (message["memo"], written, len(text)))
        if message["mode"] == "give":
            client.shutdown(socket.SHUT_WR)
            client.close()
            return self.tell("END %s 200 %d %d" % (message["memo"], written, len(text)))
        done = "DONE %d 200 %d %d %d %s" % (number, written, len(text), read, "keep" if keep else "close")
        if "shut" in plan:
            client.shutdown(socket.SHUT_WR)
        self.tell(done, b"\n" + extra if extra else b"")
        if "twice" in plan:
            self.tell(done)
        if "copy" in plan:
            copies.append(client.dup())
        if "late" in plan:
            time.sleep(float(plan["late"] or 0.05))
            client.send(b"late bytes")
            say("late written")
        client.close()


everybody = []
copies = []


def answer_all(*_):
    """SIGUSR1: whoever is still held, whatever became of the front, is answered."""
    n = 0
    for held in everybody:
        for client in held.values():
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nstill")
            client.close()
            n += 1
        held.clear()
    say("answered", n)


def write_copies(*_):
    """SIGUSR2: a few bytes to each client of whom a copy was kept, as soon as there is room."""
    for copy in copies:
        while True:
            select.select([], [copy], [])
            try:
                copy.send(b"FOREIGN")
                break
            except BlockingIOError:
                pass
    say("copied")


def exhaust(spare):
    """Leaves room for so many descriptors."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, most))
    taken = []
    try:
        while True:
            taken.append(os.dup(0))
    except OSError:
        for fd in taken[:spare]:
            os.close(fd)


def greet(connection):
    connection.send(b"READY %s %s 0" % (options.get("name", "demo").encode(), options.get("capacity", "16").encode()))


def make_room(*_):
    """SIGHUP: room for one, here and on every connection that follows."""
    options["capacity"] = "1"
    for connection in controls:
        if connection is not listener:
            greet(connection)


signal.signal(signal.SIGHUP, make_room)
signal.signal(signal.SIGUSR1, answer_all)
signal.signal(signal.SIGUSR2, write_copies)
listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
if os.path.lexists(path):
    os.unlink(path)
listener.bind(path)
listener.listen(64)
say("ready")
controls = {listener: None}
while True:
    ready, _, _ = select.select(list(controls), [], [])
    for one in ready:
        if one is listener:
            connection, _ = listener.accept()
            if "slam" in options:
                connection.close()
                continue
            controls[connection] = Control(connection)
            if "spare" in options and len(controls) == 2:
                exhaust(int(options["spare"]))
            if "mute" not in options:
                try:
                    greet(connection)
                except OSError as e:  # the front has given up waiting while this was stopped
                    say("not greeted", e.errno)
            if "flee" in options:
                connection.close()
                del controls[connection]
                say("fled")
        elif not controls[one].packet():
            one.close()
            del controls[one]
