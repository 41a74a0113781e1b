"""Times stores of sweeps against execo's ParamSweeper in the same run.

Usage: Benchmarks/.venv/bin/python Benchmarks/sweeps.py [LARGEST]     (LARGEST: 1000000)

Needs Benchmarks/setup and: swift build -c release --package-path Benchmarks --product SweepBenchmark
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
PROGRAM = HERE / ".build/release/SweepBenchmark"
PROCESSES = 8


def ours(*words):
    """Runs the program; returns its seconds and its peak of memory in MiB."""
    output = subprocess.run(
        [PROGRAM, *map(str, words)], check=True, capture_output=True, text=True
    ).stdout
    facts = dict(line.split(" ", 1) for line in output.splitlines())
    return float(facts["seconds"]), int(facts["peak"]) / 1024


def ours_together(folder, count, batch):
    """The seconds that eight processes take to finish COUNT combinations together."""
    start = time.perf_counter()
    share = str(count // PROCESSES)
    processes = [
        subprocess.Popen([PROGRAM, "work", folder, share, str(batch)], stdout=subprocess.DEVNULL)
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.wait() == 0
    return time.perf_counter() - start


def execo_work(folder, count):
    """Takes and finishes COUNT combinations with ParamSweeper."""
    from execo_engine import ParamSweeper

    sweeper = ParamSweeper(folder)
    for _ in range(count):
        sweeper.done(sweeper.get_next())


def execo(folder, size, count):
    """Seconds to make, to take and finish each of COUNT, and to open a ParamSweeper."""
    from execo_engine import ParamSweeper, sweep

    parameters = {
        "size": list(range(1, size // 100 + 1)),
        "mode": list(range(1, 11)),
        "level": list(range(1, 11)),
    }
    start = time.perf_counter()
    ParamSweeper(folder, sweep(parameters), save_sweeps=True)
    made = time.perf_counter() - start
    start = time.perf_counter()
    ParamSweeper(folder)
    opened = time.perf_counter() - start
    start = time.perf_counter()
    execo_work(folder, count)
    return made, (time.perf_counter() - start) / count, opened


def main():
    """Prints a line for each size."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    sizes = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= largest]
    each = {}
    for size in sizes:
        folder = tempfile.mkdtemp(prefix="sweeps-")
        try:
            made, peak = ours("make", f"{folder}/one", size)
            worked, _ = ours("work", f"{folder}/one", size, 1)
            opened, open_peak = ours("open", f"{folder}/one")
            ours("make", f"{folder}/eight", size)
            together = ours_together(f"{folder}/eight", size, 1)
            each[size] = worked / size
            print(
                f"convoke {size:>9}: make {made / size * 1e6:7.1f} us each ({peak:.0f} MiB), "
                f"take and finish {each[size] * 1e6:7.1f} us each, "
                f"eight processes {together / size * 1e6:7.1f} us each, "
                f"open {opened * 1e3:7.1f} ms ({open_peak:.0f} MiB)"
            )
        finally:
            shutil.rmtree(folder)
    print(f"ratio per operation, {sizes[-1]} to {sizes[0]}: {each[sizes[-1]] / each[sizes[0]]:.2f}")
    for size in [size for size in sizes if size <= 10_000]:
        folder = tempfile.mkdtemp(prefix="sweeps-")
        try:
            made, worked, opened = execo(f"{folder}/execo", size, min(size, 1_000))
            print(
                f"execo   {size:>9}: make {made / size * 1e6:7.1f} us each, "
                f"take and finish {worked * 1e6:7.1f} us each, open {opened * 1e3:7.1f} ms; "
                f"{worked / each[size]:.0f} times ours"
            )
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
