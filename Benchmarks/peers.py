#!/usr/bin/env python3
"""Runs `true` on every host of a fleet with a Python library; run it with Benchmarks/.venv.

usage: peers.py LIBRARY FLEET WINDOW ROUNDS

FLEET is the folder of scripts/sshd-fleet. With ROUNDS 0 it connects, runs once and ends. Otherwise
it connects and runs once, then runs ROUNDS times more over the open connections, and prints for
each a line: warm SECONDS, CPU SECONDS.
"""

import asyncio
import re
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor


class Fleet:
    """What a client needs to know of a fleet."""

    def __init__(self, folder, window):
        self.folder, self.window = folder, window
        self.names = open(f"{folder}/hosts").read().split()
        self.addresses = open(f"{folder}/addresses").read().split()
        self.config = f"{folder}/ssh_config"
        self.key = f"{folder}/id_ed25519"
        self.known_hosts = f"{folder}/known_hosts"
        options = open(f"{folder}/ssh_config.addr").read()
        self.user = re.search(r"^ *User (\S+)", options, re.M)[1]
        self.port = int(re.search(r"^ *Port (\d+)", options, re.M)[1])


class Stopwatch:
    """Times one round and prints it."""

    def __enter__(self):
        self.wall, self.cpu = time.monotonic(), cpu_time()

    def __exit__(self, *_):
        print(f"warm {time.monotonic() - self.wall:.5f} {cpu_time() - self.cpu:.5f}")


def cpu_time():
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def expect_all(codes, fleet):
    codes = list(codes)
    if codes != [0] * len(fleet.names):
        sys.exit(f"{len(codes)} answers, of which {sum(code != 0 for code in codes)} are not 0")


def parallel_ssh(fleet, rounds):
    from pssh.clients import ParallelSSHClient

    client = ParallelSSHClient(
        fleet.addresses,
        user=fleet.user,
        port=fleet.port,
        pkey=fleet.key,
        pool_size=fleet.window,
        allow_agent=False,
    )

    def once():
        outputs = client.run_command("true")
        client.join(outputs)
        expect_all((output.exit_code for output in outputs), fleet)

    once()
    for _ in range(rounds):
        with Stopwatch():
            once()


def asyncssh_library(fleet, rounds):
    import asyncssh

    async def main():
        window = asyncio.Semaphore(fleet.window)

        async def connect(address):
            async with window:
                connection = await asyncssh.connect(
                    address,
                    fleet.port,
                    username=fleet.user,
                    client_keys=[fleet.key],
                    known_hosts=fleet.known_hosts,
                    agent_path=None,
                    config=None,
                )
                return connection, (await connection.run("true")).exit_status

        async def again(connection):
            async with window:
                return (await connection.run("true")).exit_status

        answers = await asyncio.gather(*map(connect, fleet.addresses))
        expect_all((code for _, code in answers), fleet)
        for _ in range(rounds):
            with Stopwatch():
                expect_all(await asyncio.gather(*(again(c) for c, _ in answers)), fleet)
        for connection, _ in answers:
            connection.close()

    asyncio.run(main())


def execo(fleet, rounds):
    from execo import Remote
    from execo.config import configuration

    configuration["color_mode"] = False
    ssh = {"ssh_options": ("-F", fleet.config, "-T"), "user": fleet.user}

    # It has no window: every ssh starts at once.
    action = Remote("true", fleet.names, connection_params=ssh).run()
    expect_all((process.exit_code for process in action.processes), fleet)
    if rounds:
        sys.exit("execo keeps no connection open")


def mitogen(fleet, rounds):
    import mitogen.master
    import mitogen.utils

    # The forked children import this module, so the remote call names a function of the library.
    @mitogen.utils.run_with_router
    def main(router):
        def connect(address):
            return router.ssh(
                hostname=address,
                port=fleet.port,
                username=fleet.user,
                identity_file=fleet.key,
                check_host_keys="enforce",
                ssh_args=["-F", f"{fleet.folder}/ssh_config.addr"],
                python_path="/usr/bin/python3",
                connect_timeout=120,
            )

        def once():
            receivers = [context.call_async(subprocess.call, ["true"]) for context in contexts]
            expect_all((receiver.get().unpickle() for receiver in receivers), fleet)

        with ThreadPoolExecutor(fleet.window) as pool:
            contexts = list(pool.map(connect, fleet.addresses))
        once()
        for _ in range(rounds):
            with Stopwatch():
                once()


LIBRARIES = {
    "asyncssh": asyncssh_library,
    "execo": execo,
    "mitogen": mitogen,
    "parallel-ssh": parallel_ssh,
}

if __name__ == "__main__":
    library, folder, window, rounds = sys.argv[1:]
    LIBRARIES[library](Fleet(folder, int(window)), int(rounds))
