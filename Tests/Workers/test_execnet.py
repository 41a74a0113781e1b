"""Genuine execnet, from the package index, as the controller of the Python worker."""

import os
import pathlib
import subprocess
import sys
import time

import execnet
import pytest

WRAPPER = pathlib.Path(__file__).with_name("execnet_wrapper.py")
SPEC = f"popen//python={sys.executable} {WRAPPER}"


@pytest.fixture
def group():
    group = execnet.Group()
    yield group
    group.terminate(timeout=5)


@pytest.fixture
def gateway(group):
    return group.makegateway(SPEC)


def test_it_is_ours(gateway):
    assert gateway.remote_exec("channel.send(type(channel.gateway).__name__ + str(hasattr(channel, '_port')))").receive() == "GatewayTrue"
    assert gateway.remote_exec("channel.send(channel.gateway.id)").receive() == "gw0-worker"


def test_information(gateway):
    assert gateway._rinfo().version_info[:2] == sys.version_info[:2]
    status = gateway.remote_status()
    assert (status.numchannels, status.numexecuting, status.execmodel) == (0, 0, "thread")
    assert gateway.hasreceiver()


def multiply(channel, factor):
    while not channel.isclosed():
        channel.send(factor * channel.receive())


def test_functions_and_modules(gateway):
    channel = gateway.remote_exec(multiply, factor=3)
    channel.send(14)
    assert channel.receive() == 42
    channel.close()
    channel.waitclose()
    with pytest.raises(channel.RemoteError, match="test_execnet.py"):
        gateway.remote_exec(fails).waitclose()


def fails(channel):
    raise ValueError("here")


def test_errors(gateway):
    channel = gateway.remote_exec("raise ValueError(42)")
    with pytest.raises(channel.RemoteError, match="ValueError: 42"):
        channel.receive()
    with pytest.raises(EOFError):
        channel.receive()
    with pytest.raises(channel.RemoteError, match="SystemExit"):
        gateway.remote_exec("raise SystemExit").waitclose()
    with pytest.raises(channel.RemoteError, match="DumpError"):
        gateway.remote_exec("channel.send(object())").waitclose()


def test_channels_over_channels(gateway):
    channel = gateway.remote_exec("c = channel.receive()\nassert channel.receive()[0] is c\nc.send(1)\nd = channel.gateway.newchannel()\nchannel.send({1: d})\nchannel.send(d.receive())")
    mine = gateway.newchannel()
    channel.send(mine)
    channel.send([mine])
    assert mine.receive() == 1
    channel.receive()[1].send(5)
    assert channel.receive() == 5
    channel.waitclose(5)


def test_callbacks(gateway):
    seen = []
    channel = gateway.remote_exec("for i in range(100): channel.send(i)")
    channel.setcallback(seen.append, endmarker="end")
    channel.waitclose(5)
    assert seen == [*range(100), "end"]
    channel = gateway.remote_exec("got = []\nc = channel.receive()\nc.setcallback(got.append, endmarker=-1)\nc.waitclose()\nchannel.send(got)")
    other = gateway.newchannel()
    channel.send(other)
    for i in range(100):
        other.send(i)
    other.close()
    assert channel.receive() == [*range(100), -1]


def test_files(gateway):
    channel = gateway.remote_exec("f = channel.makefile('w')\nf.write('hello\\nworld')\nf.close()")
    reader = channel.makefile("r")
    assert reader.readline() == "hello\n"
    assert reader.read(5) == "world"
    channel = gateway.remote_exec("channel.send(channel.makefile('r').readline())")
    channel.send("one\ntwo")
    assert channel.receive() == "one\n"


def test_reconfigure(gateway):
    gateway.reconfigure(py2str_as_py3str=False, py3str_as_py2str=True)
    channel = gateway.remote_exec("x = channel.receive()\nchannel.send(isinstance(x, bytes))")
    channel.send("x")
    assert channel.receive() is True
    gateway.reconfigure()
    channel = gateway.remote_exec("channel.receive()\nx = channel.receive()\nchannel.send(isinstance(x, bytes))")
    channel.reconfigure(False, True)
    channel.send("x")
    channel.send("x")
    assert channel.receive() is True


