"""The little HTTP that the runner itself speaks; load comes from tools/load.c."""
import json
import re
import socket
import subprocess

from kit.place import TOOLS


def request(port, path, close=True, timeout=10):
    """(socket, status, body) of one GET. The socket is open if close is false; the body is read to its length or to the end."""
    client = socket.create_connection(("127.0.0.1", port), timeout)
    more = "Connection: close\r\n" if close else ""
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{more}\r\n".encode())
    data, head, length = b"", b"", None
    while True:
        if not head and b"\r\n\r\n" in data:
            head, _, data = data.partition(b"\r\n\r\n")
            found = re.search(rb"\r\ncontent-length: *(\d+)", head, re.I)
            length = int(found[1]) if found else None
        if length is not None and len(data) >= length:
            break
        piece = client.recv(65536)
        if not piece:
            break
        data += piece
    if close:
        client.close()
    status = int(head.split(b" ", 2)[1]) if head else 0
    return client, status, data


def status(port, path):
    """The status of a GET, 0 when there is none."""
    try:
        return request(port, path)[1]
    except OSError:
        return 0


def load_command(port, paths, clients=1, keep=False, seconds=None, count=None, body=1024):
    """The command line of the load generator."""
    command = [f"{TOOLS}/load", "-c", str(clients), "-b", str(body)]
    command += ["-k"] if keep else []
    command += ["-n", str(count)] if count else ["-d", str(seconds)]
    return command + [str(port)] + list(paths)


def load(port, paths, **options):
    """Runs the load generator and returns what it found."""
    done = subprocess.run(load_command(port, paths, **options), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def why(result):
    """The reasons of failed requests, as words."""
    reasons = ("status", "cut", "length", "refused", "stalled", "strange")
    return ", ".join(f"{result[name]} {name}" for name in reasons if result[name]) or "none"
