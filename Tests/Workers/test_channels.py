"""Channels and callbacks, as tasks see them."""

import time

import pytest
from controller import CLOSE, CLOSE_ERROR, LAST_MESSAGE, RECONFIGURE, Ref, dumps, frame


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
