"""Measures commands: wall time, CPU time and memory of each command's whole process tree.

Commands are run in turns (first all of them once, then all again), so that a busy moment of the
machine falls on all alike. CPU time is what the kernel accounts to the tree when its first process
is waited for. Memory is sampled in /proc, with and without ssh and sshd processes.
"""

import json
import os
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field

PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Sample:
    """One run of a command, in seconds; cpu is None where it was not measured."""

    wall: float
    cpu: float = None


@dataclass
class Memory:
    """Peaks of resident memory seen during one run, in bytes."""

    largest: int = 0  # the largest process, ssh and sshd left out
    tree: int = 0  # the whole tree
    own: int = 0  # the tree without ssh and sshd processes

    def see(self, largest, tree, own):
        self.largest = max(self.largest, largest)
        self.tree = max(self.tree, tree)
        self.own = max(self.own, own)


@dataclass
class Case:
    """A command to measure, and what it has shown."""

    name: str
    words: list
    environment: dict = field(default_factory=dict)
    samples: list = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    problem: str = None  # why it does not work
    output: str = ""  # the standard output of its last run


def _table():
    """All processes: number to (parent, name, resident bytes)."""
    table = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", "rb") as file:
                head, _, tail = file.read().rpartition(b")")
        except OSError:
            continue
        values = tail.split()
        table[int(entry)] = (int(values[1]), head.partition(b"(")[2], int(values[21]) * PAGE)
    return table


def _tree_memory(root):
    """Resident bytes under root: the largest process but ssh and sshd, all, all but those."""
    table = _table()
    children = {}
    for pid, (parent, _, _) in table.items():
        children.setdefault(parent, []).append(pid)
    largest = tree = own = 0
    pending = [root]
    while pending:
        pid = pending.pop()
        pending.extend(children.get(pid, ()))
        _, name, resident = table.get(pid, (0, b"", 0))
        tree += resident
        if name not in (b"ssh", b"sshd"):
            own += resident
            largest = max(largest, resident)
    return largest, tree, own


def _watch_memory(pid, memory, ended):
    while not ended.wait(0.02):
        memory.see(*_tree_memory(pid))


def run_once(case, limit=600, memory=None):
    """Runs a case once and returns its Sample; memory is filled if given, and slows it a little.

    The kernel's own maximum (ru_maxrss) is of no use here: it starts with the memory of this
    program, from which the command was forked.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        process = subprocess.Popen(
            case.words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            env={**os.environ, **case.environment},
            start_new_session=True,
        )
        ended = threading.Event()
        if memory:
            arguments = (process.pid, memory, ended)
            threading.Thread(target=_watch_memory, args=arguments, daemon=True).start()
        timer = threading.Timer(limit, os.killpg, (process.pid, 9))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        timer.cancel()
        ended.set()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            tail = errors.read().decode(errors="replace")[-300:]
            case.problem = f"exit {process.returncode}: {tail}"
        output.seek(0)
        case.output = output.read().decode(errors="replace")
    return Sample(wall=wall, cpu=usage.ru_utime + usage.ru_stime)


def measure(cases, rounds, limit=600):
    """Runs all cases in turns, `rounds` times; then once more each for memory, not for time."""
    for _ in range(rounds):
        for case in cases:
            if not case.problem:
                case.samples.append(run_once(case, limit))
    for case in cases:
        if not case.problem:
            run_once(case, limit, case.memory)


def measure_lines(cases, limit=600):
    """Runs each case once and takes its samples from lines `warm SECONDS [CPU SECONDS]`."""
    for case in cases:
        run_once(case, limit)
        for line in case.output.splitlines():
            words = line.split()
            if words[:1] == ["warm"]:
                case.samples.append(Sample(*map(float, words[1:3])))
        if not case.samples and not case.problem:
            case.problem = "it prints no line: warm SECONDS"


def summary(case):
    """Minimum and median of a case; zero for CPU time that was not measured."""
    wall = [sample.wall for sample in case.samples]
    cpu = [sample.cpu or 0 for sample in case.samples]
    middle = statistics.median
    return min(wall), middle(wall), min(cpu), middle(cpu)


def report(title, cases, baseline):
    """Prints a table; the ratios are the medians over those of the case named baseline."""
    rows = {case.name: summary(case) for case in cases if case.samples and not case.problem}
    base = rows.get(baseline)
    print(f"\n{title}\n{'seconds':26}{'runs':>5}{'wall min':>10}{'median':>9}{'ratio':>7}", end="")
    print(f"{'cpu min':>10}{'median':>9}{'ratio':>7}{'largest':>10}{'tree':>9}{'no ssh':>9}")
    for case in sorted(cases, key=lambda case: rows.get(case.name, (0, 0))[1]):
        if case.name not in rows:
            continue
        wall, wall_median, cpu, cpu_median = rows[case.name]
        print(
            f"{case.name:26}{len(case.samples):5}"
            f"{wall:10.4f}{wall_median:9.4f}{_ratio(wall_median, base and base[1]):>7}"
            f"{cpu:10.4f}{cpu_median:9.4f}{_ratio(cpu_median, base and base[3]):>7}"
            f"{_size(case.memory.largest):>10}{_size(case.memory.tree):>9}{_size(case.memory.own):>9}"
        )
    for case in cases:
        if case.problem:
            print(f"{case.name:26} does not work: {case.problem.strip()}")
    if base:
        print(f"ratio: the median over that of {baseline}")


def _ratio(value, base):
    return f"{value / base:.2f}" if value and base else "-"


def _size(value):
    return f"{value / 2**20:.1f}M" if value else "-"


def save(path, sections):
    """Writes {title: cases} as JSON with every raw figure."""
    document = {title: [_record(case) for case in cases] for title, cases in sections.items()}
    with open(path, "w") as file:
        json.dump(document, file, indent=1)
        file.write("\n")


def _record(case):
    samples = [asdict(sample) for sample in case.samples]
    memory = asdict(case.memory)
    return {"name": case.name, "problem": case.problem, "samples": samples, "memory": memory}
