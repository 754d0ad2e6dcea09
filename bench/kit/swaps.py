"""Soak: bundles installed, updated and uninstalled while clients ask. Not one request may fail."""
import glob
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import time
import zipfile

from kit import http, servers
from kit.place import Unfit, wait_until
from kit.rows import line
from kit.shell import Shell

# Bundle, and the kind of plug-in of which it has one.
SUBJECTS = [("org.sluice.flush.head", "flusher"), ("org.sluice.fdpass", "handler")]
CLIENTS = 12
MANIFEST = "META-INF/MANIFEST.MF"


def stock_jar(dist, name):
    """The bundle's jar in the distribution."""
    jars = glob.glob(os.path.join(dist, "bundles", "*", name + "-[0-9]*.jar")) + glob.glob(
        os.path.join(dist, "bundles", "*", name + ".jar"))
    if len(jars) != 1:
        raise Unfit(f"{dist}/bundles: no single jar of {name}: {jars}")
    return jars[0]


def repack(source, target, version):
    """The same bundle with another version, as the next release of it would be."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == MANIFEST:
                data, found = re.subn(rb"(?m)^Bundle-Version: .*$", b"Bundle-Version: " + version.encode(), data)
                if found != 1:
                    raise Unfit(f"{source}: not a bundle's manifest")
            new.writestr(entry, data)
    return target


class Swaps:
    """One bundle's replacements in one front."""

    def __init__(self, place, shell, base, dist, subject):
        self.place, self.shell, self.deploy = place, shell, os.path.join(base, "deploy")
        self.bundle, self.kind = subject
        self._stock = stock_jar(dist, self.bundle)
        with zipfile.ZipFile(self._stock) as jar:
            self.version = re.search(r"(?m)^Bundle-Version: (\S+)", jar.read(MANIFEST).decode())[1]
        self.times = []

    def jar(self, number):
        """A jar of a version above the stock one."""
        version = f"{self.version.rpartition('.')[0]}.{1000 + number}"
        return repack(self._stock, self.place.join(f"{self.bundle}-{version}.jar"), version), version

    def expect(self, version):
        """Waits until that version serves."""
        begun = time.monotonic()
        wait_until(lambda: self.serving() == version, 20, f"{self.bundle} {version} serves, but {self.serving()} does")
        self.times.append((time.monotonic() - begun) * 1e3)

    def serving(self):
        """The version of the bundle whose plug-in serves."""
        for row in self.shell.plugins():
            name, _, version = row["bundle"].partition("/")
            if name == self.bundle and row["kind"] == self.kind and row["state"] == "serves":
                return version
        return None

    def by_deploy(self, number):
        """A file that comes, is replaced, and goes."""
        target = os.path.join(self.deploy, self.bundle + "-next.jar")
        for step in (2 * number, 2 * number + 1):
            jar, version = self.jar(step)
            shutil.copyfile(jar, target + ".part")
            os.replace(target + ".part", target)  # never half a jar under the name that is watched
            os.remove(jar)
            self.expect(version)
        os.remove(target)
        self.expect(self.version)

    def by_shell(self, number):
        """The same by an operator's commands."""
        jar, version = self.jar(2 * number)
        identity = re.search(r"\d+", self.shell.run("felix:install", "file:" + jar))[0]
        self.shell.run("felix:start", identity)
        self.expect(version)
        newer, version = self.jar(2 * number + 1)
        self.shell.run("felix:update", identity, "file:" + newer)
        self.expect(version)
        self.shell.run("felix:uninstall", identity)
        self.expect(self.version)
        os.remove(jar)
        os.remove(newer)


def _under_load(server, swap, count):
    """Repeats the swap COUNT times while clients ask; returns what the clients saw."""
    # Two answers on a kept connection, then one that gives the connection away.
    command = http.load_command(server.port, ["/fixed", "/fixed", "/fd/"], clients=CLIENTS, keep=True, seconds=86400)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as load:
        try:
            for number in range(count):
                swap(number)
                if load.poll() is not None:
                    raise Unfit("the load generator ended")
            load.send_signal(signal.SIGTERM)
            return json.loads(load.communicate(timeout=30)[0])
        finally:
            load.kill()


def run(place, options, front, dist):
    """Prints a line for each bundle and way; returns the exit status."""
    count, failed = options.count or 100, 0
    servers.workers(place)
    server, base = front(), place.join("sluice")
    shell = Shell(base, dist)
    wait_until(shell.ready, 30, f"the shell of the front answers ({place.log('Sluice')})")
    line("bundle", "way", "swaps", "requests", "per s", "p99 ms", "longest ms", "failed", "median ms until it serves")
    line(*["---"] * 9)
    for subject in SUBJECTS:
        for way in ("deploy", "shell"):
            swaps = Swaps(place, shell, base, dist, subject)
            swaps.expect(swaps.version)
            swaps.times.clear()
            result = _under_load(server, swaps.by_deploy if way == "deploy" else swaps.by_shell, count)
            failed += result["failed"]
            line(subject[0], way, f"{count} x 3", f"{result['ok']:,}", f"{result['rps']:,.0f}", f"{result['p99_us'] / 1e3:.1f}",
                 f"{result['max_us'] / 1e3:.0f}", f"{result['failed']} ({http.why(result)})",
                 f"{statistics.median(swaps.times):.0f}")
    print(f"\n{'FAILED: ' + str(failed) + ' requests' if failed else 'held: no request failed'}")
    return 1 if failed else 0
