"""Accepts hand-offs and prints, a line each, exactly what came over the local connection:
data bytes as hex, number of descriptors, message flags, whether O_NONBLOCK is set, what came next.
Then writes one line to the client and closes it."""
import fcntl, os, socket, sys

listening = socket.socket(socket.AF_UNIX)
os.umask(0o177)
listening.bind(sys.argv[1])
listening.listen(16)
print("listening", flush=True)
while True:
    connection, _ = listening.accept()
    data, fds, flags, _ = socket.recv_fds(connection, 4096, 253)
    rest = connection.recv(4096)
    nonblocking = [bool(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK) for fd in fds]
    cut = "MSG_CTRUNC" if flags & socket.MSG_CTRUNC else "whole"
    print("message", data.hex(), len(fds), cut, nonblocking, rest.hex() or "EOF", flush=True)
    connection.close()
    for fd in fds:
        client = socket.socket(fileno=fd)
        client.setblocking(True)
        client.sendall(b"recorded\n")
        client.close()
