"""Runs processes for a worker: many at once, in one thread of a program of its own.

relay.py starts it beside the worker, which gives it three things: a program with a single thread, which
can fork without harm; a guard that ends what runs should the worker be killed; and a loop that keeps
deadlines while the code of the user keeps the worker busy. It runs on Python 2.7, 3.6 and later, and PyPy,
with the standard library alone, on any POSIX system; what needs /proc is done where there is one.

Messages come in on descriptor 0 and go out on descriptor 1, each as its length in four bytes and the
value as the module marshal writes it. The first one holds the environment for the processes, a dictionary
of bytes, and the first ten digits of their marks. All others are those of docs/services.md: tuples of a
code, the number of a process, and more:

    in   START        a dictionary: what to run and how
         INPUT        bytes for its standard input; at most INPUT_WINDOW before TOOK grants more
         CLOSE_INPUT
         SIGNAL       the name of a signal, for its process group
         END          steps: ends all its processes
         RESIZE       rows, columns
         CREDIT       OUTPUT or ERRORS, how many bytes are taken beyond those granted before
         ALIVE        seconds: who is silent for so long is taken for dead; the number means nothing
         FORGET       kills all its processes; nothing more is said about it
    out  STARTED      the process identifier
         OUTPUT       bytes of its standard output
         ERRORS       bytes of its standard error
         TOOK         how many bytes of input were written
         INPUT_CLOSED it reads no more
         ENDED        a dictionary: how
         REFUSED      the kind of failure, a sentence: it was not started

At the end of the input every process that still runs is ended with its termination sequence.

The files of this folder are one text, in the order of scripts/embed-services. It must stay ASCII. Comments
and docstrings are removed before it is sent.
"""

import collections
import errno
import fcntl
import heapq
import itertools
import marshal
import os
import pwd
import resource
import select
import signal
import struct
import sys
import termios
import time

PY3 = sys.version_info[0] > 2
START, INPUT, CLOSE_INPUT, SIGNAL, END, RESIZE, CREDIT, ALIVE, FORGET = range(9)
STARTED, OUTPUT, ERRORS, TOOK, INPUT_CLOSED, ENDED, REFUSED = range(7)

READ_SIZE = 65536
INPUT_WINDOW = 1 << 20  # bytes of input that wait here for a process
FULL = 8 << 20  # bytes that wait to go out, from which on no more output is read
SWEEP_PAUSE = 0.02  # seconds between two looks at what is to end
KILL_LIMIT = 1.0  # seconds for killed processes to be gone, unless the kernel holds them
READABLE, WRITABLE = 1, 4  # as epoll and poll have them
MARK = b"CONVOKE_TASK"

monotonic = getattr(time, "monotonic", time.time)
SIGNALS = dict(
    (name[3:], int(number))
    for name, number in vars(signal).items()
    if name.startswith("SIG") and not name.startswith("SIG_") and isinstance(number, int)
)
NAMES = dict((number, u"" + name) for name, number in sorted(SIGNALS.items(), reverse=True))
OWN_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)


def number_of(name):
    """The number of a signal; 0, which does nothing, for one that is not known here."""
    return name if isinstance(name, int) else SIGNALS.get(str(name), 0)


def reason_of(error):
    if not isinstance(error, EnvironmentError) or not error.errno:
        return u"%s: %s" % (type(error).__name__, error)
    return text_of(os.strerror(error.errno))


def text_of(data):
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else data


def patiently(function, *arguments):
    """Calls again what a signal has interrupted, as later Pythons do by themselves."""
    while True:
        try:
            return function(*arguments)
        except EnvironmentError as error:
            if error.errno != errno.EINTR:
                raise


def close(fd):
    try:
        os.close(fd)
    except OSError:
        pass


def private(*fds):
    for fd in () if PY3 else fds:  # later ones are so by themselves
        fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.fcntl(fd, fcntl.F_GETFD) | fcntl.FD_CLOEXEC)


def unblock(fd):
    fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_NONBLOCK)


def set_size(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
