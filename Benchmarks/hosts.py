"""Times host sets against the NodeSet of ClusterShell, on the same inputs in the same run.

Usage: python3 Benchmarks/hosts.py [REPETITIONS]     (needs: pip install ClusterShell)
"""

import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

import ClusterShell
from ClusterShell.NodeSet import NodeSet, expand, fold

HERE = pathlib.Path(__file__).parent
COUNT = 100_000


def inputs(folder):
    """Writes the inputs that both programs read, and returns them."""
    generator = random.Random(20_26)
    names = [f"node{number}" for number in range(1, COUNT + 1)]
    shuffled = names[:]
    generator.shuffle(shuffled)
    irregular = set()
    while len(irregular) < 1000:
        rack, chassis, node = (generator.randrange(40) for _ in range(3))
        irregular.add(f"r{rack}c{chassis}n{node}")
    texts = {
        "list": ",".join(names),
        "shuffled": ",".join(shuffled),
        "folded": f"node[1-{COUNT}]",
        "irregular": ",".join(sorted(irregular)),
    }
    for name, text in texts.items():
        (pathlib.Path(folder) / f"{name}.txt").write_text(text)
    return texts


def measure(work, repetitions):
    """Returns the milliseconds that each repetition takes."""
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def clustershell(texts, repetitions):
    """The same measurements as those of HostSetBenchmark.swift."""
    parsed = NodeSet(texts["list"])
    return {
        "parse": measure(lambda: NodeSet(texts["list"]), repetitions),
        "parse shuffled": measure(lambda: NodeSet(texts["shuffled"]), repetitions),
        "expand": measure(lambda: expand(texts["folded"]), repetitions),
        "fold": measure(lambda: fold(texts["list"]), repetitions),
        "fold a parsed set": measure(lambda: str(parsed), repetitions),
        "fold irregular": measure(lambda: fold(texts["irregular"]), repetitions),
        "terms": [fold(texts["irregular"]).count("r")],
    }


def convoke(folder, repetitions):
    """Builds our benchmark for release and runs it."""
    build = ["swift", "build", "-c", "release", "--package-path", str(HERE)]
    subprocess.run(build + ["--product", "HostSetBenchmark"], check=True, stdout=sys.stderr)
    place = subprocess.run(build + ["--show-bin-path"], check=True, capture_output=True, text=True)
    program = pathlib.Path(place.stdout.strip()) / "HostSetBenchmark"
    run = [str(program), folder, str(repetitions)]
    return json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        texts = inputs(folder)
        ours = convoke(folder, repetitions)
        theirs = clustershell(texts, repetitions)
    print(f"{COUNT} names, {repetitions} repetitions, milliseconds as min / median")
    print(f"ClusterShell {ClusterShell.__version__}, Python {sys.version.split()[0]}")
    print(f"{'':20}{'convoke':>20}{'ClusterShell':>22}{'ratio of medians':>20}")
    slow = []
    for name, times in theirs.items():
        if name == "terms":
            continue
        mine, other = statistics.median(ours[name]), statistics.median(times)
        left = f"{min(ours[name]):.2f} / {mine:.2f}"
        right = f"{min(times):.1f} / {other:.1f}"
        print(f"{name:20}{left:>20}{right:>22}{other / mine:>19.1f}x")
        if other < 10 * mine:
            slow.append(name)
    print(f"terms of the folded irregular set: {ours['terms'][0]:.0f}, ClusterShell {theirs['terms'][0]}")
    if slow:
        sys.exit(f"less than 10 times as fast: {', '.join(slow)}")


if __name__ == "__main__":
    main()
