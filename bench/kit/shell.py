"""The front's shell: by its local socket to look, by "sluice shell" to act as an operator would."""
import json
import os
import socket
import subprocess

from kit.place import Unfit


class Shell:
    """The shell of a running front."""

    def __init__(self, base, dist):
        self._base, self._program = base, os.path.join(dist, "bin", "sluice")
        self._socket = os.path.join(base, "run", "shell.sock")

    def ready(self):
        """Whether it answers yet: it may start after the front serves."""
        try:
            return self.plugins() is not None
        except (OSError, Unfit):
            return False

    def ask(self, line):
        """What a command prints. One line to the socket; the answer ends with NUL and a line with the exit status."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(30)
            client.connect(self._socket)
            client.sendall(f"exec {line}\n".encode())
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        text, _, trailer = answer.decode().partition("\0")
        if trailer.split()[-1:] != ["0"]:
            raise Unfit(f"shell: {line}: {trailer.strip() or 'no status'}: {text.strip()}")
        return text

    def plugins(self):
        """The rows of the table "plugins"."""
        return json.loads(self.ask("plugins --json"))

    def run(self, *words):
        """The same in a process of its own: sluice shell WORDS."""
        done = subprocess.run([self._program, "shell", "--base", self._base, *words], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise Unfit(f"sluice shell {' '.join(words)}: status {done.returncode}: {done.stdout.strip()}")
        return done.stdout
