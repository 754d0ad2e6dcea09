"""Listens and never accepts: hand-offs wait in the kernel's queue until this process ends."""
import os, signal, socket, sys

listening = socket.socket(socket.AF_UNIX)
os.umask(0o177)
listening.bind(sys.argv[1])
listening.listen(16)
print("listening", flush=True)
signal.pause()
