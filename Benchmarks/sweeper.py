#!/usr/bin/env python3
"""Times execo's ParamSweeper as SweepBenchmark times a store; run it with Benchmarks/.venv.

usage: sweeper.py make FOLDER COUNT | open FOLDER | work FOLDER COUNT BATCH

`work` prints `ready` and waits for a line; then it takes and finishes COUNT combinations, BATCH at a
time, and prints the times of beginning and end. Each prints seconds, those of the processor in all, and
the peak of its memory in kilobytes.
"""

import resource
import sys
import time

from execo_engine import ParamSweeper, sweep


def make(folder, count):
    parameters = {
        "size": list(range(1, max(1, count // 100) + 1)),
        "mode": list(range(1, 11)),
        "level": list(range(1, 11)),
    }
    ParamSweeper(folder, sweep(parameters), save_sweeps=True)


def work(sweeper, count, batch):
    while count > 0:
        if batch == 1:
            combination = sweeper.get_next()
            if not combination:
                return
            sweeper.done(combination)
        else:
            combinations = sweeper.get_next_batch(min(batch, count))
            if not combinations:
                return
            sweeper.done_batch(combinations)
        count -= batch


def main():
    verb, folder, *numbers = sys.argv[1:]
    start = time.perf_counter()
    if verb == "make":
        make(folder, int(numbers[0]))
    else:
        sweeper = ParamSweeper(folder)
    if verb == "open":
        print(sweeper)
    if verb == "work":
        print("ready", flush=True)
        sys.stdin.readline()
        start = time.perf_counter()
        print("began", time.monotonic())
        work(sweeper, *map(int, numbers))
        print("ended", time.monotonic())
    print("seconds", time.perf_counter() - start)
    print("processor", time.process_time())
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main()
