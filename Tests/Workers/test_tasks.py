"""Tasks, channels and errors: what both workers do."""

import struct
import threading
import time

import pytest
from controller import (CLOSE, CLOSE_ERROR, EXEC, LAST_MESSAGE, OUTPUT, PING, PONG, RECONFIGURE,
                        UNKNOWN, WINDOW, BootError, Ref, dumps, frame, hello)  # fmt: skip


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


def test_channels_over_channels(start):
    worker = start()
    source = start.pick(
        """
c = channel.gateway.newchannel()
channel.send({u"new": [c]})
mine = channel.receive()[0]
again = channel.receive()
assert mine is again
mine.send(u"over mine")
c.send([c])
assert c.receive() is c
channel.send(c.id)
c.close(u"enough")
c.close()
""",
        """
const c = channel.gateway.newchannel()
channel.send({new: [c]})
const mine = (await channel.receive())[0], again = await channel.receive()
if (mine !== again) throw new Error('two')
mine.send('over mine')
c.send([c])
if (await c.receive() !== c) throw new Error('other')
channel.send(c.id)
c.close('enough')
c.close()
""",
    )
    channel = worker.execute(source)
    new = worker.channel(channel.receive()["new"][0].id)
    assert new.id % 2 == 0
    mine = worker.channel()
    channel.send((Ref(mine.id),))
    channel.send(Ref(mine.id))
    assert mine.receive() == "over mine"
    assert new.receive() == [Ref(new.id)]
    new.send(Ref(new.id))
    assert channel.receive() == new.id
    assert new.error() == "enough"
    assert channel.all() == []


def test_errors_arrive_as_remote_errors(start):
    worker = start()
    source = start.pick(
        "c = channel.receive()\nchannel.send(1)\ntry: c.receive()\nexcept c.RemoteError as e: channel.send(str(e))\n"
        "try: c.receive()\nexcept EOFError: channel.send(c.isclosed())",
        "const c = await channel.receive(); channel.send(1)\n"
        "try { await c.receive() } catch (e) { channel.send(e instanceof channel.RemoteError && e.message) }\n"
        "try { await c.receive() } catch (e) { channel.send(e instanceof channel.EOFError) }",
    )
    for payload, expected in [(dumps("oops"), "oops"), (dumps(42), "42")]:
        channel, other = worker.execute(source), worker.channel()
        channel.send(Ref(other.id))
        channel.receive()
        worker.write(frame(CLOSE_ERROR, other.id, payload))
        assert channel.receive() == expected
        assert channel.receive() is True


def test_timeouts(start):
    worker = start()
    source = start.pick(
        "try: channel.receive(0.05)\nexcept channel.TimeoutError: channel.send(1)\nchannel.send(channel.receive(5))",
        "try { await channel.receive(0.05) } catch (e) { if (e instanceof channel.TimeoutError) channel.send(1) }\n"
        "channel.send(await channel.receive(5))",
    )
    channel = worker.execute(source)
    assert channel.receive() == 1
    channel.send(2)
    assert channel.all() == [2]


def test_callbacks_are_in_order_and_hold_up_nobody(start):
    worker = start()
    source = start.pick(
        """
import time
c = channel.gateway.newchannel()
seen = []
def callback(item):
    if item == 0: time.sleep(1)
    seen.append(item)
c.setcallback(callback, endmarker=-1)
channel.send(c)
c.waitclose()
channel.send(seen)
""",
        """
const c = channel.gateway.newchannel(), seen = []
c.onmessage = async item => { if (item === 0) await new Promise(r => setTimeout(r, 1000)); seen.push(item) }
c.onclose = () => { seen.push(-1) }
channel.send(c)
await c.waitclose()
channel.send(seen)
""",
    )
    channel = worker.execute(source)
    other = worker.channel(channel.receive().id)
    for number in range(20):
        other.send(number)
    begin = time.monotonic()
    worker.status()
    assert time.monotonic() - begin < 0.7
    other.close()
    assert channel.all() == [[*range(20), -1]]


