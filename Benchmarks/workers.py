#!/usr/bin/env python3
"""Times Convoke's Python and JavaScript workers against execnet's own, driven by the same simple client.

Usage: .venv/bin/python Benchmarks/workers.py [REPETITIONS] [PYTHON]     (after scripts/setup-tests)
"""

import pathlib
import statistics
import struct
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Tests/Workers"))
import controller as c
from execnet import gateway_base, gateway_bootstrap

COUNT = 100_000
BLOCK = b"x" * (1 << 20)
BLOCKS = 300


class Raw:
    """Frames in and out of a worker, without queues or threads: the client must not be what is measured."""

    def __init__(self, argv, line, hello):
        import subprocess

        self.process = subprocess.Popen(argv, stdin=-1, stdout=-1)
        self.out, self.inp = self.process.stdin, self.process.stdout
        self.id = 1
        self.out.write(line)
        self.out.flush()
        answer = self.inp.read(1)
        assert answer == b"1", answer
        self.hello = hello
        if hello:  # a window that is never used up
            self.write(c.frame(c.HELLO, 0, c.dumps(c.hello(window=2**31 - 1))))
            assert self.frame()[0] == c.HELLO

    def write(self, data):
        self.out.write(data)
        self.out.flush()

    def frame(self):
        code, id, size = struct.unpack("!bii", self.inp.read(9))
        return code, id, self.inp.read(size)

    def execute(self, source):
        self.id += 2
        self.write(c.frame(c.EXEC, self.id, c.dumps((source, None, None, {}))))
        return self.id

    def until_close(self, id):
        count = 0
        while True:
            code, got, payload = self.frame()
            if code == c.WINDOW:
                continue
            assert got == id, (code, got, payload)
            if code != c.DATA:
                assert code == c.CLOSE, payload
                return count
            count += 1

    def end(self):
        self.write(c.frame(c.TERMINATE))
        self.out.close()
        self.process.wait()


def drain(pipe):
    while pipe.read1(1 << 20):
        pass


PYTHON = {
    "one": "channel.send(1)",
    "count": "n = 0\nfor item in channel:\n n += 1\n if n == %d: break\nchannel.send(n)",
    "give": "for i in range(%d): channel.send(i)",
    "echo": "for i in range(%d): channel.send(channel.receive())",
    "blocks": "d = b'x' * (1 << 20)\nfor i in range(%d): channel.send(d)",
}
NODE = {
    "one": "channel.send(1)",
    "count": "let n = 0; for await (const item of channel) if (++n == %d) break; channel.send(n)",
    "give": "for (let i = 0; i < %d; i++) { const p = channel.send(i); if (p) await p }",
    "echo": "for (let i = 0; i < %d; i++) channel.send(await channel.receive())",
    "blocks": "const d = Buffer.alloc(1 << 20, 120); for (let i = 0; i < %d; i++) await channel.send(d)",
}