def test_groups_and_multichannels(group):
    for _ in range(3):
        group.makegateway(SPEC)
    channels = group.remote_exec("channel.send(channel.receive() * 2)\nchannel.send(channel.gateway.id)")
    channels.send_each(21)
    assert channels.receive_each() == [42] * 3
    queue = channels.make_receive_queue(endmarker=None)
    items = [queue.get(timeout=5) for _ in range(6)]
    assert sorted(item for _, item in items if item) == ["gw0-worker", "gw1-worker", "gw2-worker"]
    channels.waitclose()


def test_via(group):
    """A gateway through one of our workers, and one of our workers through it."""
    group.makegateway(SPEC + "//id=master")
    inner = group.makegateway(SPEC + "//via=master//id=inner")
    channel = inner.remote_exec("for x in channel: channel.send(x + 1)")
    for i in range(100):
        channel.send(i)
        assert channel.receive() == i + 1


def test_installvia(group):
    group.makegateway(SPEC + "//id=host")
    inner = group.makegateway("socket//installvia=host//id=inner")
    assert inner.remote_exec("channel.send(42)").receive() == 42


def test_chdir_nice_env(group, tmp_path):
    gateway = group.makegateway(f"{SPEC}//chdir={tmp_path}//nice=1//env:X_Y=z")
    assert gateway.remote_exec("import os; channel.send((os.getcwd(), os.environ['X_Y']))").receive() == (str(tmp_path), "z")


def test_rsync(group, tmp_path):
    source = tmp_path / "source"
    (source / "sub").mkdir(parents=True)
    (source / "a.txt").write_text("a" * 100_000)
    (source / "sub" / "b.txt").write_text("b")
    (source / "link").symlink_to(source / "a.txt")
    rsync = execnet.RSync(source, verbose=False)
    targets = [tmp_path / "one", tmp_path / "two"]
    (targets[0]).mkdir()
    (targets[0] / "old").write_text("old")
    for target in targets:
        rsync.add_target(group.makegateway(SPEC), target, delete=True)
    rsync.send()
    for target in targets:
        assert (target / "a.txt").read_text() == "a" * 100_000
        assert (target / "sub/b.txt").read_text() == "b"
        assert os.readlink(target / "link") == str(target / "a.txt")
        assert not (target / "old").exists()


def test_main_thread_only(group, monkeypatch):
    gateway = group.makegateway(SPEC + "//execmodel=main_thread_only")
    assert gateway.remote_status().execmodel == "main_thread_only"
    channel = gateway.remote_exec("channel.send(1)\nchannel.receive()")
    channel.receive()
    with pytest.raises(channel.RemoteError, match="concurrent remote_exec would cause deadlock"):
        gateway.remote_exec("pass").waitclose(5)


def test_many_messages_both_ways(gateway):
    channel = gateway.remote_exec("for x in channel: channel.send(x)")
    seen = []
    channel.setcallback(seen.append)
    for i in range(20_000):
        channel.send(i)
    limit = time.monotonic() + 30
    while len(seen) < 20_000 and time.monotonic() < limit:
        time.sleep(0.01)
    assert seen == list(range(20_000))


@pytest.mark.parametrize("stuck", (False, True))
def test_terminate(group, stuck):
    gateway = group.makegateway(SPEC)
    gateway.remote_exec("while True: pass" if stuck else "channel.receive()")
    group.terminate(timeout=2)
    assert not gateway.hasreceiver()


def test_xdist(tmp_path):
    """pytest-xdist with our workers, crashing ones among them."""
    # The pause: pytest-xdist fails inside when it sends to a worker in the moment after its crash
    # (with processes of its own too: 14 times in 120), and it sends as earlier tests of it end.
    (tmp_path / "test_many.py").write_text(
        "import os, pytest, time\n@pytest.mark.parametrize('n', range(100))\ndef test(n):\n"
        "    if n == 50: time.sleep(0.3); os._exit(3)\n    assert n != 70\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-c", "/dev/null", "--rootdir", str(tmp_path), "--tx", "2*" + SPEC, "--dist", "load", str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=100, cwd=tmp_path)
    assert "98 passed" in result.stdout and "2 failed" in result.stdout, result.stdout + result.stderr
    assert "crashed while running" in result.stdout
