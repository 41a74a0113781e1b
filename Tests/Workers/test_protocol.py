"""Frames good and bad, HELLO and what follows from it, options."""

import struct
import time

import pytest
from controller import CLOSE, CLOSE_ERROR, EXEC, LAST_MESSAGE, OUTPUT, PING, PONG, RECONFIGURE, STATUS, UNKNOWN, WINDOW, BootError, dumps, frame, hello


def test_bad_frames_are_not_fatal(start):
    worker = start()
    for code in (8, 9, 10, 11, 12, 63, WINDOW, PING, PONG, UNKNOWN, OUTPUT, 100, -5):
        worker.write(frame(code, 0, b"12345678") + frame(code, 99, b""))
    worker.write(struct.pack("!bii", 4, 77, -1) + frame(RECONFIGURE, 0, b"x") + frame(CLOSE_ERROR, 99, b"x"))
    worker.write(frame(LAST_MESSAGE, 99) + frame(CLOSE, 99))
    bad = worker.channel()
    worker.write(frame(EXEC, bad.id, b"junk"))
    assert "LoadError" in bad.error()
    assert worker.execute("channel.send(1)").all() == [1]
    # A side that said no HELLO never sees one of our codes.
    assert worker.others.empty()


def test_unknown_codes_are_answered_after_hello(start):
    worker = start(hello=hello())
    worker.write(frame(8) + frame(100, 5, b"abc") + frame(-5))
    assert [worker.others.get(timeout=10) for _ in range(3)] == [
        (UNKNOWN, 0, bytes([code & 255])) for code in (8, 100, -5)
    ]
    assert worker.execute("channel.send(1)").all() == [1]


def test_hello_and_ping(start):
    worker = start(hello=hello())
    assert worker.hello["version"] == 1 and worker.hello["window"] > 0
    assert set(worker.hello["capabilities"]) == {"window", "heartbeat"}
    # Also while the main thread is busy.
    busy = start.pick("while True: pass", "for (;;);")
    channel = worker.execute("channel.send(1)\n" + busy)
    channel.receive()
    worker.write(frame(PING, 0, b"abcdefgh"))
    assert worker.others.get(timeout=5) == (PONG, 0, b"abcdefgh")


def test_first_item_of_a_busy_task(start):
    worker = start()
    status, channel = worker.channel(), worker.channel()
    source = "channel.send(1)\n" + start.pick("while True: pass", "for (;;);")
    # In one piece: the worker answers the first and runs the second in the same turn.
    code = frame(EXEC, channel.id, dumps((source, None, None, {})))
    worker.write(frame(STATUS, status.id) + code)
    assert status.receive()["numexecuting"] == 0 and channel.receive() == 1


@pytest.mark.parametrize("count", [0, 5])
def test_heartbeat(start, count):
    worker = start(hello=hello(heartbeat=0.2))
    worker.execute(start.pick("channel.receive()", "await channel.receive()"))
    for _ in range(count):
        worker.write(frame(PING, 0, b"abcdefgh"))
        worker.others.get(timeout=5)
        time.sleep(0.3)
    assert worker.process.poll() is None
    assert worker.process.wait(10) == 0


def test_output(start):
    worker = start(hello=hello(), options={"output": True})
    assert "output" in worker.hello["capabilities"]
    source = start.pick(
        "import sys, subprocess\nprint('out')\nsys.stderr.write('err\\n')\nsubprocess.call(['sh', '-c', 'echo child; echo bad >&2'])\n",
        "console.log('out'); console.error('err')",
    )
    worker.execute(source).all()
    assert worker.finish()[0] == 0
    worker.ended.wait(5)
    assert worker.output == start.pick({1: b"out\nchild\n", 2: b"err\nbad\n"}, {1: b"out\n", 2: b"err\n"})


def test_much_output_does_no_harm(start):
    worker = start(hello=hello(), options={"output": True})
    source = start.pick("for i in range(30000): print('x' * 99)", "for (let i = 0; i < 30000; i++) console.log('x'.repeat(99))")
    worker.execute(source).all()
    worker.finish()
    worker.ended.wait(5)
    assert len(worker.output[1]) == 3_000_000


def test_options(start, tmp_path):
    folder = tmp_path / "a" / "b"
    worker = start(options={"chdir": str(folder), "env": {"X_TEST": "1"}, "nice": 1})
    source = start.pick("import os; channel.send([os.getcwd(), os.environ['X_TEST'], os.nice(0)])",
                        "channel.send([process.cwd(), process.env.X_TEST, require('os').getPriority()])")  # fmt: skip
    assert worker.execute(source).all()[0][:2] == [str(folder), "1"]


def test_wrong_options_are_refused(start):
    with pytest.raises(BootError, match="^0.*unknown option nonsense"):
        start(options={"nonsense": 1}, stderr=-3)