def test_a_failing_callback_ends_its_channel(start):
    worker = start()
    source = start.pick(
        "c = channel.gateway.newchannel()\nc.setcallback(lambda x: 1/x, endmarker=0)\nchannel.send(c)\nchannel.receive()\n"
        "try: c.waitclose()\nexcept c.RemoteError as e: channel.send('ZeroDiv' in str(e))",
        "const c = channel.gateway.newchannel(); channel.send(c); c.onmessage = x => null.x\nawait channel.receive()\n"
        "try { await c.waitclose() } catch (e) { channel.send(e.message.includes('TypeError')) }",
    )
    channel = worker.execute(source)
    other = worker.channel(channel.receive().id)
    other.send(0)
    assert start.pick("ZeroDivisionError", "TypeError") in other.error()
    channel.send(1)
    assert channel.all() == [True]
    assert worker.execute("channel.send(1)").all() == [1]


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
    busy = start.pick("t = __import__('time').time() + 1.5\nwhile __import__('time').time() < t: pass",
                      "const t = Date.now() + 1500; while (Date.now() < t);")  # fmt: skip
    channel = worker.execute("channel.send(1)\n" + busy)
    channel.receive()
    begin = time.monotonic()
    worker.write(frame(PING, 0, b"abcdefgh"))
    assert worker.others.get(timeout=5) == (PONG, 0, b"abcdefgh")
    assert time.monotonic() - begin < 1


@pytest.mark.parametrize("count", [0, 5])
def test_heartbeat(start, count):
    worker = start(hello=hello(heartbeat=0.2))
    worker.execute(start.pick("channel.receive()", "await channel.receive()"))
    for _ in range(count):
        worker.write(frame(PING, 0, b"abcdefgh"))
        worker.others.get(timeout=5)
        time.sleep(0.3)
    assert worker.process.poll() is None
    begin = time.monotonic()
    assert worker.process.wait(5) == 0
    assert time.monotonic() - begin < 3


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


def test_window_stops_the_sender(start):
    worker = start(hello=hello(window=10_000))
    source = start.pick("for i in range(1000): channel.send(b'x' * 995)",
                        "for (let i = 0; i < 1000; i++) await channel.send(Buffer.alloc(995))")  # fmt: skip
    channel = worker.execute(source)
    time.sleep(1)
    assert channel.items.qsize() == 10
    assert len(channel.all()) == 1000


def test_window_is_granted_when_consumed(start):
    worker = start(hello=hello(), options={"window": 10_000})
    assert worker.hello["window"] == 10_000
    source = start.pick("c = channel.receive()\nc.receive()\nchannel.send(sum(len(x) for x in channel))",
                        "const c = await channel.receive(); await c.receive()\n"
                        "let n = 0; for await (const x of channel) n += x.length; channel.send(n)")  # fmt: skip
    channel, gate = worker.execute(source), worker.channel()
    channel.send(Ref(gate.id))
    sent = []

    def send():
        for _ in range(500):
            channel.send(b"x" * 995)
            sent.append(1)
        worker.write(frame(LAST_MESSAGE, channel.id))

    threading.Thread(target=send).start()
    time.sleep(0.5)
    assert len(sent) <= 11
    gate.send(1)
    assert channel.all() == [995 * 500]


def test_both_send_200_megabytes_at_once(start_some):
    flood(start_some, 200)


def test_node_and_we_send_200_megabytes_at_once(start_node):
    flood(start_node, 200)


def flood(start, megabytes):
    """Neither side reads before it has sent all; the windows hold the memory down."""
    worker = start(hello=hello(window=4 << 20))
    source = start.pick(
        f"""
import threading
done = []
def send():
    for i in range({megabytes}): channel.send(b"x" * 1000000)
    done.append(1)
thread = threading.Thread(target=send)
thread.start()
for i in range({megabytes}): channel.receive()
thread.join()
""",
        f"""
const data = Buffer.alloc(1000000)
const sending = (async () => {{ for (let i = 0; i < {megabytes}; i++) await channel.send(data) }})()
for (let i = 0; i < {megabytes}; i++) await channel.receive()
await sending
""",
    )
    channel = worker.execute(source)
    block = b"y" * 1_000_000
    sender = threading.Thread(target=lambda: [channel.send(block) for _ in range(megabytes)])
    sender.start()
    count = 0
    peak = 0
    while True:
        try:
            channel.receive(60)
        except EOFError:
            break
        count += 1
        if count % 10 == 0:
            peak = max(peak, memory(worker.process.pid))
    sender.join()
    assert count == megabytes
    assert peak < (250 if start.javascript or start.name.startswith("pypy") else 80)


