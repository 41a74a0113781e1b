"""Times gateways against execnet's, in the same run and in turns.

Usage: .venv/bin/python Benchmarks/gateways.py [REPETITIONS] [FIGURE]    (after scripts/setup-tests)

The figures of "counter" are against a small C program that only moves bytes: the controller alone.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import execnet

HERE = pathlib.Path(__file__).resolve().parent
COUNT = 100_000
MANY = 300_000
BLOCKS = 300
FIGURES = {
    # name: (unit, the least ratio to execnet that is good enough)
    "start": ("ms", 1),
    "start 10": ("ms", 1),
    "end": ("ms", None),
    "execute": ("us", None),
    "echo": ("us", None),
    "pipelined": ("us an item", None),
    "send": ("us an item", 1),
    "receive": ("us an item", 1),
    "large send": ("us a MiB", 2),
    "large receive": ("us a MiB", 2),
    "memory": ("MiB, PSS", None),
    "counter send": ("us an item", 8),
    "counter receive": ("us an item", 8),
    "counter pipelined": ("us an item", 8),
}


class Theirs:
    """The same measurements as those of GatewayBenchmark.swift."""

    def __init__(self, counter):
        self.worker = f"popen//python={sys.executable}"
        self.counter = f"popen//python={counter}"

    def measure(self, name):
        if name.startswith("start"):
            return self.start(10 if name.endswith("10") else 1)
        if name == "end":
            return self.end()
        group = execnet.Group()
        counts = name.startswith("counter")
        gateway = group.makegateway(self.counter if counts else self.worker)
        if not counts:
            gateway.remote_exec("channel.send(1)").receive()
        try:
            return getattr(self, name.split()[-1] if counts else name.replace(" ", "_"))(
                gateway, MANY if counts else COUNT, counts
            )
        finally:
            group.terminate(5)

    def start(self, count):
        group = execnet.Group()
        begin = time.perf_counter()
        for _ in range(count):
            group.makegateway(self.worker)
        group.remote_exec("channel.send(1)").receive_each()
        result = (time.perf_counter() - begin) * 1e3
        group.terminate(5)
        return result

    def end(self):
        group = execnet.Group()
        group.makegateway(self.worker).remote_exec("channel.send(1)").receive()
        begin = time.perf_counter()
        group.terminate(5)
        return (time.perf_counter() - begin) * 1e3

    def execute(self, gateway, count, counts):
        begin = time.perf_counter()
        for _ in range(300):
            channel = gateway.remote_exec("channel.send(1)")
            channel.receive()
            channel.waitclose()
        return (time.perf_counter() - begin) / 300 * 1e6

    def echo(self, gateway, count, counts):
        channel = gateway.remote_exec("for _ in range(3000): channel.send(channel.receive())")
        begin = time.perf_counter()
        for number in range(3000):
            channel.send(number)
            channel.receive()
        return (time.perf_counter() - begin) / 3000 * 1e6

    def pipelined(self, gateway, count, counts):
        source = f"for _ in range({count}): channel.send(channel.receive())"
        channel = gateway.remote_exec(f"echo {count}" if counts else source)
        begin = time.perf_counter()
        sender = threading.Thread(target=lambda: [channel.send(n) for n in range(count)])
        sender.start()
        for _ in range(count):
            channel.receive()
        sender.join()
        return (time.perf_counter() - begin) / count * 1e6

    def send(self, gateway, count, counts):
        source = f"for _ in range({count}): channel.receive()\nchannel.send(1)"
        channel = gateway.remote_exec(f"sink {count}" if counts else source)
        begin = time.perf_counter()
        for number in range(count):
            channel.send(number)
        channel.receive()
        return (time.perf_counter() - begin) / count * 1e6

    def receive(self, gateway, count, counts):
        source = f"for i in range({count}): channel.send(i)"
        begin = time.perf_counter()
        channel = gateway.remote_exec(f"source {count}" if counts else source)
        assert sum(1 for _ in channel) == count
        return (time.perf_counter() - begin) / count * 1e6

    def large_send(self, gateway, count, counts):
        block = b"\7" * (1 << 20)
        channel = gateway.remote_exec(
            f"for _ in range({BLOCKS}): channel.receive()\nchannel.send(1)"
        )
        begin = time.perf_counter()
        for _ in range(BLOCKS):
            channel.send(block)
        channel.receive()
        return (time.perf_counter() - begin) / BLOCKS * 1e6

    def large_receive(self, gateway, count, counts):
        channel = gateway.remote_exec(
            f"d = b'x' * (1 << 20)\nfor _ in range({BLOCKS}): channel.send(d)"
        )
        begin = time.perf_counter()
        for _ in range(BLOCKS):
            assert len(channel.receive()) == 1 << 20
        return (time.perf_counter() - begin) / BLOCKS * 1e6

    def memory(self, gateway, count, counts):
        pid = gateway.remote_exec("import os; channel.send(os.getpid())").receive()
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024


def built(product):
    """Builds a benchmark of ours for release; its path."""
    build = ["swift", "build", "-c", "release", "--package-path", str(HERE)]
    subprocess.run(build + ["--product", product], check=True, stdout=sys.stderr)
    place = subprocess.run(build + ["--show-bin-path"], check=True, capture_output=True, text=True)
    return pathlib.Path(place.stdout.strip()) / product


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    program = built("GatewayBenchmark")
    names = [name for name in FIGURES if name.startswith(wanted)]
    ours, theirs = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        counter = f"{folder}/counter"
        source = HERE / "gateways/counter.c"
        subprocess.run(["gcc", "-O2", "-Wall", "-o", counter, str(source)], check=True)
        other = Theirs(counter)
        for _ in range(repetitions):
            for name in names:
                command = [str(program), name, counter, sys.executable, "1"]
                output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                ours.setdefault(name, []).extend(json.loads(output)[name])
                theirs.setdefault(name, []).append(other.measure(name))
    print(f"execnet {execnet.__version__}, Python {sys.version.split()[0]}")
    print(f"{repetitions} repetitions, minimum / median; ratios are execnet's time over ours")
    print(f"{'':20}{'convoke':>22}{'execnet':>24}{'ratio':>9}  unit")
    slow = []
    for name in names:
        unit, target = FIGURES[name]
        left, right = ours[name], theirs[name]
        # The fastest of several: what else the machine does only makes it slower.
        ratio = min(right) / min(left)
        texts = [f"{min(times):.2f} / {statistics.median(times):.2f}" for times in (left, right)]
        print(f"{name:20}{texts[0]:>22}{texts[1]:>24}{ratio:>8.1f}x  {unit}")
        if target and ratio < target:
            slow.append(f"{name} (want {target}x)")
    if slow:
        sys.exit(f"slower than it should be: {', '.join(slow)}")


if __name__ == "__main__":
    main()
