"""The application behind the proxy soaks: python3 app.py PORT [SOCKET]

On 127.0.0.1:PORT it speaks HTTP/1.1: PUT reads the body and answers with its length, /bytes/N answers with N bytes, /stall reads
no body, and what asks for an upgrade becomes a WebSocket that echoes. On SOCKET it takes clients handed over in the dialect "scgi"
and does the same with those that ask for an upgrade.
"""
import array
import base64
import hashlib
import os
import re
import resource
import select
import socket
import sys
import threading

PIECE = bytes(256 * 1024)


class Echo(threading.Thread):
    """All WebSockets, on one thread: a text frame of less than 126 bytes is sent back, unmasked."""

    def __init__(self):
        super().__init__(daemon=True)
        self.clients, self.queue = {}, select.epoll()

    def add(self, client):
        client.setblocking(False)
        self.clients[client.fileno()] = client
        self.queue.register(client, select.EPOLLIN)

    def run(self):
        while True:
            for number, _ in self.queue.poll():
                client = self.clients[number]
                try:
                    data = client.recv(65536)
                    if data:
                        client.sendall(replies(data))
                        continue
                except BlockingIOError:
                    continue
                except OSError:
                    pass
                del self.clients[number]
                client.close()


def replies(data):
    """The answers to whole frames, as the clients of the measurement send them."""
    out = b""
    while data:
        length = data[1] & 127
        mask, text = data[2:6], data[6 : 6 + length]
        if mask != b"\0\0\0\0":
            text = bytes(b ^ mask[i & 3] for i, b in enumerate(text))
        out += bytes((data[0], length)) + text
        data = data[6 + length :]
    return out


def switch(key):
    """The head that makes a connection a WebSocket (RFC 6455 section 4.2.2)."""
    accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    return (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
            + accept + b"\r\n\r\n")


def request(client, echo):
    """One request; false when the connection is not this thread's any more."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = client.recv(65536)
        if not piece:
            return False
        head += piece
    head, _, body = head.partition(b"\r\n\r\n")
    key = re.search(rb"\r\nsec-websocket-key: *(\S+)", head, re.I)
    if key:
        client.sendall(switch(key[1]))
        echo.add(client)
        return None
    if b" /stall" in head:
        threading.Event().wait()
    found = re.search(rb"\r\ncontent-length: *(\d+)", head, re.I)
    left = (int(found[1]) if found else 0) - len(body)
    into = bytearray(len(PIECE))
    while left > 0:
        n = client.recv_into(into, min(left, len(into)))
        if not n:
            return False
        left -= n
    wanted = re.search(rb" \S*/bytes/(\d+)", head)
    text = b"" if wanted else (found[1] if found else b"0")
    count = int(wanted[1]) if wanted else len(text)
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % count + text)
    for at in range(0, count - len(text), len(PIECE)):
        client.sendall(PIECE[: min(len(PIECE), count - at)])
    return True


def serve(client, echo):
    try:
        more = True
        while more:
            more = request(client, echo)
        if more is False:
            client.close()
    except OSError:
        client.close()


def handed_over(control, echo):
    """One hand-off: a netstring of pairs, and the client with its first byte."""
    data, rights, _, _ = control.recvmsg(65536, socket.CMSG_SPACE(4))
    while control.recv(65536):
        pass
    control.close()
    client = socket.socket(fileno=array.array("i", rights[0][2])[0])
    pairs = data.partition(b":")[2].split(b"\0")
    fields = dict(zip(pairs[::2], pairs[1::2]))
    client.send(switch(fields[b"HTTP_SEC_WEBSOCKET_KEY"]))
    echo.add(client)


def accept(listener, work, echo, thread):
    while True:
        client = listener.accept()[0]
        if thread:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=work, args=(client, echo), daemon=True).start()
        else:
            work(client, echo)


def main(port, path=None):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    threading.stack_size(256 * 1024)
    echo = Echo()
    echo.start()
    if path:
        os.umask(0o077)
        local = socket.socket(socket.AF_UNIX)
        local.bind(path)
        local.listen(4096)
        threading.Thread(target=accept, args=(local, handed_over, echo, False), daemon=True).start()
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(port)))
    listener.listen(4096)
    accept(listener, serve, echo, True)


main(*sys.argv[1:])
