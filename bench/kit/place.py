"""The temporary folder of a run and the processes in it. Whatever way the run ends, both are gone behind it."""
import ctypes
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPOSITORY = os.path.dirname(BENCH)
TOOLS = os.path.join(BENCH, "target")
_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


class Unfit(Exception):
    """Something the run needs is missing or does not start; the text tells what."""


def _die_with_runner():
    """In the child: should the runner be killed outright, the kernel ends this one too."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(number, _frame):
    sys.exit(128 + number)  # runs every __exit__


def build_tools():
    """Compiles tools/*.c where the program is missing or older than its source."""
    os.makedirs(TOOLS, exist_ok=True)
    for name in ("load", "worker", "program", "backend", "lease", "calls"):
        source, program = os.path.join(BENCH, "tools", name + ".c"), os.path.join(TOOLS, name)
        if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
            need("gcc")
            subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-pthread", "-o", program, source], check=True)


def need(program):
    """The program's path, also from /usr/sbin, which is not on everybody's PATH."""
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not found:
        raise Unfit(f"{program}: not on this machine; bench/README.md names the packages")
    return found


def free_port():
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


PAGE = """\
<!--#config timefmt="%Y-%m-%d" sizefmt="bytes" -->
<!--#set var="a" value="1" --><!--#set var="b" value="two" --><!--#set var="c" value="$a-$b" -->
<!--#if expr='v("a") = "2"' --><p>if</p><!--#elif expr='v("b") =~ /^tw/' --><p>elif</p><!--#else --><p>else</p><!--#endif -->
<p><!--#echo var="a" --> <!--#echo var="b" --> <!--#echo var="c" --></p>
<p><!--#echo var="DOCUMENT_NAME" --> <!--#echo var="QUERY_STRING" --> <!--#echo var="LAST_MODIFIED" --></p>
<!--#include virtual="inc/1.html" --><!--#include virtual="inc/2.html" --><!--#include file="inc/3.html" -->
<p><!--#flastmod file="small.txt" --> <!--#fsize file="small.txt" --></p>
<!--#set var="a" value="3" -->
"""


class Place:
    """A temporary folder with htdocs/, sock/ and log/, and the processes started in it."""

    def __init__(self, access_logs=False):
        self.path, self.access_logs = None, access_logs
        self._processes = []

    def __enter__(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _end)
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        build_tools()
        self.path = tempfile.mkdtemp(prefix="sluice-bench-")
        os.chmod(self.path, 0o755)  # httpd, started as root, goes on as another user
        for name in ("htdocs", "cgi-bin", "sock", "log"):
            os.mkdir(os.path.join(self.path, name))
        with open(self.join("htdocs", "small.txt"), "w") as file:
            file.write("s" * 1024)
        with open(self.join("htdocs", "large.bin"), "wb") as file:
            file.truncate(64 << 20)
        with open(self.join("htdocs", "index.html"), "w") as file:
            file.write("<html><body>index</body></html>\n")
        shutil.copy(os.path.join(TOOLS, "program"), self.join("cgi-bin", "program"))
        with open(self.join("cgi-bin", "script"), "w") as file:
            file.write('#!/bin/sh\necho "Content-Type: text/plain"\necho\necho "hello, query=$QUERY_STRING"\n')
        for name in ("program", "script"):
            os.chmod(self.join("cgi-bin", name), 0o755)
        self._page()
        return self

    def _page(self):
        """A page of 20 directives: set, conditions, echo, includes, a file's size and time."""
        os.mkdir(self.join("htdocs", "inc"))
        for i in (1, 2, 3):
            with open(self.join("htdocs", "inc", f"{i}.html"), "w") as file:
                file.write(f"<p>include {i}: {'0' * 100}</p>\n")
        with open(self.join("htdocs", "page.shtml"), "w") as file:
            file.write(PAGE)

    def __exit__(self, *_):
        try:
            for process in reversed(self._processes):
                stop(process)
        finally:
            shutil.rmtree(self.path, ignore_errors=True)

    def join(self, *names):
        """A path in the folder."""
        return os.path.join(self.path, *names)

    def start(self, name, command, **environment):
        """Starts a process in a session of its own; its output goes to log/NAME."""
        with open(self.join("log", name), "ab") as log:
            process = subprocess.Popen(
                command, cwd=self.path, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env={**os.environ, **environment}, start_new_session=True, preexec_fn=_die_with_runner)
        self._processes.append(process)
        return process

    def log(self, name):
        """The last lines a process has printed."""
        with open(self.join("log", name), errors="replace") as file:
            return "".join(file.readlines()[-10:]).strip()


def stop(process, seconds=20):
    """Asks a process to end, insists after a while, and takes what is left of its session with it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def wait_until(condition, seconds, what, pause=0.02):
    """Waits for a condition; Unfit with WHAT when it does not come true in time. Returns what the condition returned."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Unfit(f"not within {seconds} s: {what}")
        time.sleep(pause)
