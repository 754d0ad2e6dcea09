"""A receiver of the dialect "sluice" that keeps its clients: streams.py SOCKET [die]

A client is answered when it closes its side for writing, or at once if its target holds "now"; then END goes to whichever front
is connected. With "die" the process ends right after ACK, instead.
"""
import array, json, os, select, signal, socket, sys

listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
os.umask(0o177)
listener.bind(sys.argv[1])
listener.listen(16)
print("listening", flush=True)
controls, clients = [], {}


def end(client):
    memo = clients.pop(client)
    answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nstreamed\n"
    client.setblocking(True)
    client.sendall(answer)
    client.close()
    controls[-1].send(f"END {memo} 200 {len(answer)} 9".encode())


def packet(control):
    data, ancillary, _, _ = control.recvmsg(65537, socket.CMSG_SPACE(8), socket.MSG_CMSG_CLOEXEC)
    if not data:
        controls.remove(control)
        return control.close()
    if not data.startswith(b"{"):
        return
    fds = array.array("i")
    fds.frombytes(ancillary[0][2])
    message = json.loads(data.partition(b"\n")[0])
    client = socket.socket(fileno=fds[0])
    client.setblocking(False)
    control.send(b"ACK %d" % message["id"])
    if "die" in sys.argv:
        os.kill(os.getpid(), signal.SIGKILL)
    target = message["request"]["target"]
    if message["mode"] == "lease":
        control.send(b"TAKE %d" % message["id"])
    clients[client] = message["memo"]
    print("taken", target, flush=True)
    if "now" in target:
        end(client)


while True:
    for ready in select.select([listener, *controls, *clients], [], [])[0]:
        if ready is listener:
            controls.append(listener.accept()[0])
            controls[-1].send(b"READY streams 100 0")
        elif ready in controls:
            packet(ready)
        elif ready in clients:
            if not ready.recv(1000):
                end(ready)
