"""Plays a front of the dialect sluice, and its clients, against a receiver; prints what they saw.

packets.py SOCKET SCENARIO [ARGUMENT]
"""
import base64, json, os, socket, sys, tempfile

path, scenario = sys.argv[1], sys.argv[2]
argument = int(sys.argv[3]) if len(sys.argv) > 3 else 0
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(512)


def pair():
    client = socket.socket()
    client.connect(listening.getsockname())
    client.settimeout(20)
    server, _ = listening.accept()
    server.setblocking(False)
    return client, server


def control():
    """A standing connection; its first line is there."""
    local = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    local.settimeout(20)
    local.connect(path)
    return local


def line(local):
    try:
        return local.recv(65536).decode() or "end"
    except ConnectionError:
        return "reset"


def head(number, mode="lease", keep=True, unread=b"", left=0, **more):
    framing = "length" if left else "none"
    message = {"v": 1, "id": number, "mode": mode, "route": "r", "keep": keep, "deadline_ms": 30000,
               "client": {"addr": "127.0.0.1", "port": 1, "tls": False}, "server": {"addr": "127.0.0.1", "port": 2},
               "request": {"method": "GET", "target": "/x", "version": "1.1", "headers": [["Host", "a"], ["X-\u00e4", "\u00ff"]]},
               "body": {"framing": framing, "left": left, "expect": False}, "sent": 0, "unread": len(unread),
               "respond": [], "memo": "memo-%d" % number}
    message.update(more)
    return json.dumps(message, ensure_ascii=False).encode() + b"\n" + unread


def give(local, packet, count=1):
    client, server = pair()
    socket.send_fds(local, [packet], [server.fileno()] * count)
    server.close()
    return client


def rest(client):
    data = b""
    try:
        while piece := client.recv(65536):
            data += piece
        return "end " + base64.b64encode(data).decode()
    except ConnectionResetError:
        return "reset " + base64.b64encode(data).decode()


def show(*words):
    print(*words, flush=True)


def lease():
    """ARGUMENT leases on one client's connection, as the front does it: its copy lives on."""
    local = control()
    show(line(local))
    client, server = pair()
    for number in range(1, argument + 1):
        client.sendall(b"67890")
        socket.send_fds(local, [head(number, unread=b"12345", left=10)], [server.fileno()])
        show(line(local))
        show(line(local))
    server.close()
    show(rest(client))


def give_up():
    """Gives a client, then leaves before it ends; the next front hears of the end."""
    local = control()
    line(local)
    client = give(local, head(1, "give", False))
    show(line(local))
    local.close()
    show("left")
    sys.stdin.readline()
    local = control()
    show(rest(client))
    # How it counts the two fronts depends on when it sees that the first has left.
    missing = {"END", "READY test 64 0"}
    while missing:
        said = line(local)
        show(said)
        missing -= {said, said.split()[0]}


def document():
    """Sends the packet that standard input has, with a client."""
    local = control()
    show(line(local))
    client = give(local, sys.stdin.readline().encode())
    show(line(local))
    show(line(local))
    show(rest(client))


def gift():
    local = control()
    line(local)
    client = give(local, head(1, "give", False))
    show(line(local))
    show(line(local))
    show(rest(client))


def yours():
    """A lease becomes a give in the middle of its response: by a word, or by the end of the connection."""
    local = control()
    line(local)
    client = give(local, head(1, keep=True))
    show(line(local))
    if argument:
        local.send(b"YOURS 1")
    else:
        local.close()
        local = control()
        line(local)
    show("passed")
    sys.stdin.readline()
    show(rest(client))
    while (said := line(local)).startswith("READY"):
        pass
    show(said)


def gone():
    local = control()
    line(local)
    client = give(local, head(1))
    show(line(local))
    local.send(b"GONE 1")
    show(rest(client).split()[0])


def lost():
    """The connection ends while nobody has said ACK."""
    local = control()
    line(local)
    client, server = pair()
    socket.send_fds(local, [head(1)], [server.fileno()])
    show("passed")
    sys.stdin.readline()
    local.close()
    show("left")
    sys.stdin.readline()
    server.sendall(b"by another")
    server.close()
    show(rest(client))


