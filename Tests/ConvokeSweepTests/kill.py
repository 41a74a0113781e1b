"""Kills whoever works on a sweep, again and again, and checks that nothing is lost.

Usage: kill.py CONVOKE FOLDER KILLS SEED

Three controllers work on one store. Each time one of them or one of their commands gets SIGKILL; now and
then all of them do, and the end of the write-ahead log is torn off or overwritten, as a power failure would
do. A round ends when everything is done; it is checked, everything is reset, and the next round begins.
Prints one line of JSON.
"""

import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import time

CONTROLLERS = 3
COMBINATIONS = 200
LIMIT = 600


def children(pid):
    """The processes that a process has started."""
    try:
        text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
        # Commands are started by any thread of the controller.
        for task in os.listdir(f"/proc/{pid}/task"):
            text += " " + pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text()
    except OSError:
        return []
    return sorted({int(word) for word in text.split()})


class Chaos:
    """The controllers of one store and what is done to them."""

    def __init__(self, convoke, folder, seed):
        self.convoke = convoke
        self.folder = pathlib.Path(folder)
        self.random = random.Random(seed)
        self.store = self.folder / "sweep.results" / "sweep.sqlite"
        self.log = self.folder / "log"
        self.file = self.folder / "sweep.yaml"
        self.file.write_text(f"parameters:\n  i: {{range: [1, {COMBINATIONS}]}}\n")
        self.controllers = []
        self.counts = {"controllers": 0, "commands": 0, "torn": 0, "rounds": 0, "kills": 0}

    def command(self, *words):
        """The words of a call of convoke."""
        return [self.convoke, "sweep", *words]

    def start(self):
        """Starts a controller."""
        body = f"echo {{i}} >> {self.log}; sleep 0.01"
        words = ["run", str(self.file), "-q", "-j", "2", "--retries", "exit=1000000", "--", body]
        return subprocess.Popen(
            self.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )

    def keep_running(self):
        """Replaces controllers that have ended; says whether one ended by itself."""
        is_over = False
        running = []
        for controller in self.controllers:
            status = controller.poll()
            if status is None:
                running.append(controller)
            elif status >= 0:
                words = controller.stderr.read().decode()
                assert status == 0, f"a controller ended with {status}: {words}"
                is_over = True
        self.controllers = running
        while not is_over and len(self.controllers) < CONTROLLERS:
            self.controllers.append(self.start())
        return is_over

    def kill_all(self):
        """Ends all controllers."""
        for controller in self.controllers:
            controller.kill()
            controller.wait()
            self.counts["kills"] += 1
        self.controllers = []

    def kill_one(self):
        """Kills a controller or one of its commands."""
        controller = self.random.choice(self.controllers)
        commands = children(controller.pid)
        victim = controller.pid
        # The first child is the guard, which ends the commands of a controller that was killed.
        if len(commands) > 1 and self.random.random() < 0.6:
            victim = self.random.choice(commands[1:])
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.counts["kills"] += 1
        self.counts["controllers" if victim == controller.pid else "commands"] += 1

    def tear(self):
        """Kills all and damages the end of the write-ahead log."""
        self.kill_all()
        log = pathlib.Path(f"{self.store}-wal")
        if not log.exists() or log.stat().st_size < 100:
            return
        size = log.stat().st_size
        with open(log, "r+b") as file:
            if self.random.random() < 0.5:
                file.truncate(self.random.randrange(max(32, size - 20_000), size))
            else:
                file.seek(self.random.randrange(max(32, size - 20_000), size))
                file.write(self.random.randbytes(64))
        self.counts["torn"] += 1

    def check_round(self):
        """Checks that everything is done once, and resets it."""
        while self.controllers:
            controller = self.controllers.pop()
            status = controller.wait(timeout=60)
            assert status in (0, -signal.SIGKILL), controller.stderr.read().decode()
        with sqlite3.connect(self.store, timeout=30) as database:
            (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
            assert verdict == "ok", verdict
            states = dict(
                database.execute("SELECT state, count(*) FROM combination GROUP BY state")
            )
            assert states == {"done": COMBINATIONS}, states
            rows = database.execute(
                "SELECT combination, count(*) FROM run WHERE state = 'done' GROUP BY combination"
            ).fetchall()
            assert len(rows) == COMBINATIONS, len(rows)
            assert all(count == 1 for _, count in rows), rows
        database.close()
        executed = {line for line in self.log.read_text().split()}
        missing = {str(i) for i in range(1, COMBINATIONS + 1)} - executed
        assert not missing, f"never executed: {missing}"
        self.counts["rounds"] += 1

    def reset(self):
        """Makes everything wait again."""
        self.log.write_text("")
        subprocess.run(
            self.command("reset", str(self.file), "--state", "done"),
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def run(self, kills):
        """Kills so many times, and lets the last round end in peace."""
        end = time.monotonic() + LIMIT
        next_tear = 50
        while self.counts["kills"] < kills and time.monotonic() < end:
            if self.keep_running():
                self.check_round()
                self.reset()
                continue
            time.sleep(self.random.uniform(0.002, 0.06))
            self.kill_one()
            if self.counts["kills"] >= next_tear:
                next_tear += 50
                self.tear()
        self.kill_all()
        self.controllers = [self.start()]
        self.check_round()


def main():
    """Runs the chaos and prints what was done."""
    convoke, folder, kills, seed = sys.argv[1:]
    chaos = Chaos(convoke, folder, int(seed))
    try:
        chaos.run(int(kills))
    finally:
        chaos.kill_all()
    print(json.dumps(chaos.counts))


if __name__ == "__main__":
    main()
