"""Times copies of directories against execnet's RSync, in the same run and in turns.

Usage: .venv/bin/python Benchmarks/sync.py [REPETITIONS] [FOLDER]    (after scripts/setup-tests)

A thousand files of 1 KiB and one of 200 MB go to one and to eight workers on this machine, into
fresh directories and then once more unchanged. The time is that of the copy alone, without the
start of the workers; the memory is the peak of the controller, a process of its own each time.
What was copied is compared with the source. FOLDER holds it all (default: that of temporary files).
"""

import filecmp
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import execnet

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = ("1000 x 1 KiB", "1 x 200 MB")
TARGETS = (1, 8)
FIGURES = (("fresh", "s"), ("unchanged", "s"), ("memory", "MiB"))


def peak_memory():
    """The most resident memory that this process has had, in MiB."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024


def measure_theirs(python, source, *destinations):
    """The same measurement as that of SyncBenchmark.swift."""
    group = execnet.Group([f"popen//python={python}"] * len(destinations))
    group.remote_exec("channel.send(1)").receive_each()

    def copy():
        sync = execnet.RSync(source, verbose=False)
        for gateway, destination in zip(group, destinations):
            sync.add_target(gateway, destination)
        begin = time.perf_counter()
        sync.send()
        return time.perf_counter() - begin

    figures = {"fresh": copy(), "unchanged": copy(), "memory": peak_memory()}
    group.terminate(5)
    print(json.dumps(figures))


def make_sources(folder):
    """The directories to copy, by name."""
    chance = random.Random(1)
    small, large = folder / "small", folder / "large"
    for directory in range(10):
        place = small / f"directory {directory}"
        place.mkdir(parents=True)
        for number in range(100):
            (place / f"file {number}").write_bytes(chance.randbytes(1024))
    large.mkdir()
    with open(large / "file", "wb") as file:
        for _ in range(200):
            file.write(chance.randbytes(1_000_000))
    return dict(zip(SOURCES, (small, large)))


def check(source, destination):
    """Compares a copy with its source."""
    names = [str(path.relative_to(source)) for path in source.rglob("*") if path.is_file()]
    _, different, missing = filecmp.cmpfiles(source, destination, names, shallow=False)
    if different or missing:
        sys.exit(f"the copy differs: {(different + missing)[:5]}")


def run(command, source, count, folder):
    """One measurement of one controller."""
    destinations = [folder / f"target {number}" for number in range(count)]
    os.sync()  # what others have written does not wait for us
    words = [*command, sys.executable, str(source), *map(str, destinations)]
    output = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    for destination in destinations:
        check(source, destination)
        shutil.rmtree(destination)
    return json.loads(output)


def build():
    """Builds our benchmark for release."""
    build = ["swift", "build", "-c", "release", "--package-path", str(HERE)]
    subprocess.run(build + ["--product", "SyncBenchmark"], check=True, stdout=sys.stderr)
    place = subprocess.run(build + ["--show-bin-path"], check=True, capture_output=True, text=True)
    return pathlib.Path(place.stdout.strip()) / "SyncBenchmark"


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    program = build()
    controllers = {
        "convoke": [str(program)],
        "execnet": [sys.executable, __file__, "--execnet"],
    }
    results = {}
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as name:
        folder = pathlib.Path(name)
        sources = make_sources(folder)
        cases = [(source, count) for source in SOURCES for count in TARGETS]
        for _ in range(repetitions):
            for case in cases:
                for controller, command in controllers.items():
                    figures = run(command, sources[case[0]], case[1], folder)
                    for figure, value in figures.items():
                        results.setdefault((case, figure, controller), []).append(value)
    print(f"execnet {execnet.__version__}, Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    print(f"{repetitions} repetitions, minimum / median; ratios are execnet's figure over ours")
    print(f"{'':32}{'convoke':>18}{'execnet':>18}{'ratio':>9}  unit")
    for case in cases:
        for figure, unit in FIGURES:
            left, right = (results[case, figure, controller] for controller in controllers)
            # The least of several: what else the machine does only makes it more.
            ratio = min(right) / min(left)
            texts = [f"{min(each):.3f} / {statistics.median(each):.3f}" for each in (left, right)]
            label = f"{case[0]} to {case[1]}, {figure}"
            print(f"{label:32}{texts[0]:>18}{texts[1]:>18}{ratio:>8.1f}x  {unit}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--execnet"]:
        measure_theirs(*sys.argv[2:])
    else:
        main()
