"""Processes beside a worker: what they are given, what comes back, and that none is left behind."""

import os
import signal
import uuid

import controller as c
import pytest
from processes import CLOSE_INPUT, CREDIT, END, FORGET, INPUT, RESIZE, SIGNAL, Processes, gone, matching

TERM = [("TERM", 2.0)]


@pytest.fixture
def processes(start_python):
    return Processes(start_python(hello=c.hello()))


@pytest.fixture
def some(start_some):
    return Processes(start_some(hello=c.hello()))


@pytest.fixture
def word():
    return "word-" + uuid.uuid4().hex


def test_exit_codes_and_signals(processes):
    for code in (0, 3, 127, 255):
        assert processes.run("sh", "-c", f"exit {code}").how["code"] == code
    assert processes.run("sh", "-c", "kill -USR1 $$").how["signal"] == "USR1"
    how = processes.run("sh", "-c", "kill -KILL $$").how
    assert how["signal"] == "KILL" and "code" not in how and not how["forced"]
    assert how["user"] >= 0 and how["system"] >= 0 and how["memory"] > 1 << 18


def test_streams_are_kept_apart(processes):
    result = processes.run("sh", "-c", r"printf 'a\000\377\n'; printf 'b\376' >&2")
    assert (result.stdout, result.stderr) == (b"a\0\xff\n", b"b\xfe")
    assert list(result.how["open"]) == []


def test_arguments_and_surroundings(processes):
    words = ["", " ", "'", '"', "\\", "$HOME", "*", "\udcff", "\u00e9\u0301", "a\nb", "-n"]
    expected = b"".join(os.fsencode(word) + b"\0" for word in words)
    assert processes.run("printf", "%s\\0", *words).stdout == expected
    result = processes.run(
        "sh",
        "-c",
        "printf '%s|' \"$A\" \"${LANG-none}\" \"$PWD\"; umask; nice; ulimit -Sn; ulimit -Hn",
        environment=[(b"A", b"x 'y'\n$z"), (b"LANG", None)],
        directory=b"/usr/bin",
        umask=0o027,
        nice=5,
        limits=[("NOFILE", 50, 60)],
    )
    nice = min(os.nice(0) + 5, 19)
    assert result.stdout == b"x 'y'\n$z|none|/usr/bin|0027\n%d\n50\n60\n" % nice, result.stderr


def test_the_environment_is_that_of_the_worker(start_python):
    plain = {"PATH": os.environ["PATH"], "HOME": "/root", "ODD": "\udcff=\n"}
    # As nohup(1) and shells without job control leave it.
    ignore = lambda: [signal.signal(number, signal.SIG_IGN) for number in (signal.SIGHUP, signal.SIGQUIT)]
    processes = Processes(start_python(hello=c.hello(), env=plain, preexec_fn=ignore))
    entries = processes.run("env", "-0").stdout.split(b"\0")[:-1]
    variables = dict(entry.split(b"=", 1) for entry in entries)
    assert len(variables.pop(b"CONVOKE_TASK")) == 16
    assert variables == {os.fsencode(name): os.fsencode(value) for name, value in plain.items()}
    limits = processes.run("sh", "-c", "ulimit -n").stdout
    assert int(limits) == __import__("resource").getrlimit(7)[0]
    signals = processes.run("cat", "/proc/self/status").stdout.decode()
    masks = dict(line.split(":\t") for line in signals.splitlines() if line.startswith("Sig"))
    # Those from 32 on belong to the C library, whose posix_spawn(3) ignores two of them.
    assert int(masks["SigIgn"], 16) & 0x7FFFFFFF == 0 and int(masks["SigBlk"], 16) == 0


def test_only_the_standard_descriptors_are_open(processes):
    assert processes.run("ls", "/proc/self/fd").stdout.split() == [b"0", b"1", b"2", b"3"]


def test_refusals(processes):
    def kind(*arguments, **request):
        refusal = processes.run(*arguments, **request).refusal
        assert refusal is not None and refusal[1]
        return refusal[0]

    assert kind("no-such-program-here") == "command-not-found"
    assert kind("/proc/no-such/program") == "command-not-found"
    assert kind("/etc/passwd") == "permission-denied"
    assert kind("true", directory=b"/proc/no-such") == "directory-not-usable"
    assert kind("true", limits=[("NOFILE", 10, 5)]) == "spawn-failed"
    assert kind("true", limits=[("NONSENSE", 1, 1)]) == "spawn-failed"
    assert kind("true", "x" * (1 << 20)) == "spawn-failed"
    assert processes.run("true").how["code"] == 0


