#!/usr/bin/env python3
"""Times `xargs -P ssh` over ControlMaster connections that are open already.

usage: masters.py FLEET WINDOW ROUNDS

Prints for each round a line: warm SECONDS, CPU SECONDS (without the masters' share).
"""

import subprocess
import sys
import tempfile

from peers import Fleet, Stopwatch


def main(folder, window, rounds):
    fleet = Fleet(folder, int(window))
    with tempfile.TemporaryDirectory(prefix="masters-") as sockets:
        shared = ["-F", fleet.config, "-o", f"ControlPath={sockets}/%n"]

        def everywhere(*words):
            xargs = ["xargs", f"-P{window}", "-I{}", "ssh", "-n", *shared, *words]
            names = "\n".join(fleet.names)
            subprocess.run(xargs, input=names, text=True, check=True, stderr=subprocess.DEVNULL)

        try:
            everywhere("-fNM", "{}")
            everywhere("{}", "true")
            for _ in range(int(rounds)):
                with Stopwatch():
                    everywhere("{}", "true")
        finally:
            everywhere("-O", "exit", "{}")


if __name__ == "__main__":
    main(*sys.argv[1:])