def wrong():
    """Packets that are none, each on a connection of its own; then one that is."""
    spill = tempfile.TemporaryFile()
    spill.write(head(1))
    spill.flush()
    small = b'{"v":1,"id":1,"spill":%d}\n'
    reading, writing = os.pipe()
    cases = [
        (b"", 0), (b"", 1), (head(1), 0), (head(1), 2), (head(1), 3), (head(1), 253), (b"{}\n", 1), (b"{\n", 1),
        (b"[1]\n", 1), (b'{"id":0}\n', 1), (b'{"id":"1"}\n', 1), (b'{"id":1}\n', 1), (head(1)[:-1], 1), (b"\xff\xfe\n", 1),
        (b"[" * 60000 + b"\n", 1), (head(1, request=None), 1), (head(1, body={"framing": 3}), 1), (head(99999999999999999999), 1),
        (head(1, unread=b"x" * 65536), 1), (small % 10, 1), (small % -1, 2), (small % (1 << 40), 2), (small % 70000, 2),
        (b"GONE", 0), (b"GONE x\n", 0), (b"YOURS 77", 0), (b"GONE 18446744073709551616", 0), (b"NEWS 1 2 3", 0)]
    for packet, count in cases:
        local = control()
        line(local)
        client, server = pair()
        second = spill if b'"spill":' in packet[:40] else server
        fds = ([server.fileno()] + [second.fileno()] * (count - 1))[:count]
        socket.send_fds(local, [packet], fds) if fds else local.send(packet)
        server.close()
        local.shutdown(socket.SHUT_WR)
        while (said := line(local)).startswith("READY"):
            pass
        local.close()
        show(said if said.startswith("PASS") else "over", rest(client))
    local = control()
    line(local)
    socket.send_fds(local, [head(1)], [writing])
    show(line(local))
    client = give(local, head(2))
    show(line(local))
    give(local, head(2))
    show(line(local).split()[0])
    local.close()


def several():
    """None, two and many descriptors where one is agreed; then one."""
    local = control()
    line(local)
    for number, count in (1, 0), (2, 2), (3, 253), (4, 1):
        client, server = pair()
        socket.send_fds(local, [head(number)], [server.fileno()] * count)
        server.close()
        said = line(local)
        show(said if number == 4 else said + " " + rest(client))


def largest():
    """A packet of exactly the most bytes, and one that comes in a file."""
    local = control()
    line(local)
    short = len(head(1, unread=b"", left=99999)) + 4
    body = b"b" * (65536 - short)
    client = give(local, head(1, unread=body, left=len(body)))
    show(line(local))
    show(line(local), len(body))
    spill = tempfile.TemporaryFile()
    whole = head(2, data="d" * 100000)
    spill.write(whole)
    spill.flush()
    other, server = pair()
    socket.send_fds(local, [b'{"v":1,"id":2,"spill":%d}\n' % len(whole)], [server.fileno(), spill.fileno()])
    server.close()
    show(line(local))
    show(line(local))


def crowd():
    """ARGUMENT clients given at once, each on its own; prints every line."""
    local = control()
    show(line(local))
    clients = [give(local, head(number, "give", False)) for number in range(1, argument + 1)]
    local.settimeout(0.5)
    try:
        while True:
            show(line(local))
    except TimeoutError:
        show("quiet")
    sys.stdin.readline()
    for client in clients:
        rest(client)
    local.settimeout(20)
    while not ((said := line(local)).startswith("READY") and said.endswith(" 0")):
        pass
    show(said)


def many():
    """ARGUMENT clients, all open at once, each with its own bytes; half of them leave without reading."""
    local = control()
    line(local)
    clients = []
    for number in range(1, argument + 1):
        client = give(local, head(number, "lease" if number % 2 else "give", number % 4 == 1))
        client.sendall(b"%07d" % number)
        clients.append(client)
        while not line(local).startswith("ACK"):
            pass
    right = 0
    for number, client in enumerate(clients, 1):
        if number % 3:
            got = b""
            while len(got) < 7:
                got += client.recv(7)
            right += got == b"%07d" % number
        client.close()
    show(right)


def hungry():
    """A receiver without a free descriptor says so, and goes on when it has some."""
    local = control()
    line(local)
    for number in range(1, 4):
        client = give(local, head(number))
        show(line(local))
        if number != 2:
            show(line(local))
        show("next")
        sys.stdin.readline()


globals()[scenario]()
