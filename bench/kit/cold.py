"""Cold start: from exec of the launcher to the first 200, in rounds over all variants."""
import glob
import os
import re
import shutil
import socket
import statistics
import subprocess
import time

from kit import http
from kit.place import BENCH, Unfit, free_port, stop
from kit.rows import line
from kit.servers import httpd_command


class Variant:
    """Something to start again and again: a command that brings up a server on a port."""

    def __init__(self, name, command, port, path, environment):
        self.name, self.command, self.port, self.path, self.environment = name, command, port, path, environment
        self.times = []

    def start(self, place):
        """One cold start; milliseconds."""
        begun = time.perf_counter()
        process = place.start("cold", self.command, **self.environment)
        try:
            while not _answers(self.port, self.path):
                if process.poll() is not None or time.perf_counter() - begun > 60:
                    raise Unfit(f"{self.name} does not start: {place.log('cold')}")
                time.sleep(0.001)
            return (time.perf_counter() - begun) * 1e3
        finally:
            stop(process)


def _answers(port, path):
    """Cheap while nobody listens: one connect."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)):
            return False
    return http.status(port, path) == 200


def jdks():
    """{major version: home} of the JDKs to measure: JAVA_HOME, that of the PATH, and those in /usr/lib/jvm."""
    homes = [os.environ.get("JAVA_HOME", "")]
    java = shutil.which("java")
    homes += [os.path.dirname(os.path.dirname(os.path.realpath(java)))] if java else []
    found = {}
    for home in homes + sorted(glob.glob("/usr/lib/jvm/*")):
        try:
            with open(os.path.join(home, "release")) as file:
                major = int(re.search(r'^JAVA_VERSION="(\d+)', file.read(), re.M)[1])
        except (OSError, TypeError):
            continue
        if major >= 17 and os.access(os.path.join(home, "bin", "java"), os.X_OK):
            found.setdefault(major, os.path.realpath(home))
    return found


def _copy(place, dist):
    """The distribution without an archive somebody may have made in it, so that both variants are what they are called."""
    if not os.access(os.path.join(dist, "bin", "sluice"), os.X_OK):
        raise Unfit(f"no distribution in {dist}; build it: mvn -DskipTests package (or --dist)")
    copy = place.join("dist")
    shutil.copytree(dist, copy, symlinks=True, ignore=lambda folder, _: {"cache"} if folder == dist else set())
    return copy


def _sluice(place, dist, major, home, optimized):
    name = f"Sluice, JDK {major}" + (", optimize" if optimized else "")
    folder, port = place.join(f"cold-{major}-{optimized}"), free_port()
    os.makedirs(os.path.join(folder, "htdocs"))
    environment = {"JAVA_HOME": home, "BENCH_DIR": folder, "BENCH_PORT": str(port), "BENCH_DIST": dist}
    Variant(name, [os.path.join(BENCH, "serve")], port, "/fixed", environment).start(place)  # makes the base
    command = [os.path.join(dist, "bin", "sluice"), "run", "--base", os.path.join(folder, "sluice")]
    if optimized:
        done = subprocess.run([command[0], "optimize", *command[2:]], env={**os.environ, **environment}, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            raise Unfit(f"{name}: {done.stdout.strip()}")
    return Variant(name, command, port, "/fixed", environment)


def _httpd(place):
    command, port = httpd_command(place, "cold-httpd")
    return Variant("httpd", command, port, "/small.txt", {})


def run(place, options, dist):
    """Prints the table and returns {variant: times in ms}."""
    copy = _copy(place, dist)
    variants = [_httpd(place)]
    for major, home in sorted(jdks().items()):
        variants += [_sluice(place, copy, major, home, optimized) for optimized in (False, True)]
    for _ in range(options.starts):
        for variant in variants:
            variant.times.append(variant.start(place))
    line("cold start to the first answer", "median ms", "min..max")
    line("---", "---", "---")
    for variant in variants:
        line(variant.name, f"{statistics.median(variant.times):.0f}", f"{min(variant.times):.0f}..{max(variant.times):.0f}")
    return {variant.name: variant.times for variant in variants}
