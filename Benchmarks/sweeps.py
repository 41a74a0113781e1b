#!/usr/bin/env python3
"""Times sweeps: stores against execo's ParamSweeper, executions against GNU parallel with a joblog.

Prepare with Benchmarks/setup, and with:
  swift build -c release --package-path Benchmarks --product SweepBenchmark
  swift build -c release --static-swift-stdlib --product convoke
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile

from measure import Case, report, run_once

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = {
    "convoke": [HERE / ".build/release/SweepBenchmark"],
    "execo": [HERE / ".venv/bin/python", HERE / "sweeper.py"],
}
SIZES = (1_000, 10_000, 100_000, 1_000_000)
BATCH = 100
PROCESSES = 8


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--convoke", type=os.path.abspath, default=HERE / "../.build/release/convoke")
    parser.add_argument("--largest", type=int, default=1_000_000, help="the largest sweep")
    parser.add_argument("--execo", type=int, default=10_000, help="the largest sweep for execo")
    parser.add_argument("--rounds", type=int, default=3, help="for sweeps of up to 10,000")
    parser.add_argument("--count", type=int, default=5_000, help="the executions; 0 for none")
    return parser.parse_args()


def facts(output):
    """The lines of a program as numbers by their names."""
    lines = (line.split(" ") for line in output.splitlines())
    return {words[0]: float(words[1]) for words in lines if len(words) == 2}


def call(program, *words):
    """Seconds, those of the processor, and peak of memory in MiB of one process."""
    command = [*PROGRAMS[program], *map(str, words)]
    done = subprocess.run(command, check=True, input="\n", capture_output=True, text=True)
    said = facts(done.stdout)
    return said["seconds"], said["processor"], said["peak"] / 1024


def together(program, folder, count, batch):
    """Seconds that eight processes take, from the first beginning to the last end."""
    words = ["work", folder, str(count // PROCESSES), str(batch)]
    processes = [
        subprocess.Popen(
            [*PROGRAMS[program], *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    said = [facts(process.communicate()[0]) for process in processes]
    assert not any(process.returncode for process in processes)
    return max(each["ended"] for each in said) - min(each["began"] for each in said)


def round_of(program, size):
    """One measurement of everything, in microseconds for each combination, milliseconds and MiB."""
    figures = {}
    each = 1e6 / size
    with tempfile.TemporaryDirectory(prefix="sweeps-") as folder:
        seconds, _, figures["MiB to make"] = call(program, "make", f"{folder}/new", size)
        figures["make"] = seconds * each
        for name in ("single", "batch", "eight", "eight batch"):
            shutil.copytree(f"{folder}/new", f"{folder}/{name}")
        seconds, _, figures["MiB open"] = call(program, "open", f"{folder}/new")
        figures["ms open"] = seconds * 1e3
        words = ("work", f"{folder}/single", size, 1)
        seconds, processor, figures["MiB to work"] = call(program, *words)
        figures["single"], figures["single cpu"] = seconds * each, processor * each
        seconds, processor, _ = call(program, "work", f"{folder}/batch", size, BATCH)
        figures["batch"], figures["batch cpu"] = seconds * each, processor * each
        figures["eight"] = together(program, f"{folder}/eight", size, 1) * each
        figures["eight batch"] = together(program, f"{folder}/eight batch", size, BATCH) * each
    return figures


def stores(options):
    """Measures stores of all sizes, in turns with execo; {(program, size): {name: median}}."""
    medians = {}
    for size in [size for size in SIZES if size <= options.largest]:
        programs = [name for name in PROGRAMS if name == "convoke" or size <= options.execo]
        rounds = {name: [] for name in programs}
        for _ in range(options.rounds if size <= 10_000 else 1):
            for name in programs:
                rounds[name].append(round_of(name, size))
        for name, figures in rounds.items():
            medians[name, size] = {
                key: statistics.median(each[key] for each in figures) for key in figures[0]
            }
            show(name, size, medians[name, size])
    return medians


def show(program, size, figures):
    print(
        f"{program:8}{size:>9}: make {figures['make']:7.1f}, "
        f"take and finish {figures['single']:7.1f} (cpu {figures['single cpu']:.1f}), "
        f"in hundreds {figures['batch']:6.1f} (cpu {figures['batch cpu']:.1f}), "
        f"eight processes {figures['eight']:7.1f}, in hundreds {figures['eight batch']:6.1f} "
        f"us each; open {figures['ms open']:.0f} ms; "
        f"MiB: make {figures['MiB to make']:.0f}, open {figures['MiB open']:.0f}, "
        f"work {figures['MiB to work']:.0f}",
        flush=True,
    )


def compare(medians):
    """Prints the ratios that the goals are about."""
    sizes = [size for name, size in medians if name == "convoke"]
    for size in sizes:
        ours = medians["convoke", size]
        theirs = medians.get(("execo", size))
        if theirs:
            print(
                f"{size}: execo one at a time needs {theirs['single'] / ours['single']:.0f} times "
                f"as long as convoke one at a time, {theirs['single'] / ours['batch']:.0f} times "
                f"as long as convoke in hundreds; both in hundreds, "
                f"{theirs['batch'] / ours['batch']:.0f} times"
            )
        print(
            f"{size}: one process needs {ours['single'] / ours['eight']:.2f} times as long as "
            f"eight, in hundreds {ours['batch'] / ours['eight batch']:.2f} times"
        )
    first, last = medians["convoke", sizes[0]], medians["convoke", sizes[-1]]
    ratios = ", ".join(f"{key} {last[key] / first[key]:.2f}" for key in ("make", "single", "batch"))
    print(f"for each combination, {sizes[-1]} to {sizes[0]}: {ratios}")


def executions(options):
    """Executes `true`, afresh and again when all is done, and again when half is done."""
    slots = str(os.cpu_count())
    with tempfile.TemporaryDirectory(prefix="sweeps-") as folder:
        half, count = options.count // 2, options.count
        for name, last in (("half", half), ("whole", count)):
            text = f"parameters: {{i: {{range: [1, {last}]}}}}\n"
            pathlib.Path(f"{folder}/{name}.yaml").write_text(text)
        run = f"{options.convoke} sweep run --quiet --results none -j {slots}"
        ours = f"{run} --store {folder}/store whole.yaml -- true"
        part = f"{run} --store {folder}/store half.yaml -- true"
        theirs = f"seq {count} | parallel -j{slots} --joblog log --resume 'true #' {{}}"
        first = f"seq {half} | parallel -j{slots} --joblog log 'true #' {{}}"
        for title, before in (
            (f"true {count} times, {slots} at a time", ("rm -rf store", "rm -f log")),
            ("again, when all is done", ("true", "true")),
            ("again, when half is done", (f"rm -rf store; {part}", f"rm -f log; {first}")),
        ):
            cases = [
                Case("convoke sweep run", ["sh", "-c", f"cd {folder}; {ours}"]),
                Case("parallel --joblog --resume", ["sh", "-c", f"cd {folder}; {theirs}"]),
            ]
            for _ in range(options.rounds):
                for case, words in zip(cases, before):
                    subprocess.run(
                        f"cd {folder}; {words}", shell=True, check=True, stdout=subprocess.DEVNULL
                    )
                    case.samples.append(run_once(case))
            report(title, cases, "parallel --joblog --resume")


def main():
    options = parse()
    compare(stores(options))
    if options.count:
        executions(options)


if __name__ == "__main__":
    main()
