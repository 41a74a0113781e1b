"""Parts of the Python worker by themselves, in the interpreter of the tests."""

import subprocess
import time

import controller as c
import pytest
from execnet import gateway_base


def part(*names):
    """The names that these files define; what they do when they are loaded needs nothing else."""
    scope = {}
    exec(compile(c.embed.python_source(*names), "part", "exec"), scope)
    return scope


VALUES = [None, True, 0, -1, 2**31 - 1, -(2**31), 2**31, 10**30, 1.5, -0.0, 1 + 2j, "", "text \u20ac", b"\x00\xff",
          [], [1, [2, "a"]], (), (1, (None,)), {}, {"a": {1: (2, 3)}}, {1, 2}, frozenset({7})]  # fmt: skip


class Shout(str):
    pass


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_alone(value):
    saving, loading = part("base", "saving"), part("base", "loading")
    parts = []
    saving["dump"](parts.append, value)
    data = b"".join(parts) + b"Q"
    if value != -(2**31):  # which execnet cannot write
        assert data == gateway_base.dumps_internal(value)
    assert loading["load"](data) == value


def test_values_of_subclasses_travel_as_their_base():
    parts = []
    part("base", "saving")["dump"](parts.append, Shout("x"))
    assert b"".join(parts) + b"Q" == gateway_base.dumps_internal("x")


def test_every_cut_of_a_value_is_an_error():
    loading = part("base", "loading")
    data = gateway_base.dumps_internal([1, {"key": ("a", b"b", 1.5)}])
    for length in range(len(data)):
        with pytest.raises(loading["LoadError"]):
            loading["load"](data[:length])


def test_what_cannot_be_sent_is_an_error():
    saving = part("base", "saving")
    for value in (object(), [1, {2: print}], "\ud800"):
        with pytest.raises(saving["DumpError"]):
            saving["frame_of"](4, 1, value)
    endless = []
    endless.append(endless)
    with pytest.raises(saving["DumpError"]):
        saving["frame_of"](4, 1, endless)


@pytest.mark.parametrize("has_proc", [True, False])
def test_processes_of_a_group(has_proc):
    group = part("base", "group")
    here = group["os"].getpid()
    if not has_proc:
        hidden = type("os", (), dict(vars(group["os"]), path=type("path", (), {"exists": lambda _: False})))
        group["os"] = hidden
    child = subprocess.Popen(["sleep", "1000"])
    other = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    try:
        members = group["group_members"]()
        assert child.pid in members
        assert here not in members and other.pid not in members
        child.kill()
        limit = time.monotonic() + 5
        while child.pid in group["group_members"]() and time.monotonic() < limit:
            time.sleep(0.01)
        assert child.pid not in group["group_members"](), "a zombie counts"
    finally:
        for process in (child, other):
            process.kill()
            process.wait()
