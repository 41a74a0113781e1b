#!/usr/bin/env python3
"""Runs `true` on 50 and 200 ssh hosts of the loopback interface, with Convoke and its peers.

Cold: with connections made anew. Warm: over connections that are open already.
Prepare with Benchmarks/setup, with: swift build --configuration release --product convoke
and, for the warm figures of Convoke, with: swift build --configuration release in Benchmarks;
for those of workers in Swift, with: scripts/build-worker convoke-worker.
"""

import argparse
import os
import re
import subprocess
import tempfile

from measure import Case, measure, measure_lines, report, save

HERE = os.path.dirname(os.path.abspath(__file__))
FLEET_SCRIPT = os.path.join(HERE, "../scripts/sshd-fleet")
PYTHON = os.path.join(HERE, ".venv/bin/python")
PEERS = os.path.join(HERE, "peers.py")


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--convoke", default=os.path.join(HERE, "../.build/release/convoke"))
    parser.add_argument(
        "--warm-program", default=os.path.join(HERE, ".build/release/WarmFanout"), help="of Convoke"
    )
    parser.add_argument(
        "--worker",
        default=os.path.join(HERE, "../.build-static/release/convoke-worker"),
        help="of Convoke, in Swift, as scripts/build-worker makes it",
    )
    parser.add_argument("--hosts", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--window", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kex", help="what sshd-fleet offers; its default is curve25519 alone")
    parser.add_argument("--backlog", help="the listen backlog of sshd-fleet; its default is 4096")
    parser.add_argument("--only", help="words, of which one must be in the name of a case")
    parser.add_argument("--json", metavar="FILE")
    return parser.parse_args()


def worker(options):
    return {"CONVOKE_WORKER": os.path.abspath(options.worker)}


def cold_cases(options, folder, count):
    window = str(options.window)
    config, hosts = f"{folder}/ssh_config", f"host-[0001-{count:04}]"
    user = re.search(r"^ *User (\S+)", open(config).read(), re.M)[1]
    clush = os.path.join(HERE, ".venv/bin/clush")
    convoke = [options.convoke, "run", "-w", hosts, "-f", window, "--ssh-config", config, "true"]
    xargs = ["xargs", "-a", f"{folder}/hosts", f"-P{window}", "-I{}"]
    pdsh = ["pdsh", "-R", "ssh", "-S", "-f", window, "-l", user, "-w", f"^{folder}/hosts", "true"]
    return [
        Case("convoke", convoke),
        # The first, uncounted time sends the worker; the others find it in the host's cache.
        Case("convoke, workers", [*convoke[:-1], "--worker", "swift", "true"], worker(options)),
        Case("xargs ssh", [*xargs, "ssh", "-n", "-F", config, "{}", "true"]),
        Case("pdsh", pdsh, {"PDSH_SSH_ARGS": f"-a -x -F {config} -l%u %h"}),
        Case("clush", [clush, "-S", "-f", window, "-w", hosts, "-o", f"-F {config}", "true"]),
        *(
            Case(library, [PYTHON, PEERS, library, folder, window, "0"])
            for library in ("parallel-ssh", "execo", "asyncssh", "mitogen")
        ),
    ]


def warm_cases(options, folder, count):
    window, rounds = str(options.window), str(options.rounds)
    hosts, config = f"host-[0001-{count:04}]", f"{folder}/ssh_config"
    masters = os.path.join(HERE, "masters.py")
    return [
        # The program of ours connects, runs once, and then prints for each round: warm SECONDS
        Case("convoke", [options.warm_program, hosts, config, rounds]),
        Case(
            "convoke, gateways",
            [options.warm_program, hosts, config, rounds],
            {"WORKER": "swift", **worker(options)},
        ),
        Case("xargs ssh, masters", [PYTHON, masters, folder, window, rounds]),
        *(
            Case(library, [PYTHON, PEERS, library, folder, window, rounds])
            for library in ("parallel-ssh", "asyncssh", "mitogen")
        ),
    ]


def usable(options, cases):
    """The chosen cases, without those of Convoke's programs that are not built."""
    if options.only:
        cases = [case for case in cases if any(word in case.name for word in options.only.split())]
    return [case for case in cases if "/" not in case.words[0] or os.path.exists(case.words[0])]


def fleet(count, folder, options):
    words = [FLEET_SCRIPT, "up", str(count), folder, "--until-exit", str(os.getpid())]
    for name, value in (("--kex", options.kex), ("--backlog", options.backlog)):
        if value:
            words += [name, value]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def main():
    options = parse()
    sections = {}
    for count in options.hosts:
        with tempfile.TemporaryDirectory(prefix="fanout-") as folder:
            os.chmod(folder, 0o755)
            fleet(count, f"{folder}/fleet", options)
            try:
                cold = usable(options, cold_cases(options, f"{folder}/fleet", count))
                measure(cold, options.rounds)
                warm = usable(options, warm_cases(options, f"{folder}/fleet", count))
                measure_lines(warm)
            finally:
                subprocess.run([FLEET_SCRIPT, "down", f"{folder}/fleet"], check=True)
        for word, cases, base in (("cold", cold, "xargs ssh"), ("warm", warm, "xargs ssh, masters")):
            title = f"true on {count} hosts, {word}, {options.window} at a time"
            names = [case.name for case in cases]
            report(title, cases, "convoke" if "convoke" in names else base)
            sections[title] = cases
    if options.json:
        save(options.json, sections)


if __name__ == "__main__":
    main()