def measure(start, programs, repetitions):
    """The figures of one worker: a list for each measurement."""
    figures = {}

    def note(name, value):
        figures.setdefault(name, []).append(value)

    for _ in range(repetitions * 2):
        begin = time.perf_counter()
        worker = start()
        note("start, ms", (time.perf_counter() - begin) * 1e3)
        id = worker.execute(programs["one"])
        worker.until_close(id)
        note("start and one answer, ms", (time.perf_counter() - begin) * 1e3)
        begin = time.perf_counter()
        worker.end()
        note("end, ms", (time.perf_counter() - begin) * 1e3)
    worker = start()
    worker.until_close(worker.execute(programs["one"]))
    time.sleep(0.1)
    for line in pathlib.Path(f"/proc/{worker.process.pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(("Rss", "Pss:")):
            note("idle %s, MiB" % line[:3].upper(), int(line.split()[1]) / 1024)
    for _ in range(repetitions):
        begin = time.perf_counter()
        for _ in range(300):
            worker.until_close(worker.execute(programs["one"]))
        note("execute and answer, us", (time.perf_counter() - begin) / 300 * 1e6)
        id = worker.execute(programs["echo"] % 3000)
        item = c.frame(c.DATA, id, c.dumps(7))
        begin = time.perf_counter()
        for _ in range(3000):
            worker.write(item)
            worker.frame()
        note("echo one by one, us", (time.perf_counter() - begin) / 3000 * 1e6)
        worker.until_close(id)

        id = worker.execute(programs["count"] % COUNT)
        item = c.frame(c.DATA, id, c.dumps(7))
        begin = time.perf_counter()
        writer = threading.Thread(target=write_all, args=(worker, item * 100, COUNT // 100))
        writer.start()
        worker.until_close(id)
        note("small messages in, 1000/s", COUNT / (time.perf_counter() - begin) / 1e3)
        writer.join()

        begin = time.perf_counter()
        got = worker.until_close_fast(worker.execute(programs["give"] % COUNT), COUNT * 15 + 9)
        note("small messages out, 1000/s", COUNT / (time.perf_counter() - begin) / 1e3)

        id = worker.execute(programs["echo"] % COUNT)
        item = c.frame(c.DATA, id, c.dumps(7))
        begin = time.perf_counter()
        writer = threading.Thread(target=write_all, args=(worker, item * 100, COUNT // 100))
        writer.start()
        worker.until_close_fast(id, COUNT * 15 + 9)
        note("small messages there and back, 1000/s", COUNT / (time.perf_counter() - begin) / 1e3)
        writer.join()

        id = worker.execute(programs["count"] % BLOCKS)
        item = c.frame(c.DATA, id, c.dumps(BLOCK))
        begin = time.perf_counter()
        for _ in range(BLOCKS):
            worker.write(item)
        worker.until_close(id)
        note("1 MiB messages in, MiB/s", BLOCKS / (time.perf_counter() - begin))
        begin = time.perf_counter()
        worker.until_close_fast(worker.execute(programs["blocks"] % BLOCKS), BLOCKS * (len(item)) + 9)
        note("1 MiB messages out, MiB/s", BLOCKS / (time.perf_counter() - begin))
    worker.end()
    return figures


def until_close_fast(worker, id, size):
    """Reads that many bytes, less what window frames bring in addition."""
    got = 0
    while got < size:
        data = worker.inp.read1(1 << 20)
        assert data
        got += len(data)
    while got > size:  # grants, 13 bytes each
        size += 13


Raw.until_close_fast = until_close_fast


def write_all(worker, data, times):
    for _ in range(times):
        worker.write(data)


def execnet_line():
    source = c.gateway_base.__file__
    return (repr("\n".join([
        pathlib.Path(source).read_text(),
        "execmodel = get_execmodel('thread')",
        "io = init_popen_io(execmodel)",
        "io.write('1'.encode('ascii'))",
        "serve(io, id='x-worker')",
    ])) + "\n").encode()


def main():
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    python = sys.argv[2] if len(sys.argv) > 2 else sys.executable
    boot = [python, "-u", "-c", c.PYTHON_BOOT]
    call = 'serve(stdio(), id=u"x-worker")'
    theirs, ours = execnet_line(), c.embed.python_line(call)
    batch = c.embed.python_line('serve(stdio(), id=u"x-worker", options={"batch": True})')
    starters = {
        "execnet": (lambda: Raw(boot, theirs, False), PYTHON),
        "Python": (lambda: Raw(boot, ours, False), PYTHON),
        "with HELLO": (lambda: Raw(boot, ours, True), PYTHON),
        "batch": (lambda: Raw(boot, batch, True), PYTHON),
    }
    script = c.embed.javascript_line("serve({})")
    starters["JavaScript"] = (lambda: Raw([*c.NODE_COMMAND, "node"], script, False), NODE)
    # One worker after the other, again and again, so that a noisy moment hits them all.
    figures = {name: {} for name in starters}
    for _ in range(repetitions):
        for name, (start, programs) in starters.items():
            for key, values in measure(start, programs, 1).items():
                figures[name].setdefault(key, []).extend(values)
    print(f"medians of {repetitions} (start: {repetitions * 2})")
    print(f"{'':40}" + "".join(f"{name:>14}" for name in starters))
    for key in figures["execnet"]:
        row = [statistics.median(figures[name][key]) for name in starters]
        print(f"{key:40}" + "".join(f"{value:14.1f}" for value in row))


if __name__ == "__main__":
    main()