def test_input(processes):
    data = bytes((i * 7 ^ i >> 8) & 255 for i in range(300_000))
    number = processes.start("cat", input=True)
    for at in range(0, len(data), 60_000):
        processes.send(INPUT, number, data[at:at + 60_000])
    processes.send(CLOSE_INPUT, number)
    result = processes.wait(number)
    assert result.stdout == data and result.taken == len(data) and result.how["unread"] == 0
    assert processes.run("cat").stdout == b""


def test_input_that_is_not_read(processes):
    number = processes.start("sh", "-c", "exec 0<&-; read x </dev/null; echo ready; sleep 30", input=True)
    processes.wait(number, lambda result: result.stdout)
    processes.send(INPUT, number, b"x" * 100)
    processes.wait(number, lambda result: result.is_input_closed)
    processes.send(END, number, [])
    assert processes.wait(number).how["unread"] == 100


def test_a_program_waits_for_who_reads_it(some):
    some.grants = False
    number = some.start("sh", "-c", "yes & yes >&2", window=100_000)
    some.wait(number, lambda result: len(result.stdout) == len(result.stderr) == 100_000)
    assert some.run("echo", "there").stdout == b"there\n"  # and others do not wait
    some.send(CREDIT, number, 1, 5000)
    some.wait(number, lambda result: len(result.stdout) == 105_000)
    some.send(END, number, [])
    some.send(CREDIT, number, 1, 1 << 30)
    some.send(CREDIT, number, 2, 1 << 30)
    assert some.wait(number).how["forced"]


def test_what_a_slow_reader_has_not_taken_is_not_lost(some):
    some.grants = False
    number = some.start("head", "-c", "300000", "/dev/zero", window=1000, linger=0.0)
    some.wait(number, lambda result: len(result.stdout) == 1000)
    some.grants = True
    some.send(CREDIT, number, 1, 1000)
    assert len(some.wait(number).stdout) == 300_000


def test_a_daemon_does_not_hold_its_starter(some, word):
    line = "echo a; (sleep 300; echo b) & exit 4"
    result = some.run("sh", "-c", line, environment=[(b"WORD", word.encode())])
    assert (result.how["code"], result.stdout, sorted(result.how["open"])) == (4, b"a\n", [1, 2])
    left = matching(word)
    assert left  # it was started on purpose, and its starter was not killed
    for pid in left:
        os.kill(pid, signal.SIGKILL)


def test_terminal(processes):
    line = "stty size; echo err >&2; tty >/dev/null && echo $TERM; read x; stty size; echo $x"
    number = processes.start("sh", "-c", line, terminal=(31, 97, b"vt100"))
    processes.wait(number, lambda result: b"vt100" in result.stdout)
    processes.send(RESIZE, number, 40, 120)
    processes.send(INPUT, number, b"hello\n")
    result = processes.wait(number)
    assert result.stdout.split(b"\r\n") == [b"31 97", b"err", b"vt100", b"hello", b"40 120", b"hello", b""]
    number = processes.start("cat", terminal=(24, 80, b"xterm"))
    processes.send(INPUT, number, b"a\n")
    processes.send(CLOSE_INPUT, number)
    assert processes.wait(number).how["code"] == 0


def test_signals_reach_the_group(processes):
    number = processes.start("sh", "-c", "trap 'echo got; exit 7' USR1; echo up; while :; do sleep .1; done")
    processes.wait(number, lambda result: result.stdout)
    processes.send(SIGNAL, number, "NONSENSE")
    processes.send(SIGNAL, number, "USR1")
    result = processes.wait(number)
    assert (result.how["code"], result.stdout) == (7, b"up\ngot\n")


# In the group; in a session of its own; the same without the mark; orphaned, too.
GRANDCHILDREN = """
(trap '' TERM; while :; do sleep 1; done) &
setsid sh -c 'trap "" TERM; while :; do sleep 1; done' &
setsid env -i sh -c 'while :; do sleep 1; done' {word} &
(setsid sh -c 'while :; do sleep 1; done' &)
echo up
trap : TERM
wait
wait
"""


# What can be found by its group or its mark alone.
MARKED = """
sh -c 'while :; do sleep 1; done' &
setsid sh -c 'while :; do sleep 1; done' &
(setsid sh -c 'while :; do sleep 1; done' &)
echo up
wait
"""


def start_grandchildren(processes, word, **request):
    line = GRANDCHILDREN.format(word=word)
    request["environment"] = [(b"WORD", word.encode())]
    number = processes.start("sh", "-c", line, **request)
    processes.wait(number, lambda result: result.stdout)
    return number


def test_the_deadline_ends_grandchildren_too(processes, word):
    number = start_grandchildren(processes, word, deadline=0.5, termination=[("INT", 0.2), ("TERM", 0.3)])
    how = processes.wait(number).how
    assert how["reason"] == "deadline" and how["forced"]
    assert not matching(word)


