"""Tasks: their source, their surroundings, their end."""

import time

from controller import CLOSE, LAST_MESSAGE, frame


def test_environment(start_python):
    worker = start_python()
    source = "import sys\nchannel.send([__name__, sys.argv, sys.stdin.read(), channel.gateway.id, sys.version_info[0]])"
    name, argv, stdin, id, _ = worker.execute(source).receive()
    assert (name, argv, stdin, id) == ("__channelexec__", ["-c"], "", "test-worker")


def test_prints_do_no_harm(start):
    worker = start()
    source = start.pick(
        "import os, subprocess, sys\nprint('x'); os.write(1, b'y'); subprocess.call(['echo', 'z'])\n"
        "assert os.read(0, 10) == b''\nchannel.send(sys.stdin.readline())",
        "console.log('x'); require('fs').writeSync(1, 'y')\n"
        "require('child_process').spawnSync('echo', ['z'], {stdio: 'inherit'})\n"
        "channel.send(require('fs').readFileSync(0, 'utf8'))",
    )
    assert worker.execute(source).all() == [""]


def test_function_with_arguments(start):
    worker = start()
    source = start.pick(
        "\n\ndef f(channel, a, b=2):\n    channel.send((a, b))\n",
        "function f(channel, {a, b = 2}) { channel.send(channel.Tuple.from([a, b])) }",
    )
    assert worker.execute(source, "f", a=5).all() == [(5, 2)]


def test_errors_have_file_and_line(start):
    worker = start()
    source = start.pick("def f():\n  raise ValueError(u'b\\xfcm')\nf()", "const f = () => {\n throw new Error('b\\u00fcm') }\nf()")
    text = worker.execute(source, name="/some/where.x").error()
    assert "where.x" in text and start.pick("line 2", ":2:") in text and "m" in text
    assert "worker" not in text and "Gateway" not in text
    assert start.pick("line 3", ":3") in worker.execute(start.pick("1\n2\n(", "1\n2\n@")).error()


def test_exits_are_errors(start_python):
    worker = start_python()
    assert "SystemExit" in worker.execute("raise SystemExit(3)").error()
    assert worker.execute("raise KeyboardInterrupt").error() == "keyboard-interrupted"
    assert "EOFError" in worker.execute("raise EOFError('mine')").error()
    channel = worker.execute("channel.send(1)\nchannel.receive()")
    channel.receive()
    worker.write(frame(LAST_MESSAGE, channel.id))
    assert channel.all() == [] and channel.last == CLOSE


def test_a_closed_task_sends_nothing(start):
    worker = start()
    channel = worker.execute(start.pick("channel.send(1)\nfor x in channel: pass\nchannel.send(2)",
                                        "channel.send(1); for await (const x of channel); channel.send(2)"))  # fmt: skip
    channel.receive()
    channel.close()
    assert wait_for(lambda: worker.status() == dict(worker.status(), numexecuting=0, numchannels=0))
    assert channel.items.empty()


def wait_for(condition, timeout=10):
    limit = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.01)
    return True


def test_status_counts(start):
    worker = start()
    channel = worker.execute(start.pick("channel.receive()", "await channel.receive()"))
    status = worker.status()
    assert (status["numchannels"], status["numexecuting"]) == (1, 1)
    channel.send(1)
    channel.all()
    assert worker.status()["numexecuting"] == 0


def test_many_tasks_at_once(start):
    worker = start()
    source = start.pick("channel.send(channel.receive() * 2)", "channel.send(await channel.receive() * 2)")
    channels = [worker.execute(source) for _ in range(30)]
    for number, channel in enumerate(channels):
        channel.send(number)
    assert [channel.all() for channel in channels] == [[2 * n] for n in range(30)]


def test_over_a_socket(start):
    worker = start(over_socket=True)
    channel = worker.execute(start.pick("for x in channel: channel.send(x)", "for await (const x of channel) channel.send(x)"))
    for size in (0, 1000, 1_000_000):
        channel.send("x" * size)
        assert channel.receive() == "x" * size
    channel.close()
    assert worker.finish()[0] == 0


def test_source_with_coding_and_text(start_python):
    worker = start_python()
    assert worker.execute("# -*- coding: latin-1 -*-\nchannel.send(u'\xe9\u20ac')").all() == ["\xe9\u20ac"]


def test_empty_source(start):
    assert start().execute("").all() == []


def test_what_was_sent_survives_a_crash(start_python):
    worker = start_python()
    channel = worker.execute("import os\nfor i in range(1000): channel.send(i)\nos._exit(3)")
    assert channel.all() == list(range(1000))
    assert worker.process.wait(5) == 3
