"""An application's streaming daemon: python3 streamer.py json|sluice SOCKET

Each client gets three events with what the application attached. In the dialect "json" a connection brings one client; in the
dialect "sluice" the client goes back to the front for its next request.
"""
import array
import json
import os
import select
import socket
import sys


def receive(control):
    """One packet and its descriptors."""
    data, rights, _, _ = control.recvmsg(65536, socket.CMSG_SPACE(8), socket.MSG_CMSG_CLOEXEC)
    fds = array.array("i")
    for level, kind, value in rights:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(value)
    return data, list(fds)


def send_all(client, data):
    """The socket is non-blocking, a flag that is shared with the front."""
    client.setblocking(False)
    while data:
        select.select([], [client], [], 10)
        data = data[client.send(data) :]


def stream(client, data, fields):
    """The bytes of a response of three chunks, and of its body."""
    events = [f"data: {data} {n}\n\n".encode() for n in range(3)]
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n{fields}\r\n".encode("latin-1")
    send_all(client, head)
    written = len(head)
    for piece in [b"%x\r\n%s\r\n" % (len(event), event) for event in events] + [b"0\r\n\r\n"]:
        send_all(client, piece)
        written += len(piece)
    return written, sum(map(len, events))


def json_client(control):
    data, fds = receive(control)
    print("got", len(fds), data.decode(), flush=True)
    clients = [socket.socket(fileno=fd) for fd in fds]
    stream(clients[0], data.decode(), "Connection: close\r\n")
    clients[0].shutdown(socket.SHUT_WR)
    clients[0].close()
    control.close()
    return False


def sluice_client(control):
    packet, fds = receive(control)
    if not packet:
        return False
    if not fds:
        return True
    message = json.loads(packet.partition(b"\n")[0])
    if "spill" in message:
        with os.fdopen(fds.pop(), "rb") as file:
            message = json.loads(os.pread(file.fileno(), message["spill"], 0).partition(b"\n")[0])
    clients = [socket.socket(fileno=fd) for fd in fds]
    print("got", message["body"]["framing"], message["unread"], message["mode"], message["data"], flush=True)
    control.send(b"ACK %d" % message["id"])
    fields = "".join(f"{name}: {value}\r\n" for name, value in message["respond"])
    keep = message["keep"] and message["mode"] == "lease"
    written, body = stream(clients[0], message["data"], fields + ("" if keep else "Connection: close\r\n"))
    clients[0].close()
    control.send(f"DONE {message['id']} 200 {written} {body} 0 {'keep' if keep else 'close'}".encode())
    return True


def main(dialect, path):
    os.umask(0o077)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(path)
    listener.listen(64)
    print("listening", flush=True)
    sockets = [listener]
    while True:
        for ready in select.select(sockets, [], [])[0]:
            if ready is listener:
                control = listener.accept()[0]
                sockets.append(control)
                if dialect == "sluice":
                    control.send(b"READY streamer 100 0")
            elif not (json_client if dialect == "json" else sluice_client)(ready):
                sockets.remove(ready)


main(*sys.argv[1:])
