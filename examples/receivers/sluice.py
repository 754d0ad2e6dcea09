"""A receiver of the dialect "sluice", version 1: python3 sluice.py run/app.sock  (docs/hand-off.md has the protocol)"""
import json, os, select, socket, sys

def send_all(client, data):
    """The socket is non-blocking, a flag that is shared with the front: wait, do not change it."""
    while data and select.select([], [client], [], 10)[1]:
        data = data[client.send(data, socket.MSG_DONTWAIT) :]
    if data:
        raise TimeoutError("the client takes nothing")

def read_away(client, count):
    """Reads the rest of a request body."""
    while count > 0:
        piece = client.recv(min(count, 65536)) if select.select([client], [], [], 10)[0] else b""
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
    head += "".join(f"{name}: {value}\r\n" for name, value in message["respond"]).encode("latin-1")
    head += b"\r\n" if keep else b"Connection: close\r\n\r\n"
    text = b"" if message["request"]["method"] == "HEAD" else text
    send_all(client, head + text)
    counts = f"200 {len(head) + len(text)} {len(text)}"
    if lease:  # the front's copy lives on; it compares these numbers with the kernel's
        control.send(f"DONE {number} {counts} {more} {'keep' if keep else 'close'}".encode())
    else:
        client.shutdown(socket.SHUT_WR)
        control.send(f"END {message['memo']} {counts}".encode())

def packet(control):
    """Handles one packet; false when the front has left."""
    data, fds, flags, _ = socket.recv_fds(control, 65536, 2, socket.MSG_CMSG_CLOEXEC)
    if not data.startswith(b"{"):
        return bool(data)  # GONE or YOURS: by then this receiver is done with the client
    message = json.loads(data.partition(b"\n")[0])
    spilled = "spill" in message
    if len(fds) != 1 + spilled or flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        control.send(b"PASS %d nofd" % message["id"])  # nothing is used, somebody else gets the client
    else:
        if spilled:  # a long packet is in the file behind the client
            message = json.loads(os.pread(fds[1], message["spill"], 0).partition(b"\n")[0])
        with socket.socket(fileno=fds.pop(0)) as client:
            try:
                answer(control, message, client)
            except OSError:
                control.send(b"TAKE %d" % message["id"])  # nothing is to go on there
    for fd in fds:
        os.close(fd)
    return True

if os.path.lexists(sys.argv[1]):
    os.unlink(sys.argv[1])
os.umask(0o177)
sockets = [socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)]
sockets[0].bind(sys.argv[1])
sockets[0].listen(64)
print("listening", sys.argv[1], flush=True)
while True:
    for ready in select.select(sockets, [], [])[0]:
        try:
            if ready is sockets[0]:
                ready = ready.accept()[0]
                sockets.append(ready)
                ready.send(b"READY example 100 0")
                continue
            if packet(ready):
                continue
        except ConnectionError:
            pass  # a front that was killed, or has given up waiting for READY
        sockets.remove(ready)
        ready.close()
