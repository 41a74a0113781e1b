#!/usr/bin/env python3
"""Runs `true` 1,000 times here and through one gateway of each kind, in turns.

Usage: .venv/bin/python Benchmarks/processes.py [REPETITIONS]    (after scripts/setup-tests)
"""

import pathlib
import statistics
import subprocess
import sys

from gateways import built

ROOT = pathlib.Path(__file__).resolve().parent.parent
COUNT = 1000
# name: (specification, the least share of the local rate that is good enough)
CASES = {
    "local": ("local", None),
    "Swift worker": ("local//swift=WORKER", 0.6),
    "Python worker": ("popen", None),
}


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    program = built("ProcessBenchmark")
    words = [str(ROOT / "scripts/build-worker")]
    worker = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    slow = []
    for window in (8, COUNT):
        times = {}
        for _ in range(repetitions):
            for name, (spec, _) in CASES.items():
                words = [str(program), spec.replace("WORKER", worker), str(COUNT), str(window)]
                output = subprocess.run(words, check=True, capture_output=True, text=True)
                times.setdefault(name, []).append(float(output.stdout))
        print(f"true {COUNT} times, {window} at a time; {repetitions} repetitions, minimum / median")
        for name, (_, target) in CASES.items():
            share = min(times["local"]) / min(times[name])
            figures = f"{min(times[name]):.3f} / {statistics.median(times[name]):.3f} s"
            print(f"{name:16}{figures:>20}{COUNT / min(times[name]):8.0f}/s{share:8.2f} of local")
            if target and share < target:
                slow.append(f"{name}, {window} at a time (want {target})")
    if slow:
        sys.exit(f"not as it should be: {', '.join(slow)}")


if __name__ == "__main__":
    main()
