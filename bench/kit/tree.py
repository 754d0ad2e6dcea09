"""Figures of a process tree, from /proc."""
import os
import re
import subprocess

TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    with open(f"/proc/{pid}/stat") as file:
        text = file.read()
    return text[text.rindex(")") + 2:].split()  # a program's name may hold blanks and brackets


def _each(pids, figure):
    """The figure of every process that is still there."""
    for pid in pids:
        try:
            yield figure(pid)
        except OSError:
            pass


def pids(root):
    """The process and all its living descendants."""
    children = {}
    for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        for parent in _each([pid], lambda p: int(_stat(p)[1])):
            children.setdefault(parent, []).append(pid)
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def cpu_seconds(root):
    """User and system time of the tree, with that of ended children that somebody waited for."""
    return sum(_each(pids(root), lambda p: sum(int(x) for x in _stat(p)[11:15]))) / TICKS


def pss(root):
    """Bytes of memory of the tree, a page that n processes share counted as 1/n for each."""

    def one(pid):
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M)[1]) * 1024

    return sum(_each(pids(root), one))


def descriptors(root):
    """Open descriptors of the tree."""
    return sum(_each(pids(root), lambda p: len(os.listdir(f"/proc/{p}/fd"))))


def threads(root):
    """Threads of the tree."""
    return sum(_each(pids(root), lambda p: len(os.listdir(f"/proc/{p}/task"))))


def heap(pid):
    """(live, committed) bytes of a JVM's heap after a full collection; None if it is no JVM or there is no jcmd beside it."""
    jcmd = os.path.join(os.path.dirname(os.path.realpath(f"/proc/{pid}/exe")), "jcmd")
    if not os.access(jcmd, os.X_OK):
        return None

    def ask(command):
        done = subprocess.run([jcmd, str(pid), command], capture_output=True, text=True, check=False)
        return done.stdout if done.returncode == 0 else ""

    ask("GC.run")
    spaces = re.findall(r"total (\d+)K, used (\d+)K", ask("GC.heap_info"))
    if not spaces:
        return None
    return sum(int(used) for _, used in spaces) * 1024, sum(int(total) for total, _ in spaces) * 1024
