"""A receiver of the dialect "sluice" that does one thing wrong: faults.py SOCKET mute|keep|lie|die|pass

mute: takes the client and says nothing. keep: acknowledges a lease and never ends it. lie: reports other bytes than it wrote.
die: ends after ACK. pass: answers PASS after ACK.
"""
import array, json, os, signal, socket, sys

listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
os.umask(0o177)
listener.bind(sys.argv[1])
listener.listen(16)
fault = sys.argv[2]
print("listening", flush=True)
control = listener.accept()[0]
control.send(b"READY faults 100 0")
kept = []
while True:
    data, ancillary, _, _ = control.recvmsg(65537, socket.CMSG_SPACE(8), socket.MSG_CMSG_CLOEXEC)
    if not data:
        break
    if not data.startswith(b"{"):
        continue
    fds = array.array("i")
    fds.frombytes(ancillary[0][2])
    client = socket.socket(fileno=fds[0])
    kept.append(client)
    number = json.loads(data.partition(b"\n")[0])["id"]
    if fault == "mute":
        continue
    control.send(b"ACK %d" % number)
    if fault == "die":
        client.send(b"HTTP/1.1 200 OK\r\n")
        os.kill(os.getpid(), signal.SIGKILL)
    if fault == "pass":
        control.send(b"PASS %d busy" % number)
    if fault == "lie":
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        control.send(b"DONE %d 200 1 0 0 keep" % number)
