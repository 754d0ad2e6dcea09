"""A receiver as written for mod_proxy_fdpass, with faults on request: receiver.py MODE SOCKET [BACKLOG].

Prints one line for each thing it does, so that a test can wait for it.
"""

import os
import signal
import socket
import sys

mode, path = sys.argv[1], sys.argv[2]
backlog = int(sys.argv[3]) if len(sys.argv) > 3 else 64
BODY = b"body of the receiver\n"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 21\r\nConnection: close\r\n\r\n" + BODY


def say(*words):
    print(*words, flush=True)


def take(connection):
    """One message: a byte and a descriptor, then the end."""
    data, fds, flags, _ = socket.recv_fds(connection, 100, 4)
    rest = connection.recv(100)
    say("message", data.hex(), len(fds), flags, len(rest))
    return fds


def answer(fds, text):
    for fd in fds:
        client = socket.socket(fileno=fd)
        client.setblocking(True)
        client.sendall(text)
        client.close()


def serve(connection):
    fds = take(connection)
    connection.close()
    answer(fds, WHOLE if mode == "full" else BODY)


def keep(connection):
    """Answers, and keeps the connection to the front open all the while."""
    kept.append(connection)
    answer(take(connection), BODY)


def mute(connection):
    kept.append(connection)
    say("accepted")


def half(connection):
    """Ends its own side first, then reads when it is told to."""
    connection.shutdown(socket.SHUT_WR)
    say("accepted")
    sys.stdin.readline()
    answer(take(connection), BODY)


def die_unread(connection):
    say("accepted")
    sys.stdin.readline()
    os.kill(os.getpid(), signal.SIGKILL)


def drop_unread(connection):
    """Loses the first client's message, serves the others."""
    if kept:
        serve(connection)
    else:
        kept.append("once")
        connection.close()
        say("dropped")


def die_read(connection):
    take(connection)
    os.kill(os.getpid(), signal.SIGKILL)


def hold(connection):
    """Answers when told to."""
    fds = take(connection)
    connection.close()
    say("holds")
    sys.stdin.readline()
    answer(fds, BODY)


def netstring(connection):
    """The descriptor, which comes with the first byte, and a netstring to its end."""
    data, fds, _, _ = socket.recv_fds(connection, 1, 1)
    while not data.endswith(b":"):
        data += connection.recv(1)
    left = int(data[:-1]) + 1
    while left:
        left -= len(connection.recv(left))
    return fds


def scgi_head(connection):
    """Has enough with the head, and leaves the rest unread."""
    fds = netstring(connection)
    connection.close()
    say("has the head")
    answer(fds, WHOLE)


def scgi_all(connection):
    """Reads to the end, when it is told to, and tells what was behind the head."""
    say("accepted")
    sys.stdin.readline()
    fds = netstring(connection)
    rest = b""
    while more := connection.recv(100_000):
        rest += more
    connection.close()
    say("behind", len(rest), rest[:20].decode())
    answer(fds, WHOLE)


kept = []
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
if os.path.lexists(path):
    os.unlink(path)
listener.bind(path)
if mode == "bound":
    say("ready")
    sys.stdin.readline()
    sys.exit()
listener.listen(backlog)
say("ready")
if mode == "late":
    sys.stdin.readline()
    mode = "serve"
while mode != "unaccepting":
    served, _ = listener.accept()
    {"full": serve}.get(mode, globals().get(mode))(served)
sys.stdin.readline()
