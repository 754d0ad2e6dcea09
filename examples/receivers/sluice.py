"""A receiver of the dialect "sluice", version 1: python3 sluice.py run/app.sock

A route with target=fd:run/app.sock and dialect=sluice uses it. Takes a client, answers with what the front said about the
request, gives the connection back. docs/hand-off.md is the specification.
"""

import array
import json
import os
import select
import socket
import sys

PACKET = 65536


def receive(control):
    """One packet: its bytes, its descriptors, and whether all of it has come."""
    data, control_data, flags, _ = control.recvmsg(PACKET, socket.CMSG_SPACE(8), socket.MSG_CMSG_CLOEXEC)
    fds = array.array("i")
    for level, kind, value in control_data:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(value[: len(value) - len(value) % fds.itemsize])
    return data, list(fds), not flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC)


def send_all(client, data):
    """The socket is non-blocking, a flag that is shared with the front: wait, do not change it."""
    while data:
        try:
            data = data[client.send(data) :]
        except BlockingIOError:
            select.select([], [client], [], 10)


def read_away(client, count):
    """Reads the rest of a request body; raises if the client leaves before its end."""
    while count > 0:
        select.select([client], [], [], 10)
        piece = client.recv(min(count, 65536))
        if not piece:
            raise ConnectionError("the client left in the middle of its body")
        count -= len(piece)


def answer(control, message, client):
    number, body, lease = message["id"], message["body"], message["mode"] == "lease"
    control.send(b"ACK %d" % number)  # ours from here on; before anything is read or written
    more = max(0, body["left"] - message["unread"])
    keep = lease and message["keep"] and body["left"] >= 0
    read_away(client, more)
    text = json.dumps({"client": message["client"], "target": message["request"]["target"]}).encode() + b"\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % len(text)
    for name, value in message.get("respond", []):
        head += f"{name}: {value}\r\n".encode("latin-1")
    head += b"\r\n" if keep else b"Connection: close\r\n\r\n"
    if message["request"]["method"] == "HEAD":
        text = b""
    send_all(client, head + text)
    written = len(head) + len(text)
    if lease:
        client.close()  # the front's copy lives on; it compares these numbers with the kernel's
        end = "keep" if keep else "close"
        control.send(f"DONE {number} 200 {written} {len(text)} {more} {end}".encode())
    else:
        client.shutdown(socket.SHUT_WR)
        client.close()
        if "memo" in message:
            control.send(f"END {message['memo']} 200 {written} {len(text)}".encode())


def packet(control):
    """Handles one packet; false when the front has left."""
    try:
        data, fds, whole = receive(control)
    except ConnectionError:
        return False
    if not data:
        return False
    if not data.startswith(b"{"):
        return True  # GONE or YOURS: by then this receiver is done with the client
    message = json.loads(data.partition(b"\n")[0])
    if not whole or not fds:
        for fd in fds:
            os.close(fd)
        control.send(b"PASS %d nofd" % message["id"])
        return True
    if "spill" in message:  # a long head is in a file behind the client
        with os.fdopen(fds.pop(), "rb") as file:
            message = json.loads(os.pread(file.fileno(), message["spill"], 0).partition(b"\n")[0])
    client = socket.socket(fileno=fds[0])
    client.setblocking(False)  # as it came: this tells Python only
    try:
        answer(control, message, client)
    except OSError as e:
        print("client lost:", e, flush=True)
        client.close()
        control.send(b"TAKE %d" % message["id"])  # nothing is to go on there
    return True


def main(path):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.path.lexists(path):
        os.unlink(path)
    os.umask(0o077)
    listener.bind(path)
    listener.listen(64)
    print("listening", path, flush=True)
    sockets = [listener]
    while True:
        for ready in select.select(sockets, [], [])[0]:
            if ready is listener:
                control = listener.accept()[0]
                control.send(b"READY example 100 0")
                sockets.append(control)
            elif not packet(ready):
                ready.close()
                sockets.remove(ready)


main(sys.argv[1])
