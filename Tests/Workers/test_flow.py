"""Windows, large and many messages, both ways at once."""

import threading
import time

from controller import LAST_MESSAGE, Ref, frame, hello


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
