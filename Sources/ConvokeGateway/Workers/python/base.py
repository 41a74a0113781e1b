"""The Python worker of Convoke: serves channels over two descriptors, with the standard library alone.

Runs unchanged on Python 2.7, 3.6 and later, and PyPy. A controller starts

    python -u -c "import sys;exec(eval(sys.stdin.readline()))"

and writes one line: a string literal that holds the worker (the files of this folder, joined by
scripts/embed-workers, which knows their order) and, after it, the call

    serve(stdio(), id=u"gw0-worker", model="thread", options={})

The worker answers with the byte "1", or with "0", a sentence that says why not, and its end. Then both
sides send frames. Until the "1" has arrived the controller sends nothing else: the line is read by a
buffered reader, which would swallow it.

The frames, their codes from 0 to 7 and the serializer are those of execnet 2. Codes from 64 are ours;
they are used only when the controller has sent HELLO, as its first frame:

    64 HELLO    channel 0; a dict: version, capabilities (a list), window (the bytes of DATA payload that
                the sender of this HELLO takes on each channel before it grants more), heartbeat (seconds,
                optional). The worker answers with its own.
    65 WINDOW   grants as many bytes on this channel as the payload says (four bytes).
    66 PING, 67 PONG    channel 0, eight bytes, sent back as they came.
    68 UNKNOWN  channel 0; one byte, the code that was not understood.
    69 OUTPUT   channel 0; a tuple: 1 or 2, and the bytes that somebody wrote to that descriptor.

What counts against a window is the payload of each DATA frame from the first one after the sender's
HELLO. A frame may be sent while there is credit left; it may take the credit below zero.

The text must stay ASCII. Comments and docstrings are removed before it is sent.
"""

import errno
import itertools
import os
import struct
import sys
import threading  # here, because the thread that imports it first is taken for the main thread
import time

try:
    from _collections import deque
except ImportError:
    from collections import deque
from _weakref import ref

try:  # the modules in C: their wrappers in Python take milliseconds to import
    import _signal as signal
except ImportError:
    import signal
try:
    import select
except ImportError:
    select = None

PY3 = sys.version_info[0] > 2
if PY3:
    import _thread

    unicode = str
    long = int
    imap = map
else:
    import thread as _thread

    imap = itertools.imap

monotonic = getattr(time, "monotonic", time.time)

(STATUS, RECONFIGURE, TERMINATE, EXEC, DATA, CLOSE, CLOSE_ERROR, LAST_MESSAGE) = range(8)
(HELLO, WINDOW, PING, PONG, UNKNOWN, OUTPUT) = range(64, 70)

READ_SIZE = 65536
KEPT_SIZE = 2 << 20  # larger frames get memory of their own
INTERRUPTED = u"keyboard-interrupted"
ONE_TASK_ONLY = u"concurrent remote_exec would cause deadlock for main_thread_only execmodel"
DEFAULTS = {
    "window": 4 << 20,  # bytes of each channel that wait here for the task
    "grace": 5.0,  # seconds for the tasks to end after the last frame
    "interrupt": 2.0,  # seconds more, after they were interrupted
    "output": False,  # send what is written to descriptors 1 and 2 to the controller
    "group": False,  # end what was started here even when told to end: nobody else can, over ssh
    "batch": False,  # write the frames of a task that sends again and again together
    "chdir": None,
    "nice": None,
    "env": None,
}


class DataFormatError(Exception):
    pass


class DumpError(DataFormatError):
    """The value cannot be sent."""


class LoadError(DataFormatError):
    """The bytes are no value."""


class RemoteError(Exception):
    """The other side closed the channel with this text."""

    def __init__(self, formatted):
        Exception.__init__(self)
        self.formatted = formatted

    def __str__(self):
        return self.formatted

    def __repr__(self):
        return "RemoteError: " + self.formatted


class TimeoutError(IOError):
    """Nothing arrived in time."""
