"""The end of a worker: whatever it does, it ends in time, and alone."""

import signal
import subprocess
import sys
import threading
import time

import conftest
import controller as c
import pytest

FAST = {"grace": 1.0, "interrupt": 0.5}


def both_ways(start, source, options=FAST, **more):
    """Ends a worker that runs this, by TERMINATE and by end of file; gives status and seconds of each."""
    results = []
    for way in ("terminate", "eof"):
        worker = start(options=options, **more)
        channel = worker.execute(source)
        channel.receive()
        begin = time.monotonic()
        if way == "terminate":
            worker.write(c.frame(c.TERMINATE))
        worker.process.stdin.close()
        status = worker.process.wait(10)
        results.append((status, time.monotonic() - begin))
    return results


def test_idle(start):
    worker = start()
    worker.status()
    status, seconds = worker.finish()
    assert status == 0 and seconds < 1
    worker = start()
    worker.process.stdin.close()
    assert worker.process.wait(5) == 0


def test_blocked_in_receive(start):
    source = start.pick("channel.send(1)\nchannel.receive()", "channel.send(1); await channel.receive()")
    for status, seconds in both_ways(start, source):
        assert status == 0 and seconds < 0.9


def test_blocked_in_all_ways(start_python):
    source = """
import threading
c = channel.gateway.newchannel()
ends = []
threads = [threading.Thread(target=c.waitclose), threading.Thread(target=lambda: list(c))]
for t in threads: t.start()
d = channel.gateway.newchannel()
d.setcallback(ends.append, endmarker=1)
channel.send(1)
for t in threads: t.join()
while not ends: pass
"""
    for status, seconds in both_ways(start_python, source):
        assert status == 0 and seconds < 0.9


def test_busy(start):
    source = start.pick("channel.send(1)\nwhile True: pass", "channel.send(1); for (;;);")
    for status, seconds in both_ways(start, source):
        assert status == start.pick(0, -signal.SIGKILL)
        assert 0.9 < seconds < 3


def test_sleeping_task_is_waited_for(start):
    source = start.pick("import time\nchannel.send(1)\ntime.sleep(0.5)",
                        "channel.send(1); await new Promise(r => setTimeout(r, 500))")  # fmt: skip
    for status, seconds in both_ways(start, source):
        assert status == 0 and 0.3 < seconds < 0.95


def test_ignoring_interrupts(start_python):
    source = """
import time
channel.send(1)
while True:
    try: time.sleep(9)
    except KeyboardInterrupt: pass
"""
    for status, seconds in both_ways(start_python, source):
        assert status == 1 and 1.3 < seconds < 3
    source = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nchannel.send(1)\nwhile True: time.sleep(9)"
    for status, seconds in both_ways(start_python, source):
        assert status == 1 and 1.3 < seconds < 3


def test_threads_that_never_end(start_python):
    source = "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()\nchannel.send(1)"
    for status, seconds in both_ways(start_python, source):
        assert status == 1 and 1.3 < seconds < 3


def test_second_task_that_never_ends(start_python):
    worker = start_python(options=FAST)
    for _ in range(2):
        worker.execute("import time\nchannel.send(1)\nwhile True: time.sleep(0.01)").receive()
    status, seconds = worker.finish()
    assert status == 1 and 1.3 < seconds < 3


@pytest.mark.parametrize("windows", (False, True))
def test_pipe_full(start, windows):
    worker = start(options=FAST, hello=c.hello(window=1 << 30) if windows else None)
    lock = threading.Lock()
    handle = worker.handle

    def stuck(*arguments):
        with lock:
            handle(*arguments)

    worker.handle = stuck
    source = start.pick("channel.send(0)\nwhile True: channel.send(b'x' * 100000)",
                        "channel.send(0); for (;;) await channel.send(Buffer.alloc(100000))")  # fmt: skip
    channel = worker.execute(source)
    channel.receive()
    with lock:
        time.sleep(0.3)
        status, seconds = worker.finish()
    assert status in (0, 1) and seconds < 3


def test_no_credit(start):
    worker = start(options=FAST, hello=c.hello(window=1000))
    source = start.pick("channel.send(0)\nwhile True: channel.send(b'x' * 1000)",
                        "channel.send(0); for (;;) await channel.send(Buffer.alloc(1000))")  # fmt: skip
    worker.execute(source)
    time.sleep(0.3)
    status, seconds = worker.finish()
    assert status == 0 and seconds < 0.9


def test_exit_handlers_run(start_python, tmp_path):
    mark = tmp_path / "mark"
    worker = start_python()
    worker.execute("import atexit\natexit.register(lambda: open(%r, 'w').close())" % str(mark)).all()
    assert worker.finish()[0] == 0
    assert mark.exists()


def test_interrupts(start_python):
    """An idle worker does not mind; a busy one ends its task."""
    worker = start_python()
    worker.execute("").all()
    worker.process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    channel = worker.execute("import time\nchannel.send(1)\nwhile True: time.sleep(0.01)")
    channel.receive()
    worker.process.send_signal(signal.SIGINT)
    assert channel.error() == "keyboard-interrupted"
    assert worker.execute("channel.send(2)").all() == [2]


