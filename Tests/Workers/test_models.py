"""The execution models of the Python worker."""

import pytest
from controller import BootError, Ref, dumps, frame, hello, settles


def test_thread(start_python):
    worker = start_python("thread")
    ident = "import threading\nchannel.send(threading.current_thread() is getattr(threading, '_main_thread', None) or threading.current_thread().name)\nchannel.receive()"
    first, second = worker.execute(ident), worker.execute(ident)
    assert first.receive() in (True, "MainThread")
    assert second.receive() not in (True, "MainThread")
    first.send(1)
    first.all()
    third = worker.execute(ident)
    assert third.receive() in (True, "MainThread")


def test_main_thread_only(start_python):
    worker = start_python("main_thread_only")
    first = worker.execute("channel.send(1)\nchannel.receive()\nraise ValueError(5)")
    first.receive()
    second = worker.execute("pass")
    assert second.error() == "concurrent remote_exec would cause deadlock for main_thread_only execmodel"
    assert worker.status()["execmodel"] == "main_thread_only"
    first.send(1)
    assert "ValueError" in first.error()
    for _ in range(50):  # at once, also after a failure
        assert "ValueError" in worker.execute("raise ValueError(6)").error()


def test_execmodel_face(start_python):
    worker = start_python()
    source = """
m = channel.gateway.execmodel
e = m.Event(); lock = m.RLock()
with lock:
    m.start(e.set)
e.wait(5)
q = m.queue.Queue(); q.put(1)
m.sleep(0); m.Lock(); m.fdopen; m.subprocess; m.socket; m.get_ident()
channel.send([m.backend, e.is_set(), q.get()])
"""
    assert worker.execute(source).all() == [["thread", True, 1]]


@pytest.mark.parametrize("model", ("gevent", "eventlet", "asyncio", "nonsense"))
def test_missing_models_are_refused(start_python, model):
    if model == "asyncio" and start_python.name != "2.7":
        pytest.skip("is there")
    if model != "nonsense" and start_python().execute("try: import %s; channel.send(1)\nexcept ImportError: pass" % model).all():
        pytest.skip("is installed")
    with pytest.raises(BootError, match="^0.*%s" % model):
        start_python(model, stderr=-3)


@pytest.mark.parametrize("model", ("gevent", "eventlet"))
@pytest.mark.parametrize("extended", (False, True))
def test_greenlets(start_venv, model, extended):
    worker = start_venv(model, hello=hello(window=5000) if extended else None, options={"grace": 1.0, "interrupt": 0.5})
    source = """
import threading
m = channel.gateway.execmodel
e = m.Event()
m.start(e.set)
e.wait(5)
channel.send([m.backend, threading.current_thread() is threading.main_thread()])
n = channel.receive()
for i in range(n): channel.send(b"x" * 500)
try: channel.receive(0.05)
except channel.TimeoutError: channel.send("late")
"""
    channels = [worker.execute(source) for _ in range(5)]
    for channel in channels:
        assert channel.receive() == [model, True]
        assert worker.status()["numexecuting"] == 5
    for channel in channels:
        channel.send(50)
    for channel in channels:
        assert channel.all() == [b"x" * 500] * 50 + ["late"]
    assert "ZeroDivisionError" in worker.execute("1/0").error()
    blocked = worker.execute("channel.receive()")
    assert worker.status()["numexecuting"] == 1
    assert worker.finish()[0] == 0
    assert blocked.all() == []


@pytest.mark.parametrize("model", ("gevent", "eventlet"))
@pytest.mark.parametrize("source", ("while True: pass", "m = channel.gateway.execmodel\nwhile True: m.sleep(0.01)"))
def test_greenlets_end(start_venv, model, source):
    worker = start_venv(model, options={"grace": 1.0, "interrupt": 0.5})
    worker.execute("channel.send(1)\n" + source).receive()
    worker.finish()


def test_asyncio(start_modern):
    worker = start_modern("asyncio")
    assert worker.status()["execmodel"] == "asyncio"
    source = '''
import asyncio
text = """a
b"""
async def double(x):
    await asyncio.sleep(0.01)
    return 2 * x
async for item in channel:
    await channel.send([await double(item), text])
'''
    channels = [worker.execute(source) for _ in range(5)]
    for number, channel in enumerate(channels):
        channel.send(number)
    for number, channel in enumerate(channels):
        assert channel.receive() == [2 * number, "a\nb"]
        channel.close()
    function = "async def f(channel, n):\n    await channel.send(n + await channel.receive())\n"
    channel = worker.execute(function, "f", n=5)
    channel.send(6)
    assert channel.all() == [11]
    assert worker.execute("channel.send(1)").all() == [1]
    assert worker.execute("def f(channel, n): channel.send(n)", "f", n=3).all() == [3]


def test_asyncio_errors(start_modern):
    worker = start_modern("asyncio")
    text = worker.execute("import asyncio\nawait asyncio.sleep(0)\n1/0", name="x.py").error()
    assert 'x.py", line 3' in text and "ZeroDivisionError" in text
    assert 'line 2' in worker.execute("\n1/0").error()
    assert "SystemExit" in worker.execute("import asyncio\nawait asyncio.sleep(0)\nraise SystemExit(1)").error()
    assert "SyntaxError" in worker.execute("1 +").error()
    source = """
try: await channel.receive(0.05)
except channel.TimeoutError: channel.send("late")
c = channel.gateway.newchannel()
seen = []
async def callback(item): seen.append(item)
c.setcallback(callback, endmarker=-1)
channel.send(c)
await c.waitclose()
channel.send(seen)
d = await channel.receive()
try: await d.receive()
except d.RemoteError as error: channel.send(str(error))
try: await d.receive()
except EOFError: channel.send("end")
await channel.receive()
"""
    channel = worker.execute(source)
    assert channel.receive() == "late"
    other = worker.channel(channel.receive().id)
    other.send(1)
    other.send(2)
    other.close()
    assert channel.receive() == [1, 2, -1]
    more = worker.channel()
    channel.send(Ref(more.id))
    worker.write(frame(6, more.id, dumps("oops")))
    assert channel.receive() == "oops"
    assert channel.receive() == "end"
    channel.close()


def test_asyncio_windows(start_modern):
    worker = start_modern("asyncio", hello=hello(window=10_000), options={"window": 10_000})
    source = "for i in range(500): await channel.send(b'x' * 995)\nn = 0\nasync for x in channel: n += len(x)\nchannel.send(n)"
    channel = worker.execute(source)
    assert settles(channel.items.qsize) == 10
    assert [len(channel.receive()) for _ in range(500)] == [995] * 500
    for _ in range(500):
        channel.send(b"y" * 995)
    worker.write(frame(7, channel.id))
    assert channel.all() == [500 * 995]
    # Not awaited: kept, and sent before the end.
    assert len(worker.execute("for i in range(100): channel.send(b'x' * 995)").all()) == 100


@pytest.mark.parametrize("source", ("await channel.receive()", "while True: await asyncio.sleep(0.01)", "while True: pass"))
def test_asyncio_ends(start_modern, source):
    worker = start_modern("asyncio", options={"grace": 1.0, "interrupt": 1.0})
    worker.execute("import asyncio\nchannel.send(1)\n" + source).receive()
    assert worker.finish()[0] == 0


def test_asyncio_large(start_modern):
    worker = start_modern("asyncio")
    channel = worker.execute("async for x in channel: await channel.send(x)")
    for _ in range(20):
        channel.send(b"x" * 1_000_000)
    for _ in range(20):
        assert channel.receive() == b"x" * 1_000_000
