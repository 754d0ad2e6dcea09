"""Plays the front and the client against a receiver, and prints what the client and the front saw.

front.py SOCKET SCENARIO [ARGUMENT]
"""
import array, base64, os, socket, struct, sys, time

path, scenario = sys.argv[1], sys.argv[2]
argument = int(sys.argv[3]) if len(sys.argv) > 3 else 0
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(16)


def connection(receive_buffer=0):
    client = socket.socket()
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.connect(listening.getsockname())
    client.settimeout(20)
    server, _ = listening.accept()
    server.setblocking(False)
    return client, server


def connect():
    local = socket.socket(socket.AF_UNIX)
    local.settimeout(20)
    local.connect(path)
    return local


def hand_over(fds, data=b"\0"):
    local = connect()
    socket.send_fds(local, [data], fds)
    local.shutdown(socket.SHUT_WR)
    return local


def end_of(local):
    """What a front that watches its connection sees: end of file is a message that was read."""
    try:
        return "end" if local.recv(1) == b"" else "bytes"
    except ConnectionResetError:
        return "reset"


def body_of(client, pause=0):
    body = b""
    try:
        while True:
            piece = client.recv(65536)
            if not piece:
                return "end", body
            body += piece
            time.sleep(pause)
    except (ConnectionResetError, BrokenPipeError):
        return "reset", body


def show(*words):
    print(*[base64.b64encode(w).decode() if isinstance(w, bytes) else w for w in words], flush=True)


if scenario == "one":  # hands one client over and keeps its copy, as a front does for a moment
    client, server = connection()
    local = hand_over([server.fileno()])
    ended = end_of(local)
    blocking = os.get_blocking(server.fileno())
    server.close()
    show(ended, "blocking" if blocking else "non-blocking", client.getsockname()[1], *body_of(client))
elif scenario == "message":  # further bytes, some of them with a descriptor
    client, server = connection()
    local = connect()
    socket.send_fds(local, [b"\0"], [server.fileno()])
    local.sendall(b"later")
    socket.send_fds(local, [b"still later"], [server.fileno()])
    local.shutdown(socket.SHUT_WR)
    server.close()
    show(end_of(local), *body_of(client))
elif scenario == "descriptors":  # the same client several times in one message
    client, server = connection()
    local = hand_over([server.fileno()] * argument)
    ended = end_of(local)
    server.close()
    show(ended, *body_of(client))
elif scenario == "empty":
    local = connect()
    local.close()
    show("closed")
elif scenario == "mute":  # connects and says nothing
    show(end_of(connect()))
elif scenario == "pipe":
    reading, writing = os.pipe()
    local = hand_over([writing])
    ended = end_of(local)
    os.close(writing)
    show(ended, os.read(reading, 1))
elif scenario == "gone":  # the client has reset before the hand-off
    client, server = connection()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    show(end_of(hand_over([server.fileno()])))
elif scenario == "many":  # one after the other; prints how many bodies were complete
    complete = 0
    for number in range(argument):
        client, server = connection()
        hand_over([server.fileno()]).close()
        server.close()
        complete += body_of(client) == ("end", b"hello")
        client.close()
    show(complete)
elif scenario == "upload":  # the client goes on sending and reads slowly
    client, server = connection(8192)
    client.sendall(b"GET / HTTP/1.1\r\n\r\n" * 64)
    hand_over([server.fileno()]).close()
    server.close()
    time.sleep(0.1)
    client.sendall(b"GET / HTTP/1.1\r\n\r\n" * 64)
    ended, body = body_of(client, 0.001)
    show(ended, len(body))
elif scenario == "talk":  # sends a line, gets it back, and ends
    client, server = connection()
    hand_over([server.fileno()]).close()
    server.close()
    client.sendall(b"ping")
    answer = client.recv(65536)
    client.shutdown(socket.SHUT_WR)
    show(answer, *body_of(client))
elif scenario == "begun":  # reads the first bytes, then the rest when the standard input ends
    client, server = connection()
    hand_over([server.fileno()]).close()
    server.close()
    client.recv(65536)
    show("begun")
    sys.stdin.read()
    show(*body_of(client))
elif scenario == "stay":  # sends and reads nothing until the standard input ends
    client, server = connection(8192)
    hand_over([server.fileno()]).close()
    server.close()
    show("there")
    sys.stdin.read()
    show(*body_of(client))