def test_interrupts_leave_frames_whole(start_python):
    """Signal handlers that raise, in the middle of writing."""
    worker = start_python()
    source = """
import signal, time
class Alarm(Exception): pass
def alarm(*_): raise Alarm()
signal.signal(signal.SIGALRM, alarm)
alarms = 0
for i in range(60):
    signal.setitimer(signal.ITIMER_REAL, 0.005)
    try:
        for _ in range(10**6): channel.send(bytearray(b"x" * 200000))
    except Alarm:
        alarms += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
channel.send(alarms)
"""
    channel = worker.execute(source)
    values = channel.all(60)
    assert values.pop() == 60
    assert all(value == b"x" * 200000 for value in values)


def test_a_child_holds_nothing(start):
    """A child that goes on does not keep the connection open."""
    source = start.pick("import subprocess\np = subprocess.Popen(['sleep', '5'])\nchannel.send(p.pid)",
                        "channel.send(require('child_process').spawn('sleep', ['5'], {stdio: 'inherit'}).pid)")  # fmt: skip
    worker = start(stderr=subprocess.DEVNULL)
    child = worker.execute(source).receive()
    status, seconds = worker.finish()
    assert status == 0
    assert worker.ended.wait(2)
    subprocess.run(["kill", str(child)], check=False)


def test_a_forked_child_holds_nothing(start_modern):
    worker = start_modern()
    if start_modern.name == "3.6":
        pytest.skip("has no hook at fork")
    source = """
import os, time
pid = os.fork()
if pid == 0:
    time.sleep(5)
    os._exit(0)
channel.send(pid)
"""
    child = worker.execute(source).receive()
    assert worker.finish()[0] == 0
    assert worker.ended.wait(2)
    subprocess.run(["kill", str(child)], check=False)


def test_the_controller_is_killed(start):
    """No worker stays behind a controller that is gone."""
    options = {"grace": 1.0, "interrupt": 0.5}
    if start.javascript:
        make = f"c.node_worker({conftest.NODES[start.name]!r}, options={options})"
    else:
        make = f"c.python_worker({conftest.PYTHONS[start.name]!r}, options={options})"
    busy = start.pick("channel.send(1)\nwhile True: pass", "channel.send(1); for (;;);")
    program = f"""
import sys, time; sys.path.insert(0, {str(c.ROOT / "Tests/Workers")!r})
import controller as c
worker = {make}
worker.execute({busy!r}).receive()
print(worker.process.pid, flush=True)
time.sleep(60)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    pid = int(process.stdout.readline())
    process.kill()
    process.wait()
    limit = time.monotonic() + 6
    while alive(pid) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not alive(pid)


CHILDREN = """
import os, subprocess
stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(1000)"
first = subprocess.Popen([%r, "-c", stubborn], stdout=subprocess.PIPE)
first.stdout.readline()
second = subprocess.Popen(["sleep", "1000"])
channel.send([first.pid, second.pid])
"""
CHILDREN_OF_NODE = """
const { spawn } = require('child_process')
const stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(1000)"
const first = spawn(%r, ['-c', stubborn], { stdio: ['ignore', 'pipe', 'ignore'] })
await new Promise(resolve => first.stdout.once('data', resolve))
await channel.send([first.pid, spawn('sleep', ['1000']).pid])
"""


@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("group", [False, True])
def test_what_it_started_ends_with_it(start, group, told, busy):
    """Unless a controller beside it is there, which does so by itself."""
    worker = start(options=dict(FAST, group=group), start_new_session=True)
    children = worker.execute(start.pick(CHILDREN, CHILDREN_OF_NODE) % sys.executable).receive()
    try:
        if busy:
            source = start.pick("channel.send(1)\nwhile True:\n try:\n  while True: pass\n except BaseException: pass",
                                "channel.send(1); for (;;);")  # fmt: skip
            worker.execute(source).receive()
        if told:
            worker.terminate()
        else:
            worker.process.stdin.close()
        worker.process.wait(10)
        limit = time.monotonic() + 5
        while any(map(alive, children)) and time.monotonic() < limit and (group or not told):
            time.sleep(0.02)
        assert [alive(child) for child in children] == [told and not group] * 2
    finally:
        for child in children:
            subprocess.run(["kill", "-9", str(child)], check=False, stderr=subprocess.DEVNULL)


def test_nobody_else_is_ended_without_proc(start_some):
    """What ps says does as well."""
    worker = start_some(options=dict(FAST, group=True), start_new_session=True)
    hidden = "import os\nexists = os.path.exists\nos.path.exists = lambda path: 'proc' not in path and exists(path)"
    worker.execute(hidden).all()
    child = worker.execute("import subprocess; channel.send(subprocess.Popen(['sleep', '1000']).pid)").receive()
    worker.finish()
    limit = time.monotonic() + 5
    while alive(child) and time.monotonic() < limit:
        time.sleep(0.02)
    assert not alive(child)


def test_others_of_a_group_that_is_not_its_own_live_on(start):
    parent = subprocess.Popen(["sleep", "1000"], process_group=0)
    worker = start(options=FAST, process_group=parent.pid)
    try:
        worker.status()
        worker.process.stdin.close()
        worker.process.wait(10)
        assert alive(parent.pid)
    finally:
        parent.kill()
        parent.wait()


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False
