#!/usr/bin/env python3
"""Is handed client sockets (dialect "classic") and writes a body to each of them.

python3 receiver.py run/app.sock ["body text" | -n BYTES]       (Python 3.9 or later, no packages)
"""
import os, select, socket, stat, struct, sys, threading, time


def receive(connection):
    """Reads one message: any bytes, exactly one descriptor. Returns the client's socket, or None."""
    # 253 is the most that Linux sends. CLOEXEC at once: a program started meanwhile must not keep the
    # client's connection open. Older Pythons drop that flag, so it is set again below.
    data, fds, flags, _ = socket.recv_fds(connection, 1, 253, socket.MSG_CMSG_CLOEXEC)
    # A later version may add bytes: ignore them, but read up to the end of file, since closing over
    # unread bytes tells the front that its message was never read.
    while connection.recv(4096):
        pass
    if len(fds) == 1 and not flags & socket.MSG_CTRUNC and stat.S_ISSOCK(os.fstat(fds[0]).st_mode):
        os.set_inheritable(fds[0], False)
        return socket.socket(fileno=fds[0])
    for fd in fds:  # not what was agreed: keep none
        os.close(fd)
    return None


def wait(client, event, seconds):
    """The socket arrives non-blocking, a flag shared with the front: wait, do not change it."""
    poll = select.poll()
    poll.register(client, event)
    if not poll.poll(max(0, seconds) * 1000):
        raise TimeoutError("the client does nothing")


def answer(client, body):
    """Runs in a thread of its own for each client, so that a slow one delays nobody."""
    linger = lambda on: client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", on, 0))
    linger(1)  # dying half-way resets the connection: half a body must not look complete
    with client:
        left = memoryview(body)
        while left:
            wait(client, select.POLLOUT, 60)
            left = left[client.send(left, socket.MSG_DONTWAIT) :]
        linger(0)
        # Lingering close: end our side, then discard what the client still sends until it closes, for
        # 2 s at most. A plain close over unread input would reset, and could take the body's end from it.
        client.shutdown(socket.SHUT_WR)
        end = time.monotonic() + 2
        wait(client, select.POLLIN, end - time.monotonic())
        while client.recv(4096, socket.MSG_DONTWAIT):
            wait(client, select.POLLIN, end - time.monotonic())


def serve(connection, body):
    try:
        with connection:  # its end tells the front that the message was read
            client = receive(connection)
        if client:
            answer(client, body)
    except OSError as e:  # clients and fronts leave when they please
        print(e, file=sys.stderr)


path, options = sys.argv[1], sys.argv[2:]
body = b"x" * int(options[1]) if options[:1] == ["-n"] else (options or ["Hello from Python.\n"])[0].encode()
listening = socket.socket(socket.AF_UNIX)
if listening.connect_ex(path) == 0:
    sys.exit(path + ": a receiver listens there already")
if os.path.lexists(path) and stat.S_ISSOCK(os.lstat(path).st_mode):
    os.unlink(path)  # of a dead receiver
os.umask(0o177)  # the file appears with mode 0600: who can connect can hand us sockets
listening.bind(path)
listening.listen(1024)
print("listening", path, flush=True)
while True:
    threading.Thread(target=serve, args=(listening.accept()[0], body), daemon=True).start()
