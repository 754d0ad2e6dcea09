"""Receivers that stop themselves (SIGSTOP) at one step of their first client.

Takes orders from its standard input, a line each:
  start TAG DIALECT SOCKET NAME STEP    a receiver, a child process of this one; its answer says NAME
  continue TAG                          SIGCONT, as soon as it has stopped: sent before, it would be lost
  kill TAG                              SIGKILL, as soon as it has stopped
Steps: accept, read, ack, half, done; never: it does not stop. Each is the moment before that step ("half": before the
second half of the response). What a receiver says begins with its TAG.
"""

import array
import json
import os
import select
import signal
import socket
import sys


def say(*words):
    os.write(1, (" ".join(map(str, (tag,) + words)) + "\n").encode())


def stop(where):
    global step
    if step == where:
        step = "never"
        say("stopped")
        os.kill(os.getpid(), signal.SIGSTOP)
        say("continued")


def receive(connection):
    data, ancillary, _, _ = connection.recvmsg(65537, socket.CMSG_SPACE(8), socket.MSG_CMSG_CLOEXEC)
    fds = array.array("i")
    for _, _, rights in ancillary:
        fds.frombytes(rights)
    return data, list(fds)


def serve(connection):
    """Whether the connection goes on."""
    stop("read")
    try:
        data, fds = receive(connection)
    except ConnectionResetError:
        return False
    if not data:
        return False
    if not fds:
        say("notice", data.decode())
        return True
    number = json.loads(data.partition(b"\n")[0])["id"] if dialect == "sluice" else 0
    stop("ack")
    tell(connection, "ACK %d" % number)
    client = socket.socket(fileno=fds[0])
    try:
        client.sendall(ANSWER[:-20])
        stop("half")
        client.sendall(ANSWER[-20:])
        stop("done")
        tell(connection, "DONE %d 200 %d %d 0 close" % (number, len(ANSWER), len(BODY)))
        say("answered")
    except OSError as e:
        say("not answered", e.errno)
    client.close()
    return dialect == "sluice"


def tell(connection, line):
    if dialect == "sluice":
        try:
            connection.send(line.encode())
        except OSError as e:
            say("untold", e.errno)


def run():
    kind = socket.SOCK_SEQPACKET if dialect in ("json", "sluice") else socket.SOCK_STREAM
    listener = socket.socket(socket.AF_UNIX, kind)
    listener.bind(path)
    listener.listen(16)
    say("ready")
    stop("accept")
    connections = [listener]
    while True:
        for one in select.select(connections, [], [])[0]:
            if one is listener:
                connections.append(listener.accept()[0])
                tell(connections[-1], "READY %s 10 0" % name)
            elif not serve(one):
                one.close()
                connections.remove(one)


children = {}
for order in sys.stdin:
    words = order.split()
    if words[0] in ("continue", "kill"):
        os.waitpid(children[words[1]], os.WUNTRACED)
        os.kill(children[words[1]], signal.SIGCONT if words[0] == "continue" else signal.SIGKILL)
        continue
    tag, dialect, path, name, step = words[1:]
    BODY = ("from %s, " % name).encode() * 4
    ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(BODY) + BODY
    children[tag] = os.fork()
    if children[tag] == 0:
        run()
