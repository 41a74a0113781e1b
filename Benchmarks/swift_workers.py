"""Times workers in Swift, and actors, against genuine execnet and against two bare pipes, in turns.

Usage: .venv/bin/python Benchmarks/swift_workers.py [REPETITIONS]    (after scripts/setup-tests)
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import execnet

from gateways import HERE, Theirs, built

# name: (unit, against, the least ratio that is good enough)
FIGURES = {
    "echo": ("us", "execnet", 3),
    "pipelined": ("us an item", "execnet", 10),
    "send": ("us an item", "execnet", 10),
    "receive": ("us an item", "execnet", 10),
    "large send": ("us a MiB", "floor blocks", 0.5),
    "large receive": ("us a MiB", "floor blocks", 0.5),
    "actor call": ("us", "floor echo", None),
    "actor calls": ("us a call", "floor pipelined", None),
    "resident": ("MiB", None, None),
}
# The most that is good enough, where nothing is compared.
LIMITS = {"actor calls": 20, "resident": 12}


def resident():
    """MiB of an idle convoke-worker, the static file."""
    words = [str(HERE.parent / "scripts/build-worker")]
    path = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    group = execnet.Group()
    gateway = group.makegateway(f"popen//python={path}")
    gateway.remote_status()
    text = pathlib.Path(f"/proc/{gateway._io.popen.pid}/status").read_text()
    group.terminate(5)
    line = next(line for line in text.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def other(name, against, theirs, floor):
    if against == "execnet":
        return theirs.measure(name)
    output = subprocess.run([floor, against.split()[1]], check=True, capture_output=True, text=True)
    return float(output.stdout)


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    program = built("SwiftWorkerBenchmark")
    ours, others = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        floor = f"{folder}/floor"
        source = HERE / "swift-workers/floor.c"
        subprocess.run(["gcc", "-O2", "-Wall", "-o", floor, str(source)], check=True)
        theirs = Theirs(None)
        for _ in range(repetitions):
            for name, (_, against, _) in FIGURES.items():
                if name == "resident":
                    ours.setdefault(name, []).append(resident())
                    continue
                output = subprocess.run([str(program), name], check=True, capture_output=True, text=True)
                ours.setdefault(name, []).append(json.loads(output.stdout)[name])
                if against:
                    others.setdefault(name, []).append(other(name, against, theirs, floor))
    print(f"execnet {execnet.__version__}, Python {sys.version.split()[0]}")
    print(f"{repetitions} repetitions, minimum / median; ratios are the other's time over ours")
    print(f"{'':16}{'convoke':>22}{'other':>24}{'ratio':>9}  unit, other")
    slow = []
    for name, (unit, against, target) in FIGURES.items():
        left, right = ours[name], others.get(name)
        texts = [f"{min(times):.2f} / {statistics.median(times):.2f}" if times else "" for times in (left, right)]
        ratio = min(right) / min(left) if right else None
        shown = f"{ratio:8.2f}x" if ratio else " " * 9
        print(f"{name:16}{texts[0]:>22}{texts[1]:>24}{shown}  {unit}, {against or 'none'}")
        if target and ratio < target:
            slow.append(f"{name} (want {target}x)")
        if name in LIMITS and min(left) > LIMITS[name]:
            slow.append(f"{name} (want at most {LIMITS[name]} {unit})")
    if slow:
        sys.exit(f"not as it should be: {', '.join(slow)}")


if __name__ == "__main__":
    main()