def test_end_takes_what_has_left_the_group(processes, word):
    number = start_grandchildren(processes, word)
    assert len(matching(word)) >= 5
    processes.send(END, number, TERM)
    assert processes.wait(number).how["forced"]
    assert not matching(word)


def test_a_stopped_process_ends(processes):
    number = processes.start("sh", "-c", "echo up; kill -STOP $$")
    processes.wait(number, lambda result: result.stdout)
    processes.send(END, number, TERM)
    how = processes.wait(number).how
    assert how["signal"] == "TERM" and not how["forced"]


def test_forgotten_processes_are_killed(processes, word):
    number = start_grandchildren(processes, word)
    processes.send(FORGET, number)
    assert gone(word)
    assert processes.run("true").how["code"] == 0


def test_who_is_silent_is_taken_for_dead(some, word):
    start_grandchildren(some, word, termination=[("TERM", 0.2)])
    some.send(7, 0, 1.0)
    assert gone(word)
    with pytest.raises((EOFError, c.RemoteError)):
        while True:
            some.take()


def test_the_end_of_the_channel_ends_all(processes, word):
    start_grandchildren(processes, word, termination=[("TERM", 0.2)])
    processes.channel.close()
    assert gone(word)


def test_the_end_of_the_worker_waits_for_all(start_python, word):
    worker = start_python(hello=c.hello())
    start_grandchildren(Processes(worker), word, termination=[("TERM", 0.5)])
    status, _ = worker.finish()
    assert status == 0 and not matching(word)


def test_the_worker_is_killed(start_python, word):
    worker = start_python(hello=c.hello())
    start_grandchildren(Processes(worker), word, termination=[("TERM", 0.2)])
    worker.process.kill()
    assert gone(word)


def test_the_program_is_killed(start_some, word):
    worker = start_some(hello=c.hello())
    processes = Processes(worker)
    number = processes.start("sh", "-c", MARKED, environment=[(b"WORD", word.encode())])
    processes.wait(number, lambda result: result.stdout)
    with open(f"/proc/{processes.results[number].pid}/stat") as file:
        program = int(file.read().rpartition(")")[2].split()[1])
    os.kill(program, signal.SIGKILL)
    with pytest.raises(c.RemoteError, match="has ended"):
        while True:
            processes.take()
    assert gone(word)
    assert Processes(worker).run("true").how["code"] == 0


def test_daemons_of_finished_commands_survive_the_worker(start_some, word):
    worker = start_some(hello=c.hello())
    processes = Processes(worker)
    processes.run("sh", "-c", f"WORD={word} setsid sleep 1000 >/dev/null 2>&1 &")
    worker.finish()
    left = matching(word)
    assert len(left) == 1
    os.kill(left[0], signal.SIGKILL)


def test_many_at_once(start_some, word):
    worker = start_some(hello=c.hello())
    processes = Processes(worker)
    numbers = [
        processes.start("sh", "-c", "read x; echo $x", environment=[(b"WORD", word.encode())], input=True)
        for _ in range(1000)
    ]
    for number in numbers:
        processes.wait(number, lambda result: result.pid or result.refusal)
    assert len(matching(word)) == 1000
    for number in numbers:
        processes.send(INPUT, number, b"%d\n" % number)
    for number in numbers:
        assert processes.wait(number).stdout == b"%d\n" % number
    numbers = [
        processes.start("sleep", "1000", environment=[(b"WORD", word.encode())], termination=TERM)
        for _ in range(1000)
    ]
    for number in numbers:
        processes.send(END, number, TERM)
    for number in numbers:
        assert processes.wait(number).how["signal"] == "TERM"
    assert not matching(word)


def test_thousands_one_after_the_other(start_some):
    processes = Processes(start_some(hello=c.hello()))
    started = []
    for _ in range(8):
        started.append(processes.start("true"))
    for _ in range(2000):
        assert processes.wait(started.pop(0)).how["code"] == 0
        started.append(processes.start("true"))
    for number in started:
        assert processes.wait(number).how["code"] == 0


@pytest.mark.parametrize("model", ["asyncio", "gevent"])
def test_models_without_threads_say_so(start_venv, model):
    processes = Processes(start_venv(model=model, hello=c.hello()))
    assert "runs no processes" in processes.installing.error()


def test_the_main_thread_stays_free(start_python):
    worker = start_python(model="main_thread_only", hello=c.hello())
    processes = Processes(worker)
    assert processes.installing.all() == []
    assert processes.run("echo", "a").stdout == b"a\n"
    assert worker.execute("channel.send(1)").receive() == 1


def test_the_whole_text_does_the_same(start_some):
    assert Processes(start_some(hello=c.hello()), stripped=False).run("echo", "a").stdout == b"a\n"
