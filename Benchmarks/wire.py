"""Times the serializer against execnet's, on the same values in the same run.

Usage: .venv/bin/python Benchmarks/wire.py [REPETITIONS]     (needs: pip install execnet)
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import execnet

HERE = pathlib.Path(__file__).parent
BYTES = 64 << 20
TURNS = 5


def values():
    """The values that both programs read and write."""
    test = {
        "nodeid": "tests/unit/test_scheduler.py::TestQueue::test_order[fifo]",
        "location": ("tests/unit/test_scheduler.py", 117, "TestQueue.test_order[fifo]"),
        "keywords": {"test_order": 1, "parametrize": 1, "TestQueue": 1, "slow": True},
        "outcome": "passed",
        "longrepr": None,
        "when": "call",
        "sections": [("Captured stdout call", "one line of output\n" * 3)],
        "duration": 0.00123,
        "start": 1700000000.25,
        "worker": "gw3",
    }
    rows = [
        {"id": index, "xy": (index * 0.5, -index), "ok": index % 2 == 0, "tags": ["a", "b"]}
        for index in range(12)
    ]
    return {
        # Numbers and short texts, 1.7 kB.
        "nested": {"name": "sweep", "rows": rows, "shape": (3, 4), "next": None, "total": 2**40},
        # What a test runner sends, mostly text.
        "report": {
            "event": "testreport",
            "reports": [test, dict(test, when="setup", outcome="skipped")],
            "indices": list(range(20)),
            "durations": [0.5, 1.25, 2.0, float("inf")],
            "raw": b"\x00\x01\x02\xff" * 8,
            "tags": {"a", "b"},
            "total": 2**40,
        },
        "ints": list(range(100_000)),
        "floats": [number / 7 for number in range(100_000)],
        "strings": [f"node{number}" for number in range(100_000)],
        "bytes": bytes(BYTES),
        "small": 42,
    }


def measure(work, rounds, repetitions):
    """Returns the seconds that one round takes in each repetition."""
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        for _ in range(rounds):
            work()
        times.append((time.perf_counter() - start) / rounds)
    return times


def theirs(dumps, repetitions):
    """The same measurements as those of WireBenchmark.swift."""
    times = {}
    for name, dump in dumps.items():
        value = execnet.loads(dump)
        rounds = max(1, min(20_000, 300_000 // len(dump)))
        times[name] = {
            "encode": measure(lambda: execnet.dumps(value), rounds, repetitions),
            "decode": measure(lambda: execnet.loads(dump), rounds, repetitions),
        }
    return times


def built():
    """Builds our benchmark for release, and says where it is."""
    build = ["swift", "build", "-c", "release", "--package-path", str(HERE)]
    subprocess.run(build + ["--product", "WireBenchmark"], check=True, stdout=sys.stderr)
    place = subprocess.run(build + ["--show-bin-path"], check=True, capture_output=True, text=True)
    return pathlib.Path(place.stdout.strip()) / "WireBenchmark"


def ours(program, folder, repetitions):
    """Runs our benchmark."""
    run = [str(program), folder, str(repetitions)]
    return json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


def add(times, more):
    """Adds the seconds of more repetitions."""
    for name, acts in more.items():
        for act, seconds in acts.items():
            times.setdefault(name, {}).setdefault(act, []).extend(seconds)


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    dumps = {name: execnet.dumps(value) for name, value in values().items()}
    program = built()
    mine, other = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for name, dump in dumps.items():
            (pathlib.Path(folder) / f"{name}.dump").write_bytes(dump)
        # In turns, so that a noisy moment hits both.
        for _ in range(TURNS):
            add(mine, ours(program, folder, repetitions))
            add(other, theirs(dumps, repetitions))
    print(f"{TURNS} times {repetitions} repetitions, microseconds as min / median; ratios are of minima")
    print(f"execnet {execnet.__version__}, Python {sys.version.split()[0]}")
    print(f"{'':16}{'bytes':>10}{'convoke':>22}{'execnet':>24}{'ratio':>9}{'memcpy':>9}")
    slow = []
    for name, dump in dumps.items():
        for act in ("encode", "decode"):
            left, right = mine[name][act], other[name][act]
            # The fastest of several: what else the machine does only makes it slower.
            ratio = min(right) / min(left)
            copy = min(mine[name]["memcpy"]) / min(left)
            texts = [
                f"{min(times) * 1e6:.2f} / {statistics.median(times) * 1e6:.2f}"
                for times in (left, right)
            ]
            print(
                f"{name + ' ' + act:16}{len(dump):>10}{texts[0]:>22}{texts[1]:>24}"
                f"{ratio:>8.1f}x{copy:>8.3f}x"
            )
            if name in ("nested", "report", "ints") and ratio < 20 or name == "bytes" and copy < 0.5:
                slow.append(f"{name} {act}")
    if slow:
        sys.exit(f"slower than it should be: {', '.join(slow)}")


if __name__ == "__main__":
    main()
