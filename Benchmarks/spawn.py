#!/usr/bin/env python3
"""Starts `true` 5,000 times on this machine, 8 at a time, with Convoke and its peers.

Prepare with Benchmarks/setup, and with: swift build --configuration release --product convoke
"""

import argparse
import os
import subprocess
import tempfile

from measure import Case, measure, report, save

HERE = os.path.dirname(os.path.abspath(__file__))


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--convoke", default=os.path.join(HERE, "../.build/release/convoke"))
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--window", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="words, of which one must be in the name of a case")
    parser.add_argument("--json", metavar="FILE")
    return parser.parse_args()


def cases(options, folder):
    count, window = str(options.count), str(options.window)
    loop = os.path.join(folder, "spawn_loop")
    subprocess.run(["cc", "-O2", "-o", loop, os.path.join(HERE, "spawn_loop.c")], check=True)
    clush = os.path.join(HERE, ".venv/bin/clush")
    local = f"local[1-{count}]"
    xargs = f"seq {count} | xargs -P{window} -n1 sh -c 'exec true'"
    plain = f"seq {count} | xargs -P{window} -n1 true"
    every = [
        Case("convoke", [options.convoke, "run", "-w", f"local*{count}", "-f", window, "true"]),
        Case("posix_spawn in C", [loop, count, window, "true"]),
        Case("posix_spawn in C, sh -c", [loop, count, window, "sh", "-c", "true"]),
        Case("xargs, sh -c", ["sh", "-c", xargs]),
        Case("xargs", ["sh", "-c", plain]),
        Case("GNU parallel", ["sh", "-c", f"seq {count} | parallel -j{window} 'true #' {{}}"]),
        Case("clush -R exec", [clush, "-R", "exec", "-f", window, "-w", local, "true"]),
        Case("pdsh -R exec", ["pdsh", "-R", "exec", "-f", window, "-w", local, "true"]),
    ]
    if not os.access(options.convoke, os.X_OK):
        every.pop(0)
    return every


def main():
    options = parse()
    with tempfile.TemporaryDirectory() as folder:
        chosen = cases(options, folder)
        if options.only:
            chosen = [case for case in chosen if any(w in case.name for w in options.only.split())]
        measure(chosen, options.rounds)
    title = f"true {options.count} times on this machine, {options.window} at a time"
    report(title, chosen, "convoke" if chosen[0].name == "convoke" else "posix_spawn in C")
    if options.json:
        save(options.json, {title: chosen})


if __name__ == "__main__":
    main()