def memory(pid):
    """Resident memory of a process in MiB."""
    with open(f"/proc/{pid}/statm") as statm:
        return int(statm.read().split()[1]) * 4096 >> 20


def test_no_deadlock_without_windows(start_some):
    """As with execnet: the peer writes and does not read; the worker goes on reading."""
    worker = start_some()
    channel = worker.execute("for x in channel: channel.send(x)")
    block = b"x" * 100_000
    for _ in range(200):
        channel.send(block)
    for _ in range(200):
        assert bytes_of(channel.receive()) == block


def bytes_of(value):
    """Python 2 sends its bytes as what may be text."""
    return value.encode("latin-1") if isinstance(value, str) else value


def test_concurrent_sends_keep_frames_whole(start_python):
    worker = start_python()
    source = """
import threading
def send(n):
    for i in range(300): channel.send((n, i, b"x" * (i * 37 % 20000)))
threads = [threading.Thread(target=send, args=(n,)) for n in range(4)]
for t in threads: t.start()
for t in threads: t.join()
"""
    seen = {n: [] for n in range(4)}
    for n, i, data in worker.execute(source).all(60):
        assert bytes_of(data) == b"x" * (i * 37 % 20000)
        seen[n].append(i)
    assert all(items == list(range(300)) for items in seen.values())


def test_fast_sends_then_silence(start_python):
    """Frames that wait for more of them do not wait long."""
    worker = start_python(options={"batch": True})
    channel = worker.execute("import time\nfor i in range(1000): channel.send(i)\nchannel.receive()")
    begin = time.monotonic()
    for i in range(1000):
        assert channel.receive() == i
    assert time.monotonic() - begin < 1
    channel = worker.execute("t = __import__('time').time() + 1\nfor i in range(10): channel.send(i)\nwhile __import__('time').time() < t: pass")
    begin = time.monotonic()
    assert [channel.receive() for _ in range(10)] == list(range(10))
    assert time.monotonic() - begin < 0.5


def test_large_values(start):
    worker = start()
    channel = worker.execute(start.pick("for x in channel: channel.send(x)", "for await (const x of channel) channel.send(x)"))
    for value in (b"x" * 70000, "\xe9" * 3_000_000, b"y" * 30_000_000, [b"z" * 100_000] * 20, list(range(20000))):
        channel.send(value)
        channel.send(1)
        got = channel.receive(60)
        if start.name == "2.7" and isinstance(value, bytes):
            got = bytes_of(got)
        elif start.name == "2.7" and isinstance(value[0], bytes):
            got = [bytes_of(item) for item in got]
        assert got == value
        assert channel.receive() == 1


def test_dropped_channels_are_closed(start_python):
    if start_python.name.startswith("pypy"):
        pytest.skip("collected when it pleases")
    worker = start_python()
    channel = worker.execute("c = channel.gateway.newchannel()\nchannel.send(c)\nchannel.receive()\ndel c\nchannel.receive()")
    other = worker.channel(channel.receive().id)
    channel.send(1)
    other.closed.wait(5)
    assert other.last == CLOSE
    channel.send(1)
    source = "c = channel.gateway.newchannel()\nchannel.send(c)\nc.setcallback(lambda x, s=channel.send: s(x))\ndel c\nchannel.receive()"
    channel = worker.execute(source)
    other = worker.channel(channel.receive().id)
    other.closed.wait(5)
    assert other.last == LAST_MESSAGE
    other.send("still")
    assert channel.receive() == "still"


def test_reconfigure_does_not_close(start):
    worker = start()
    channel = worker.channel()
    worker.write(frame(RECONFIGURE, channel.id, dumps((False, True))))
    worker.status()
    assert channel.items.empty()


def test_files(start_python):
    worker = start_python()
    source = """
w = channel.makefile("w")
w.write(u"a"); w.writelines([u"b", u"c"])
r = channel.makefile("r")
channel.send([r.read(3), r.readline(), list(r)])
"""
    channel = worker.execute(source)
    for part in ("12", "34\n5", "6\n7"):
        channel.send(part)
    worker.write(frame(LAST_MESSAGE, channel.id))
    assert channel.all() == ["a", "b", "c", ["123", "4\n", ["56\n", "7"]]]


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
