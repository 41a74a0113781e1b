"""The Python worker of Convoke: serves channels over two descriptors, with the standard library alone.

Runs unchanged on Python 2.7, 3.6 and later, and PyPy. A controller starts

    python -u -c "import sys;exec(eval(sys.stdin.readline()))"

and writes one line: a string literal that holds this file and, after it, the call

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

This text must stay ASCII. Comments and docstrings are removed before it is sent.
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


# ---------------------------------------------------------------------------------------------------
# Errors


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


# ---------------------------------------------------------------------------------------------------
# Values to bytes


pack4 = struct.Struct("!i").pack
pack_op = struct.Struct("!ci").pack
pack_item = struct.Struct("!cicic").pack
pack_frame = struct.Struct("!bii").pack
pack_int_frame = struct.Struct("!biicic").pack
pack_float = struct.Struct("!d").pack
MIN4, MAX4 = -(2**31), 2**31 - 1


def dump(put, value):
    saver = SAVERS.get(type(value))
    if saver is None:
        saver = saver_of_base(type(value))
    saver(put, value)


def saver_of_base(kind):
    """A value of a subclass (OrderedDict, a named tuple, IntEnum) travels as a value of its base."""
    for base in kind.__mro__:
        saver = SAVERS.get(base)
        if saver is not None:
            return saver
    raise DumpError("can't serialize %r" % (kind,))


def dump_sized(put, op, data):
    if len(data) > MAX4:
        raise DumpError("too long: %d bytes" % len(data))
    put(pack_op(op, len(data)))
    put(data)


def dump_int(put, value, short=b"F", big=b"H"):
    if MIN4 <= value <= MAX4:
        put(pack_op(short, value))
    else:
        try:
            dump_sized(put, big, ("%d" % value).encode("ascii"))
        except ValueError as error:  # the limit on decimal digits
            raise DumpError(str(error))


def dump_text(put, value, op=b"N"):
    try:
        dump_sized(put, op, value.encode("utf-8"))
    except UnicodeError as error:
        raise DumpError(str(error))


def dump_list(put, value):
    put(pack_op(b"K", len(value)))
    index = 0
    for item in value:
        if type(item) is int and MIN4 <= item <= MAX4:
            put(pack_item(b"F", index, b"F", item, b"P"))
        else:
            put(pack_op(b"F", index))
            dump(put, item)
            put(b"P")
        index += 1


def dump_dict(put, value):
    put(b"J")
    for key in value:
        dump(put, key)
        dump(put, value[key])
        put(b"P")


def dump_all(put, value, op):
    for item in value:
        dump(put, item)
    put(pack_op(op, len(value)))


def dump_channel(put, channel):
    put(pack_op(b"B", channel.id))


SAVERS = {
    type(None): lambda put, value: put(b"L"),
    bool: lambda put, value: put(b"R" if value else b"C"),
    int: dump_int,
    float: lambda put, value: put(b"D" + pack_float(value)),
    complex: lambda put, value: put(b"T" + pack_float(value.real) + pack_float(value.imag)),
    unicode: dump_text,
    bytes: lambda put, value: dump_sized(put, b"A", bytes(value)),
    bytearray: lambda put, value: dump_sized(put, b"A", bytes(value)),
    memoryview: lambda put, value: dump_sized(put, b"A", value.tobytes()),
    list: dump_list,
    tuple: lambda put, value: dump_all(put, value, b"@"),
    dict: dump_dict,
    set: lambda put, value: dump_all(put, value, b"O"),
    frozenset: lambda put, value: dump_all(put, value, b"E"),
}
if not PY3:  # str may be text or bytes; the reader decides
    SAVERS[bytes] = lambda put, value: dump_sized(put, b"M", bytes(value))
    SAVERS[unicode] = lambda put, value: dump_text(put, value, b"S")
    SAVERS[long] = lambda put, value: dump_int(put, value, b"G", b"I")


def frame_of(code, id, value):
    """A frame with this value, and the length of its payload."""
    parts = [b""]
    try:
        dump(parts.append, value)
    except RuntimeError:  # RecursionError, where there is one
        raise DumpError("can't serialize: nested too deeply")
    except (struct.error, OverflowError) as error:
        raise DumpError("can't serialize: %s" % error)
    parts.append(b"Q")
    size = sum(imap(len, parts))
    if size > MAX4:
        raise DumpError("too long: %d bytes" % size)
    parts[0] = pack_frame(code, id, size)
    return b"".join(parts), size


# ---------------------------------------------------------------------------------------------------
# Bytes to values


unpack4 = struct.Struct("!i").unpack_from
unpack_header = struct.Struct("!bii").unpack_from
unpack_float = struct.Struct("!d").unpack_from
# Indexing bytes gives numbers on Python 3 and strings on Python 2; so does this.
INT, STOP = b"F"[0], b"Q"[0]
(TEXT, BYTES, SETITEM, LIST, DICT, TUPLE, NONE, TRUE, FALSE, FLOAT) = (c for c in b"NAPKJ@LRCD")
(CHANNEL, SET, FROZENSET, COMPLEX, STR2, TEXT2, LONG, BIG, BIG2) = (c for c in b"BOETMSGHI")


def load(data, coercion=(True, False), channel_of=None):
    """The value in these bytes (or in a memoryview of them)."""
    try:
        return load_stack(data, coercion, channel_of)
    except LoadError:
        raise
    except Exception as error:
        raise LoadError("no value: %s: %s" % (type(error).__name__, error))


def load_stack(data, coercion, channel_of):
    stack = []
    push, pop = stack.append, stack.pop
    end = len(data)
    at = 0
    while True:
        op = data[at]
        at += 1
        if op == INT or op == LONG:
            push(unpack4(data, at)[0])
            at += 4
        elif op == SETITEM:
            value = pop()
            key = pop()
            stack[-1][key] = value
        elif op == NONE:
            push(None)
        elif op == TRUE:
            push(True)
        elif op == FALSE:
            push(False)
        elif op == FLOAT:
            push(unpack_float(data, at)[0])
            at += 8
        elif op == STOP:
            if len(stack) != 1:
                raise LoadError("no value: %d values at the end" % len(stack))
            return stack[0]
        elif op == DICT:
            push({})
        elif op == COMPLEX:
            push(complex(unpack_float(data, at)[0], unpack_float(data, at + 8)[0]))
            at += 16
        else:
            # All others have a number, a length or a count.
            size = unpack4(data, at)[0]
            at += 4
            if op in b"NAMSHI":
                stop = at + size
                if size < 0 or stop > end:
                    raise LoadError("no value: it ends too early")
                part = bytes(data[at:stop]) if PY3 else data[at:stop]
                at = stop
                if op == TEXT:
                    push(part if coercion[1] else part.decode("utf-8"))
                elif op == BYTES:
                    push(part)
                elif op == STR2:
                    push(part.decode("latin-1") if coercion[0] else part)
                elif op == TEXT2:
                    push(part.decode("utf-8"))
                else:
                    push(int(part))
            elif op == LIST:
                # No more items than bytes that could hold them; short lists may have empty places.
                if size < 0 or size > max(1000, end - at):
                    raise LoadError("no value: a list of %d in %d bytes" % (size, end - at))
                push([None] * size)
            elif op == CHANNEL:
                if channel_of is None:
                    raise LoadError("no value: a channel, where none can be")
                push(channel_of(size))
            elif op == TUPLE or op == SET or op == FROZENSET:
                first = len(stack) - size
                if size < 0 or first < 0:
                    raise LoadError("no value: %d items of %d" % (len(stack), size))
                items = stack[first:]
                del stack[first:]
                push(tuple(items) if op == TUPLE else set(items) if op == SET else frozenset(items))
            else:
                raise LoadError("no value: unknown opcode %r" % (op,))


# ---------------------------------------------------------------------------------------------------
# Models: who runs tasks, and how threads wait


class Model(object):
    """Operating system threads; what remote code sees as channel.gateway.execmodel."""

    main_runs_tasks = True  # the main thread waits for tasks, others get a thread each

    def __init__(self, name):
        self.backend = name
        self.channel_class = Channel
        self.allocate_lock = _thread.allocate_lock
        self.get_ident = _thread.get_ident
        self.sleep = time.sleep
        self.select = select
        self.read = os.read
        self.write = os.write

    def start(self, function, args=()):
        return _thread.start_new_thread(function, args)

    def acquire(self, gate, timeout=None):
        """Acquires a lock, as long as it takes or for some seconds; says whether it has."""
        if timeout is None:
            return gate.acquire()
        if PY3:
            return gate.acquire(True, min(timeout, 1e6))
        deadline, pause = monotonic() + timeout, 0.0005  # Python 2 cannot wait with a limit
        while not gate.acquire(False):
            left = deadline - monotonic()
            if left <= 0:
                return False
            time.sleep(min(pause, left))
            pause = min(pause * 2, 0.02)
        return True

    def prepare(self, io):
        pass

    def spawn(self, gateway, job):
        self.start(gateway.run, job)

    def serve(self, gateway):
        """Runs in the main thread until the gateway has finished."""
        self.start(gateway.receive)
        gateway.run_on_main_thread()

    def stop(self):
        pass

    def writer_lock(self):
        return _thread.RLock() if PY3 else _thread.allocate_lock()

    def give_up(self, seconds):
        """Threads of the user, or what runs at exit, may keep the interpreter, but not for ever."""
        native_sleep(seconds)
        self.end_children(0)
        os._exit(1)

    def interrupt(self, running):
        """Interrupts the task of the main thread."""
        try:
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(MAIN_THREAD, signal.SIGINT)
            elif os.name == "posix":
                os.kill(os.getpid(), signal.SIGINT)
            else:
                _thread.interrupt_main()
        except Exception:
            pass

    def __getattr__(self, name):  # imported only when somebody asks
        if name in ("Lock", "RLock", "Event", "Condition", "Semaphore"):
            module = threading
        elif name == "queue":
            return __import__("queue" if PY3 else "Queue")
        elif name in ("subprocess", "socket"):
            return __import__(name)
        elif name == "fdopen":
            module = os
        else:
            raise AttributeError(name)
        return getattr(module, name)

    def PopenPiped(self, args):
        pipe = self.subprocess.PIPE
        return self.subprocess.Popen(args, stdin=pipe, stdout=pipe)


# ---------------------------------------------------------------------------------------------------
# Frames out


class Output(object):
    """Frames on their way out.

    Whoever finds the lock free writes, for all: one write for all frames that wait. A task may block
    here, which is its back-pressure. The receiver must not: were both sides to wait for each other to
    read, nobody would. It posts, and what cannot be written at once is left to a thread.

    With the option "batch", a task that sends again and again writes less often: after its first frames
    the next ones wait, until it blocks, ends, or has filled a buffer; the thread sees to it that none
    waits longer than about a millisecond. Should the process be killed meanwhile, these are lost, so
    that without the option what a task has sent is in the pipe before its next step.
    """

    def __init__(self, fd, model, batch):
        self.fd = fd
        self.model = model
        self.pending = []
        self.rest = b""  # of frames that were written in part
        self.lock = model.writer_lock()
        self.owned = getattr(self.lock, "_is_owned", lambda: False)
        self.broken = False
        self.deferred = False  # an interrupt that arrived in the middle of a frame
        self.closing = False
        self.alarm = None
        self.alarmed = False
        self.recent = 0.0
        self.size = 0
        # A greenlet cannot be interrupted by the clock, only by itself.
        self.lazy = batch and type(model) is Model
        self.poll = None
        if model.select is not None and hasattr(model.select, "poll"):
            self.poll = model.select.poll()
            self.poll.register(fd, model.select.POLLOUT)

    def send(self, frame):
        """Sends a frame, and waits for the reader of the pipe if it must."""
        if self.broken:
            raise IOError("cannot send: the connection is closed")
        pending = self.pending
        pending.append(frame)
        if self.lazy and len(frame) < 512:
            now = monotonic()
            if now - self.recent < 0.00005 and len(pending) < 512:
                self.recent = now
                if not self.alarmed:
                    self.wake()
                return
            self.recent = now
        if self.take():
            self.flush()
        elif len(pending) > 600 or len(frame) > READ_SIZE:
            if self.take(True):
                self.flush()
        if self.broken:
            raise IOError("cannot send: the connection is closed")

    def send_now(self, frame):
        """Sends a frame that should not wait for others; at the end nobody may be left to read it."""
        self.pending.append(frame)
        if self.closing:
            self.hurry()
        elif self.take():
            self.flush()
        if self.broken:
            raise IOError("cannot send: the connection is closed")

    def post(self, frame):
        """Sends a frame soon, without waiting for anybody."""
        self.pending.append(frame)
        self.hurry()

    def hurry(self):
        """Writes what waits, if that can be done without waiting."""
        if self.broken or not self.pending:
            return
        if self.take():
            # A pipe that is writable takes this much at once.
            few = not self.rest and sum(imap(len, self.pending[:512])) <= 4096 and len(self.pending) <= 512
            if few and self.poll is not None and self.poll.poll(0):
                self.flush()
            else:
                self.lock.release()
                self.wake()

    def take(self, wait=False):
        """Takes the lock if it is free, or when it is; says whether it has."""
        if self.owned():
            frame = sys._getframe(1)
            while frame is not None:
                if frame.f_code in WRITING:  # a destructor or a signal handler, in the middle of flush()
                    return False
                frame = frame.f_back
            self.lock.release()  # a signal handler that raised at a bad moment had left it behind
        return self.lock.acquire(wait)

    def flush(self):
        """Writes all that waits; the caller has the lock, and has it no more afterwards."""
        pending = self.pending
        while True:
            try:
                while self.rest or pending:
                    if not self.rest:
                        count = len(pending)
                        self.rest = pending[0] if count == 1 else b"".join(pending[:count])
                        del pending[:count]
                    self.write()
            except (IOError, OSError, ValueError):
                self.broken = True
                self.rest = b""
                del pending[:]
            finally:
                self.lock.release()
            if self.deferred and _thread.get_ident() == MAIN_THREAD:
                self.deferred = False
                raise KeyboardInterrupt
            # Somebody may have come while we had the lock, and relied on us.
            if not pending or self.broken or not self.lock.acquire(False):
                return

    def write(self):
        # One call in C writes and takes down how much: a signal handler of the task that raises cannot
        # come between the two.
        counts = []
        try:
            counts.extend(imap(self.model.write, (self.fd,), (self.rest,)))
        except (IOError, OSError) as error:
            if error.errno == errno.EAGAIN:
                self.wait()
            elif error.errno != errno.EINTR:
                raise
        finally:
            if counts:
                self.rest = memoryview(self.rest)[counts[0]:] if counts[0] < len(self.rest) else b""

    def wait(self):
        if self.poll is not None:
            self.poll.poll(100)
        else:
            self.model.sleep(0.01)

    def wake(self):
        """Has the thread write what waits."""
        self.alarmed = True
        if self.alarm is None:
            self.alarm = self.model.allocate_lock()
            self.model.start(self.serve, ())
        else:
            try:
                self.alarm.release()
            except (RuntimeError, _thread.error):
                pass  # it is on its way

    def serve(self):
        while not self.broken:
            self.alarmed = False
            if self.pending or self.rest:
                if self.lazy:
                    time.sleep(0.0003)  # let a few more come
                self.lock.acquire()
                self.flush()
                continue
            self.alarm.acquire()

    def drain(self, seconds):
        """Gives what waits some time to go out, before the process ends."""
        limit = monotonic() + seconds
        while (self.pending or self.rest) and not self.broken and monotonic() < limit:
            self.hurry()
            native_sleep(0.001)

    def settle(self):
        """Writes what waits, before its task waits for something else."""
        if self.pending and self.take():
            self.flush()


# ---------------------------------------------------------------------------------------------------
# Channels


NO_ENDMARKER = object()


class Port(object):
    """What the gateway knows about a channel; lives as long as the conversation.

    The receiver puts items in, anybody takes them out, and neither needs a lock: an item is there before
    a waiting thread is woken, and a thread that has queued up looks once more before it waits.
    """

    def __init__(self, gateway, id):
        self.gateway = gateway
        self.id = id
        self.items = deque()
        self.waiters = deque()  # locks, each released for one item
        self.closers = []  # locks of those who wait for the end
        self.ended = False  # no more items will come
        self.closed = False  # nothing may be sent
        self.lost = False  # ended without a word of the other side
        self.errors = deque()
        self.callback = None
        self.pumping = False  # items go to the callback, the end not yet
        self.handle = None  # a weak reference to the Channel
        self.executing = False
        self.job = None
        self.coercion = gateway.coercion
        # Flow control, once there was a HELLO. Only the receiver changes what is granted, only the
        # holder of the lock what is sent.
        self.granted = gateway.peer_window
        self.sent = 0
        self.consumed = 0
        self.sizes = deque()
        self.send_lock = self.take_lock = self.credit_gate = None
        if gateway.peer_window is not None:
            self.use_window()

    def use_window(self):
        self.send_lock = self.gateway.model.allocate_lock()
        self.take_lock = self.gateway.model.allocate_lock()

    # -- in

    def wake(self):
        try:
            self.waiters.popleft().release()
        except IndexError:
            pass

    def take(self, timeout=None):
        """The next item; IndexError at the end."""
        items, gateway = self.items, self.gateway
        deadline = None if timeout is None else monotonic() + timeout
        while True:
            ended = self.ended  # before we look: items come first, then the end
            try:
                item = items.popleft()
            except IndexError:
                if ended:
                    raise
            else:
                if self.sizes:
                    self.consume()
                return item
            left = None if deadline is None else deadline - monotonic()
            if left is not None and left <= 0:
                raise TimeoutError("no item after %r seconds" % timeout)
            gateway.output.settle()
            gate = gateway.model.allocate_lock()
            gate.acquire()
            self.waiters.append(gate)
            try:
                if not items and not self.ended:
                    gateway.model.acquire(gate, left)
            except BaseException:
                if gate not in self.waiters and items:  # released for an item that another must take now
                    self.wake()
                raise
            finally:
                try:
                    self.waiters.remove(gate)
                except (ValueError, IndexError):
                    pass

    def consume(self):
        try:
            size = self.sizes.popleft()
        except IndexError:
            return
        with self.take_lock:
            self.consumed += size
            grant = self.consumed
            if grant < self.gateway.window // 2:
                return
            self.consumed = 0
        if not self.ended:
            self.gateway.output.post(pack_frame(WINDOW, self.id, 4) + pack4(grant))

    def end(self, closed, error=None):
        """The receiver calls this when no more items will come."""
        if error is not None:
            self.errors.append(RemoteError(error))
        if closed:
            self.closed = True
            self.gateway.ports.pop(self.id, None)
        self.ended = True
        while self.waiters:
            self.wake()
        gate = self.credit_gate
        if gate is not None:
            release(gate)
        if not self.pumping:
            self.release_closers()

    def release_closers(self):
        while self.closers:
            try:
                release(self.closers.pop())
            except IndexError:
                pass

    # -- out

    def send(self, frame, size):
        if self.closed:
            raise IOError("cannot send to %r" % (self,))
        if self.send_lock is None:
            self.gateway.output.send(frame)
            return
        with self.send_lock:
            while self.granted - self.sent <= 0:
                self.gateway.output.settle()
                self.credit_gate = gate = self.gateway.model.allocate_lock()
                gate.acquire()
                try:
                    if self.granted - self.sent <= 0 and not self.closed and not self.gateway.closing:
                        self.gateway.model.acquire(gate)
                finally:
                    self.credit_gate = None
                if self.closed or self.gateway.closing:
                    raise IOError("cannot send to %r" % (self,))
            self.sent += size
            self.gateway.output.send(frame)

    def grant(self, count):
        self.granted = (self.granted or 0) + count
        gate = self.credit_gate
        if gate is not None:
            release(gate)

    def close(self, error=None):
        if self.closed:
            return
        self.closed = True
        ended, self.ended = self.ended, True
        self.gateway.ports.pop(self.id, None)
        if not ended or self.executing:
            if error is None:
                frame = pack_frame(CLOSE, self.id, 0)
            else:
                frame = frame_of(CLOSE_ERROR, self.id, as_text(error))[0]
            self.gateway.output.send_now(frame)
        self.end(True)

    def drop(self):
        """Nobody has the Channel any more."""
        if self.closed or self.ended:
            return
        self.closed = True
        if self.pumping:
            self.gateway.output.post(pack_frame(LAST_MESSAGE, self.id, 0))
        else:
            self.gateway.ports.pop(self.id, None)
            self.ended = True
            self.gateway.output.post(pack_frame(CLOSE, self.id, 0))

    # -- callbacks

    def pump(self, endmarker):
        """Gives the items to the callback, one after the other, on a thread of this channel's own."""
        try:
            while True:
                try:
                    item = self.take()
                except IndexError:
                    break
                self.callback(item)
        except BaseException:
            error = formatted_error()
            self.errors.append(RemoteError(error))
            try:
                self.executing = False
                self.close(error)
            except (IOError, OSError):
                pass
        try:
            if endmarker is not NO_ENDMARKER:
                self.callback(endmarker)
        except BaseException:
            report(formatted_error())
        self.pumping = False
        self.release_closers()

    def __repr__(self):
        return "<Channel id=%d %s>" % (self.id, "closed" if self.closed else "open")


def release(gate):
    try:
        gate.release()
    except Exception:  # somebody else has
        pass


def as_text(error):
    if isinstance(error, RemoteError):
        error = error.formatted
    if isinstance(error, bytes):
        return error.decode("utf-8", "replace")
    if not isinstance(error, unicode):
        try:
            error = unicode(error)
        except Exception:
            error = unicode(repr(error))
    if PY3:  # what cannot be encoded must not hide the error
        error = error.encode("utf-8", "backslashreplace").decode("utf-8")
    return error


class Channel(object):
    """A conversation, as the remote code sees it. Dropping the last reference closes it."""

    RemoteError = RemoteError
    TimeoutError = TimeoutError

    def __init__(self, port):
        self._port = port
        self.id = port.id
        self.gateway = port.gateway
        port.handle = ref(self)

    def send(self, item):
        """Sends a value; waits while the other side does not read."""
        port = self._port
        if type(item) is int and MIN4 <= item <= MAX4:
            port.send(pack_int_frame(DATA, self.id, 6, b"F", item, b"Q"), 6)
        else:
            port.send(*frame_of(DATA, self.id, item))

    def receive(self, timeout=None):
        """The next value; EOFError at the end, RemoteError if the other side closed with an error."""
        if timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        port = self._port
        if port.callback is not None:
            raise IOError("cannot receive(), channel has receiver callback")
        try:
            return port.take(timeout)
        except IndexError:
            raise self._end()

    def _end(self):
        try:
            return self._port.errors.popleft()
        except IndexError:
            return EOFError()

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return self.receive()
        except EOFError:
            raise StopIteration

    next = __next__

    def close(self, error=None):
        if self._port.executing:
            raise IOError("cannot explicitly close channel within remote_exec")
        self._port.close(error)

    def isclosed(self):
        return self._port.closed

    def waitclose(self, timeout=None):
        """Waits until no more values will come."""
        port = self._port
        gate = self.gateway.model.allocate_lock()
        gate.acquire()
        port.closers.append(gate)
        if not port.ended or port.pumping:
            self.gateway.output.settle()
            if not self.gateway.model.acquire(gate, timeout):
                raise TimeoutError("Timeout after %r seconds" % timeout)
        if port.errors:
            raise port.errors.popleft()
        if port.lost:
            raise EOFError()

    def setcallback(self, callback, endmarker=NO_ENDMARKER):
        """Calls back with each value, those that are already here first, and at the end with the marker."""
        port = self._port
        if port.callback is not None:
            raise IOError("%r has callback already registered" % (self,))
        for _ in range(len(port.items)):
            callback(port.take())
        port.pumping = True
        port.callback = callback
        self._start_pump(port, endmarker)

    def _start_pump(self, port, endmarker):
        self.gateway.model.start(port.pump, (endmarker,))

    def reconfigure(self, py2str_as_py3str=True, py3str_as_py2str=False):
        self._port.coercion = (bool(py2str_as_py3str), bool(py3str_as_py2str))
        self.gateway.output.send_now(frame_of(RECONFIGURE, self.id, self._port.coercion)[0])

    def makefile(self, mode="w", proxyclose=False):
        if mode == "w":
            return ChannelWriter(self, proxyclose)
        if mode == "r":
            return ChannelReader(self, proxyclose)
        raise ValueError("mode %r not available" % (mode,))

    def __del__(self):
        try:
            self._port.drop()
        except Exception:  # at the end of the interpreter
            pass

    def __repr__(self):
        return repr(self._port)


SAVERS[Channel] = dump_channel


class ChannelFile(object):
    def __init__(self, channel, proxyclose):
        self.channel = channel
        self._proxyclose = proxyclose

    def isatty(self):
        return False

    def flush(self):
        pass

    def close(self):
        if self._proxyclose:
            self.channel.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class ChannelWriter(ChannelFile):
    def write(self, data):
        self.channel.send(data)

    def writelines(self, lines):
        for line in lines:
            self.channel.send(line)


class ChannelReader(ChannelFile):
    """Reads text or bytes, whichever the channel carries."""

    _buffer = None

    def _more(self):
        try:
            data = self.channel.receive()
        except EOFError:
            return False
        self._buffer = data if self._buffer is None else self._buffer + data
        return True

    def _cut(self, count):
        data = self._buffer if self._buffer is not None else ""
        self._buffer = data[count:]
        return data[:count]

    def read(self, n=-1):
        if n is None or n < 0:
            parts = [] if self._buffer is None else [self._buffer]
            parts.extend(self.channel)
            self._buffer = None
            return parts[0][:0].join(parts) if parts else ""
        while self._buffer is None or len(self._buffer) < n:
            if not self._more():
                break
        return self._cut(n)

    def readline(self):
        seen = 0
        while True:
            if self._buffer is not None:
                end = self._buffer.find("\n" if isinstance(self._buffer, unicode) else b"\n", seen)
                if end >= 0:
                    return self._cut(end + 1)
                seen = len(self._buffer)
            if not self._more():
                return self._cut(seen)

    def __iter__(self):
        return iter(self.readline, self.read(0))


# ---------------------------------------------------------------------------------------------------
# The gateway


MAIN_THREAD = _thread.get_ident()


def formatted_error(error=None):
    """The traceback of an exception, without our own frames at its head."""
    import traceback

    if error is None:
        kind, error, trace = sys.exc_info()
    else:
        kind, trace = type(error), error.__traceback__
    while trace is not None and trace.tb_frame.f_code in OWN_CODE:
        trace = trace.tb_next
    return as_text("".join(traceback.format_exception(kind, error, trace)))


def report(text):
    try:
        sys.stderr.write(text if PY3 else text.encode("utf-8"))
        sys.stderr.flush()
    except Exception:
        pass


class Gateway(object):
    """Reads the frames, and knows the channels and tasks."""

    def __init__(self, io, id, model, options):
        self.io = io
        self.id = id
        self.model = self.execmodel = model
        self.options = options
        self.output = Output(io.writer, model, options["batch"])
        self.ports = {}
        self.ids = itertools.count(2, 2)
        self.running = set()
        self.coercion = (True, False)
        self.window = options["window"]
        self.peer_window = None  # that of the other side, after its HELLO
        self.extended = model.allocate_lock()  # released by HELLO
        self.extended.acquire()
        self.silence = None  # milliseconds after which the other side is taken for dead
        self.closing = False
        self.main_gate = model.allocate_lock()
        self.main_gate.acquire()
        self.main_job = None
        self.main_free = model.main_runs_tasks
        self.main_busy = False  # code of the user runs in the main thread
        self.idle_gate = None
        self.told_to_end = False
        self.spare = b""  # for large frames
        self.reads_in_place = model.read is os.read and hasattr(os, "readv")

    # -- what remote code may use

    def newchannel(self):
        if self.closing:
            raise IOError("connection already closed: %r" % (self,))
        return self.channel_of(next(self.ids))

    def reconfigure(self, py2str_as_py3str=True, py3str_as_py2str=False):
        self.coercion = (bool(py2str_as_py3str), bool(py3str_as_py2str))
        self.output.send_now(frame_of(RECONFIGURE, 0, self.coercion)[0])

    def hasreceiver(self):
        return not self.closing

    def _trace(self, *_):
        pass

    def __repr__(self):
        return "<WorkerGateway id=%s model=%s>" % (self.id, self.model.backend)

    # -- reading

    def receive(self):
        """The receiver: handles frames until the end, then ends everything."""
        try:
            self.read_frames()
        except (IOError, OSError):
            pass
        except BaseException:
            report(formatted_error())
        self.finish()

    def read(self, size=READ_SIZE, place=None):
        while True:
            try:
                if self.silence is not None and not self.poll.poll(self.silence):
                    return b""
                if place is not None:
                    return os.readv(self.io.reader, (place,))
                return self.model.read(self.io.reader, size)
            except (IOError, OSError) as error:
                if error.errno == errno.EAGAIN:
                    self.model.select.select([self.io.reader], [], [])
                elif error.errno != errno.EINTR:
                    raise

    def read_large(self, body, start):
        """Fills the body of a large frame in place."""
        while start < len(body):
            if self.reads_in_place:
                count = self.read(0, body[start:])
                if not count:
                    return False
                start += count
                continue
            part = self.read(min(len(body) - start, 1 << 20))
            if not part:
                return False
            body[start:start + len(part)] = part
            start += len(part)
        return True

    def read_frames(self):
        ports = self.ports
        buffer = b""
        while True:
            at, end = 0, len(buffer)
            size = 0
            while end - at >= 9:
                code, id, size = unpack_header(buffer, at)
                if size < 0:
                    size = 0
                stop = at + 9 + size
                if stop > end:
                    break
                if code == DATA:
                    port = ports.get(id)
                    if port is not None and not port.ended:
                        if size == 6 and buffer[at + 9] == INT:
                            self.deliver(port, unpack4(buffer, at + 10)[0], 6)
                        else:
                            self.on_data(port, buffer[at + 9:stop])
                elif code == TERMINATE:
                    self.told_to_end = True
                    return
                else:
                    self.on_frame(code, id, buffer[at + 9:stop])
                at = stop
            rest = end - at
            if rest >= 9 and size > READ_SIZE:
                # Memory that is used again costs far less than new memory.
                whole = self.spare if size <= len(self.spare) else bytearray(size)
                if size <= KEPT_SIZE:
                    self.spare = whole
                body = memoryview(whole)[:size]
                have = rest - 9
                body[:have] = memoryview(buffer)[at + 9:]
                if not self.read_large(body, have):
                    return
                port = ports.get(id)
                if code != DATA:
                    self.on_frame(code, id, body.tobytes())
                elif port is not None and not port.ended:
                    self.on_data(port, body if PY3 else body.tobytes())
                del body, whole
                buffer = b""
                continue
            more = self.read()
            if not more:
                return
            buffer = buffer[at:] + more if rest else more

    def deliver(self, port, item, size):
        if port.send_lock is not None:
            port.sizes.append(size)
        port.items.append(item)
        if port.waiters:
            port.wake()

    def on_data(self, port, data):
        try:
            item = load(data, port.coercion, self.channel_of)
        except LoadError as error:
            self.refuse(port.id, error)
        else:
            self.deliver(port, item, len(data))

    def on_frame(self, code, id, data):
        try:
            if code == EXEC:
                self.on_exec(id, data)
            elif code == CLOSE or code == LAST_MESSAGE:
                port = self.ports.get(id)
                if port is not None:
                    port.end(code == CLOSE)
            elif code == CLOSE_ERROR:
                self.on_close_error(id, data)
            elif code == STATUS:
                status = {
                    u"numchannels": len(self.ports),
                    u"numexecuting": len(self.running),
                    u"execmodel": unicode(self.model.backend),
                }
                self.output.post(frame_of(DATA, id, status)[0] + pack_frame(CLOSE, id, 0))
            elif code == RECONFIGURE:
                first, second = load(data)
                if id == 0:
                    self.coercion = (bool(first), bool(second))
                else:
                    self.port_of(id).coercion = (bool(first), bool(second))
            elif code == HELLO:
                self.on_hello(data)
            elif self.peer_window is None:
                pass  # an unknown code from a side that would not know the answer
            elif code == WINDOW:
                port = self.ports.get(id)
                if port is not None:
                    port.grant(unpack4(data, 0)[0])
            elif code == PING:
                self.output.post(pack_frame(PONG, 0, len(data)) + data)
            else:
                self.output.post(pack_frame(UNKNOWN, 0, 1) + struct.pack("b", code))
        except Exception as error:
            if id != 0:
                self.refuse(id, error)

    def poll_reader(self):
        if not hasattr(self.model.select, "poll"):
            return False
        self.poll = self.model.select.poll()
        self.poll.register(self.io.reader, self.model.select.POLLIN)
        return True

    def refuse(self, id, error):
        """Closes a channel because of a frame that cannot be understood."""
        text = as_text("%s: %s" % (type(error).__name__, error))
        port = self.ports.get(id)
        if port is None or not port.closed:
            self.output.post(frame_of(CLOSE_ERROR, id, text)[0])
        if port is not None:
            port.end(True, text)

    def on_close_error(self, id, data):
        try:
            text = as_text(load(data))
        except LoadError as error:
            text = as_text(error)
        port = self.ports.get(id)
        if port is not None:
            port.end(True, text)
        elif text != INTERRUPTED:
            report("channel %d, which is closed, got an error: %s\n" % (id, text))

    def on_hello(self, data):
        hello = load(data)
        window = int(hello[u"window"])
        heartbeat = hello.get(u"heartbeat")
        if heartbeat and self.silence is None and self.poll_reader():
            self.silence = int(heartbeat * 4000)
        answer = {
            u"version": 1,
            u"capabilities": [u"window", u"heartbeat"] + ([u"output"] if self.io.outputs else []),
            u"window": self.window,
        }
        self.output.post(frame_of(HELLO, 0, answer)[0])
        first = self.peer_window is None
        self.peer_window = window
        if first:
            for port in list(self.ports.values()):
                port.granted = window
                port.use_window()
            release(self.extended)

    # -- channels

    def port_of(self, id):
        port = self.ports.get(id)
        if port is None:
            port = Port(self, id)
            if self.closing:
                port.closed = port.ended = True
            else:
                self.ports[id] = port
        return port

    def channel_of(self, id):
        """The channel with this number: always the same object, while somebody has it."""
        port = self.port_of(id)
        channel = port.handle and port.handle()
        return channel or self.model.channel_class(port)

    # -- tasks

    def on_exec(self, id, data):
        source, name, call, arguments = load(data)
        if call is not None:
            arguments = dict((str(key), arguments[key]) for key in arguments)
        if self.model.backend == "main_thread_only" and not self.main_free:
            self.output.post(frame_of(CLOSE_ERROR, id, ONE_TASK_ONLY)[0])
            return
        channel = self.channel_of(id)
        port = channel._port
        port.executing = True
        port.job = (port, channel, source, name or u"<remote exec>", call, arguments)
        self.running.add(port)
        if self.main_free:
            self.main_free = False
            self.main_job = port.job
            self.main_gate.release()
        else:
            try:
                self.model.spawn(self, port.job)
            except Exception:  # no more threads
                self.end_task(port, formatted_error())

    def run_on_main_thread(self):
        while True:
            try:
                self.main_gate.acquire()
                job = self.main_job
                if job is None:
                    return
                self.main_job = None
                self.run(*job, **{"main": True})
            except KeyboardInterrupt:
                pass  # it came just after the task

    def run(self, port, channel, source, name, call, arguments, main=False):
        error = None
        try:
            try:
                self.main_busy = self.main_busy or main
                run_source(channel, source, name, call, arguments)
            finally:
                if main:
                    self.main_busy = False
        except KeyboardInterrupt:
            error = INTERRUPTED
        except EOFError:
            # The usual end of a task whose channel the other side has closed; else an error like others.
            if not port.ended:
                error = task_error(source, name)
        except BaseException:
            error = task_error(source, name)
        if main:
            self.main_busy = False
            self.main_free = True
        del channel
        self.end_task(port, error)

    def end_task(self, port, error):
        """Tells the other side; the task counts as ended before it can know."""
        port.job = None
        self.running.discard(port)
        try:
            port.close(error)
        except (IOError, OSError):
            pass
        self.output.settle()
        if self.idle_gate is not None and not self.running:
            release(self.idle_gate)

    # -- the end

    def finish(self):
        """What is still running gets some seconds, then an interrupt, then nothing."""
        options = self.options
        deadline = monotonic() + options["grace"] + options["interrupt"]
        self.idle_gate = self.model.allocate_lock()
        self.idle_gate.acquire()
        self.closing = self.output.closing = True
        for port in list(self.ports.values()):
            port.lost = not port.ended
            port.end(False)
        if self.running:
            self.model.acquire(self.idle_gate, options["grace"])
        if self.running:
            self.model.interrupt(self.running)
            self.model.acquire(self.idle_gate, options["interrupt"])
        if self.running:
            self.end_children(0)
            os._exit(1)
        self.model.stop()
        self.main_job = None
        self.main_free = False
        self.main_gate.release()
        self.model.give_up(max(0.5, deadline - monotonic()))

    def serve(self):
        """Runs until the end; called in the main thread."""

        def interrupted(_, frame):
            if self.main_busy:
                if frame is not None and frame.f_code in WRITING and not self.closing:
                    self.output.deferred = True  # the frame must be whole
                else:
                    raise KeyboardInterrupt

        signal.signal(signal.SIGINT, interrupted)
        self.model.end_children = self.end_children
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.forget)
        if self.io.outputs:
            for number, fd in self.io.outputs:
                _thread.start_new_thread(self.pump_output, (number, fd))
        self.model.serve(self)
        self.io.finish()
        self.output.drain(0.5)
        self.end_children()

    def end_children(self, grace=0.5):
        """Ends what was started here and did not leave the process group.

        A controller beside this process does that by itself, unless it went without a word."""
        if type(self.io) is not Stdio or not hasattr(os, "getpgrp"):
            return
        if not self.options["group"] and (self.told_to_end or os.getpgrp() != os.getpid()):
            return
        limit = monotonic() + grace
        if grace:
            signal_group(15)
        while grace and group_members() and monotonic() < limit:
            native_sleep(0.01)
        while signal_group(9) and monotonic() < limit + 0.5:
            native_sleep(0.002)

    def forget(self):
        """In a child that was forked: the connection is not its own."""
        self.output.broken = True
        for fd in (self.io.reader, self.io.writer):
            os.close(fd)

    def pump_output(self, number, fd):
        """Sends what the worker and its children print. What cannot go out stays in the pipe."""
        self.extended.acquire()
        self.extended.release()
        try:
            while True:
                data = os.read(fd, READ_SIZE)
                if not data:
                    break
                self.output.send(frame_of(OUTPUT, 0, (number, bytearray(data)))[0])
        except (IOError, OSError):
            pass
        self.io.pumped.append(number)


def group_members():
    """The processes of this process group, without this one and its parent, which may be a shell."""
    group, known = os.getpgrp(), (os.getpid(), os.getppid())
    found = []
    for pid, parent, its_group, state in processes():
        if int(its_group) == group and int(pid) not in known and state[0] not in "ZX":
            found.append(int(pid))
    return found


def processes():
    """Number, parent, process group and state of every process."""
    if not os.path.exists("/proc/self/stat"):
        for line in os.popen("ps -A -o pid= -o ppid= -o pgid= -o stat="):
            yield line.split()
    else:
        for pid in os.listdir("/proc"):
            try:
                with open("/proc/%d/stat" % int(pid), "rb") as stat:
                    state, parent, group = stat.read().decode("latin-1").rpartition(")")[2].split()[:3]
            except (ValueError, IOError):
                continue
            yield pid, parent, group, state


def signal_group(number):
    """Sends a signal to the others of the group, and says whether there were any."""
    members = group_members()
    for pid in members:
        try:
            os.kill(pid, number)
        except OSError:
            pass
    return members


native_sleep = time.sleep
WRITING = [getattr(method, "__func__", method).__code__ for method in (Output.flush, Output.write)]


# ---------------------------------------------------------------------------------------------------
# Running source


def scope_of(channel):
    return {"channel": channel, "__name__": "__channelexec__"}


def prepare_source(source, name):
    """Source as compile() takes it."""
    if isinstance(source, bytes):
        source = source.decode("utf-8")
    if not PY3:  # a coding line is an error in text
        lines = source.split(u"\n", 2)
        for index, line in enumerate(lines[:2]):
            if line.lstrip().startswith(u"#") and u"coding" in line:
                lines[index] = u"#"
        source = u"\n".join(lines)
        name = name.encode("utf-8")
    return source + u"\n", name


def run_source(channel, source, name, call, arguments):
    source, name = prepare_source(source, name)
    scope = scope_of(channel)
    exec(compile(source, name, "exec", 0, True), scope)
    if call is not None:
        scope[call](channel, **arguments)


def task_error(source, name, error=None):
    """The traceback of a task's error, with the lines of its source."""
    import linecache

    text, name = prepare_source(source, name)
    lines = (text if PY3 else text.encode("utf-8")).splitlines(True)
    linecache.cache[name] = (len(text), None, lines, name)
    return formatted_error(error)


OWN_CODE = set()


def own(*functions):
    """Leaves these functions, and those inside them, out at the head of tracebacks."""
    for function in functions:
        code = getattr(function, "__func__", function).__code__
        OWN_CODE.add(code)
        OWN_CODE.update(inner for inner in code.co_consts if hasattr(inner, "co_code"))


own(run_source, Gateway.run, Port.pump)
MODELS = {"thread": Model, "main_thread_only": Model}


# ---------------------------------------------------------------------------------------------------
# Greenlets. [part: greenlets]


class Greenlets(Model):
    """One greenlet for each task, of gevent or eventlet, all in the main thread."""

    main_runs_tasks = False

    def __init__(self, name):
        Model.__init__(self, name)
        if name == "gevent":
            import gevent
            import gevent.os
            import gevent.select
            import gevent.thread as thread

            self.spawn_greenlet, self.sleep = gevent.spawn, gevent.sleep
            self.select, self.read, self.write = gevent.select, gevent.os.nb_read, gevent.os.nb_write
            self.modules = "gevent.%s", "gevent.lock", "gevent.event", "gevent.queue"
        else:
            import eventlet
            import eventlet.green.os
            import eventlet.green.select
            import eventlet.green.thread as thread

            self.spawn_greenlet, self.sleep = eventlet.spawn, eventlet.sleep
            self.select = eventlet.green.select
            self.read, self.write = eventlet.green.os.read, eventlet.green.os.write
            self.modules = "eventlet.green.%s", "eventlet.green.threading", "eventlet.green.threading", "eventlet.queue"
        self.allocate_lock, self.get_ident = thread.allocate_lock, thread.get_ident
        self.greenlets = {}

    def start(self, function, args=()):
        self.greenlets[id(args)] = self.spawn_greenlet(self.run, function, args)

    def run(self, function, args):
        try:
            function(*args)
        finally:
            self.greenlets.pop(id(args), None)

    def acquire(self, gate, timeout=None):
        return gate.acquire() if timeout is None else gate.acquire(True, timeout)

    def prepare(self, io):
        """A greenlet that never yields keeps the receiver from seeing the end of the input.

        So an operating system thread watches for it."""
        import fcntl

        for fd in (io.reader, io.writer):
            fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_NONBLOCK)
        _thread.start_new_thread(self.watch, (io,))

    def watch(self, io):
        poll = select.poll()
        poll.register(io.reader, 0)
        while not poll.poll():
            pass
        native_sleep(io.options["grace"])
        Model.interrupt(self, ())
        Model.give_up(self, io.options["interrupt"])

    def interrupt(self, running):
        for port in list(running):
            greenlet = self.greenlets.get(id(port.job))
            if greenlet is not None:
                kill = getattr(greenlet, "throw" if self.backend == "gevent" else "kill")
                self.spawn_greenlet(kill, KeyboardInterrupt)

    def __getattr__(self, name):
        family, locks, events, queues = self.__dict__.get("modules", ("", "", "", ""))
        if name in ("Lock", "RLock", "Semaphore", "Condition"):
            module = locks
            if name == "Lock":
                return self.allocate_lock
        elif name == "Event":
            module = events
        elif name == "queue":
            return __import__(queues, None, None, ["Queue"])
        elif name in ("subprocess", "socket"):
            return __import__(family % name, None, None, [name])
        else:
            return Model.__getattr__(self, name)
        return getattr(__import__(module, None, None, [name]), name)

    def spawn(self, gateway, job):
        self.start(gateway.run, job)

    def serve(self, gateway):
        self.start(gateway.receive)
        gateway.main_gate.acquire()

    def writer_lock(self):
        return self.allocate_lock()

    def give_up(self, seconds):
        _thread.start_new_thread(Model.give_up, (self, seconds))


MODELS.update({"gevent": Greenlets, "eventlet": Greenlets})


# ---------------------------------------------------------------------------------------------------
# The event loop of asyncio. [part: asyncio]


class Asyncio(Model):
    """All tasks on the event loop of the main thread; the receiver is a thread."""

    main_runs_tasks = False

    def __init__(self, name):
        Model.__init__(self, name)
        self.channel_class = AsyncChannel
        if sys.version_info < (3, 6):
            raise ImportError("the model asyncio needs Python 3.6 or later")
        import asyncio

        self.asyncio = asyncio
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.tasks = {}

    def call(self, function, *args):
        try:
            self.loop.call_soon_threadsafe(function, *args)
        except RuntimeError:  # the loop is closed
            pass

    def cancel(self, running):
        for port in list(running):
            task = self.tasks.get(port)
            if task is not None:
                task.cancel()

    def interrupt(self, running):
        self.call(self.cancel, running)
        time.sleep(0.2)
        if running:  # something keeps the loop busy
            Model.interrupt(self, running)

    def __getattr__(self, name):
        if name in ("Lock", "Event", "Condition", "Semaphore"):
            return getattr(self.asyncio, name)
        return Model.__getattr__(self, name)

    def spawn(self, gateway, job):
        self.call(self.run, gateway, *job)

    def serve(self, gateway):
        self.start(gateway.receive)
        while not gateway.closing or gateway.running:
            try:
                self.loop.run_forever()
            except (KeyboardInterrupt, SystemExit):
                pass  # the task has it, too

    def stop(self):
        self.call(self.loop.stop)

    def run(self, gateway, port, channel, source, name, call, arguments):
        """Awaits whatever the code or the function gives that can be awaited."""
        asyncio = self.asyncio

        def begin(make, then):
            error = None
            try:
                gateway.main_busy = True
                result = make()
                if hasattr(result, "__await__"):
                    task = self.tasks[port] = asyncio.ensure_future(result)
                    task.add_done_callback(lambda _: done(task, then))
                    if gateway.closing:
                        task.cancel()
                    return
            except BaseException as caught:
                error = caught
            then(error)

        def done(task, then):
            try:
                then(task.exception())
            except asyncio.CancelledError as caught:
                then(caught)

        def first(error):
            if error is None and call is not None:
                begin(lambda: scope[call](channel, **arguments), last)
            else:
                last(error)

        def last(error):
            text = None
            self.tasks.pop(port, None)
            if isinstance(error, (KeyboardInterrupt, asyncio.CancelledError)):
                text = INTERRUPTED
            elif error is not None and not (isinstance(error, EOFError) and port.ended):
                text = task_error(source, name, error)
            gateway.main_busy = len(gateway.running) > 1
            if channel._unsent and text is None:  # frames that wait for credit go first
                channel._unsent[-1][2].add_done_callback(lambda _: gateway.end_task(port, text))
            else:
                gateway.end_task(port, text)

        scope = scope_of(channel)
        begin(lambda: eval(compile_async(source, name), scope), first)


def compile_async(source, name):
    """Code with "await" at its top level: evaluating it gives a coroutine, if there is one."""
    import ast

    source, name = prepare_source(source, name)
    if hasattr(ast, "PyCF_ALLOW_TOP_LEVEL_AWAIT"):
        return compile(source, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
    try:
        return compile(source, name, "exec", 0, True)
    except SyntaxError:
        # Before Python 3.8 it has to become a function: indented, but for the inside of strings.
        import io
        import tokenize

        inside = set()
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.STRING:
                inside.update(range(token.start[0] + 1, token.end[0] + 1))
        lines = source.split("\n")
        lines = [line if n in inside else " " + line for n, line in enumerate(lines, 1)]
        tree = ast.parse("async def main():\n" + "\n".join(lines), name)
        ast.increment_lineno(tree, -1)
        scope = {}
        exec(compile(tree, name, "exec", 0, True), scope)
        return scope["main"].__code__


class LoopGate(object):
    """Stands in for a lock among the waiters of a port; wakes a future on the event loop."""

    def __init__(self, model, function, *args):
        self.model = model
        self.call = (function,) + args

    def release(self):
        self.model.call(*self.call)


class AsyncChannel(Channel):
    """The channel of the model asyncio: receive, send and waitclose return futures.

    send() takes effect at once; awaiting it is what makes the task wait for the other side."""

    def __init__(self, port):
        Channel.__init__(self, port)
        self._unsent = deque()  # frames without credit, with their futures
        self._loop = port.gateway.model.loop

    def send(self, item):
        future = self._loop.create_future()
        frame, size = frame_of(DATA, self.id, item)
        if self._port.closed:
            raise IOError("cannot send to %r" % (self,))
        self._unsent.append((frame, size, future))
        self._send_more()
        return future

    def _send_more(self):
        port = self._port
        output = self.gateway.output
        while self._unsent:
            # Our own gate first, then a look at what there is: no grant can be missed.
            port.credit_gate = LoopGate(self.gateway.model, self._send_more)
            if port.closed or self.gateway.closing:
                self._unsent.popleft()[2].set_exception(IOError("cannot send to %r" % (self,)))
                continue
            if port.granted is not None and port.granted - port.sent <= 0:
                return
            frame, size, future = self._unsent.popleft()
            port.sent += size
            output.post(frame)
            if len(output.pending) > 64 or len(frame) > READ_SIZE and output.pending:
                # The pipe is full. The loop must not wait for it; the thread that writes will tell.
                self.gateway.model.start(self._flushed, (future,))
            elif not future.done():
                future.set_result(None)
        port.credit_gate = None

    def _flushed(self, future):
        output = self.gateway.output
        with output.lock:
            pass
        output.settle()
        self.gateway.model.call(lambda: future.done() or future.set_result(None))

    def receive(self, timeout=None):
        if self._port.callback is not None:
            raise IOError("cannot receive(), channel has receiver callback")
        return self._receive(timeout, None)

    def _receive(self, timeout, ending):
        future = self._loop.create_future()
        if timeout is not None:
            error = TimeoutError("no item after %r seconds" % timeout)
            timer = self._loop.call_later(timeout, lambda: future.done() or future.set_exception(error))
            future.add_done_callback(lambda _: timer.cancel())
        self._advance(future, ending)
        return future

    def _advance(self, future, ending):
        port = self._port
        while not future.done():
            ended = port.ended
            try:
                item = port.items.popleft()
            except IndexError:
                if ended:
                    error = self._end()
                    future.set_exception(ending if ending and isinstance(error, EOFError) else error)
                    return
            else:
                if port.sizes:
                    port.consume()
                future.set_result(item)
                return
            gate = LoopGate(self.gateway.model, self._advance, future, ending)
            port.waiters.append(gate)
            if not port.items and not port.ended:
                return
            try:
                port.waiters.remove(gate)
            except ValueError:
                pass
        if port.items:  # it was given up: the item is somebody else's
            port.wake()

    def __aiter__(self):
        return self

    def __anext__(self):
        return self._receive(None, StopAsyncIteration())

    __iter__ = None  # a plain "for" would have to block the loop

    def waitclose(self, timeout=None):
        port = self._port
        future = self._loop.create_future()

        def closed():
            if future.done():
                pass
            elif port.errors:
                future.set_exception(port.errors.popleft())
            elif port.lost:
                future.set_exception(EOFError())
            else:
                future.set_result(None)

        if timeout is not None:
            error = TimeoutError("Timeout after %r seconds" % timeout)
            timer = self._loop.call_later(timeout, lambda: future.done() or future.set_exception(error))
            future.add_done_callback(lambda _: timer.cancel())
        port.closers.append(LoopGate(self.gateway.model, closed))
        if port.ended and not port.pumping:
            port.release_closers()
        return future

    def _start_pump(self, port, endmarker):
        """Callbacks are called on the loop; those that are coroutine functions are awaited, in order."""
        asyncio = self.gateway.model.asyncio

        def finish(error):
            if error is not None:
                text = formatted_error(error)
                port.errors.append(RemoteError(text))
                port.executing = False
                port.close(text)
            if endmarker is not NO_ENDMARKER:
                called(endmarker, lambda _: None)
            port.pumping = False
            port.release_closers()

        def called(item, then):
            try:
                result = port.callback(item)
            except Exception as error:
                return then(error)
            if hasattr(result, "__await__"):
                task = asyncio.ensure_future(result)
                task.add_done_callback(lambda task: then(task.exception()))
            else:
                then(None)

        def step(future):
            if future.exception() is not None:
                return finish(None)
            called(future.result(), lambda error: finish(error) if error else ask())

        def ask():
            AsyncChannel._receive(channel, None, None).add_done_callback(step)

        channel = AsyncChannel.__new__(AsyncChannel)  # the pump must not keep the user's one alive
        channel.__dict__.update(self.__dict__)
        channel._dead = True
        ask()

    def __del__(self):
        if not self.__dict__.get("_dead"):
            Channel.__del__(self)


SAVERS[AsyncChannel] = dump_channel


own(Asyncio.run)
MODELS["asyncio"] = Asyncio


# ---------------------------------------------------------------------------------------------------
# Start [part: core]


class Stdio(object):
    """The connection over descriptors 0 and 1, moved away from where prints and reads could touch it."""

    def __init__(self):
        self.reader, self.writer = os.dup(0), os.dup(1)
        self.outputs, self.pumped = [], []
        self.stderr = None
        if os.name == "nt":
            import msvcrt

            msvcrt.setmode(self.reader, os.O_BINARY)
            msvcrt.setmode(self.writer, os.O_BINARY)
        elif not PY3:  # later ones do so by themselves
            private(self.reader, self.writer)

    def redirect(self, options):
        self.options = options
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        if options["output"]:
            self.stderr = os.dup(2)
            for number in (1, 2):
                reader, writer = os.pipe()
                os.dup2(writer, number)
                os.close(writer)
                self.outputs.append((number, reader))
                if not PY3:
                    private(reader, self.stderr)
            sys.stdout = os.fdopen(1, "w", 1)
            sys.stderr = os.fdopen(2, "w", 1)
        os.close(null)
        self.stdin, sys.stdin = sys.stdin, os.fdopen(0, "r", 1)

    def finish(self):
        """Sends the rest of the output, but waits for no child that goes on to write."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass
        if self.outputs:
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 1)
            os.dup2(self.stderr, 2)
            limit = monotonic() + 0.5
            while len(self.pumped) < len(self.outputs) and monotonic() < limit:
                native_sleep(0.002)


def private(*fds):
    import fcntl

    for fd in fds:
        fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.fcntl(fd, fcntl.F_GETFD) | fcntl.FD_CLOEXEC)


stdio = Stdio


def apply(options):
    """The place and priority of the process."""
    if options["chdir"]:
        if not os.path.isdir(options["chdir"]):
            os.makedirs(options["chdir"])
        os.chdir(options["chdir"])
    if options["nice"] and hasattr(os, "nice"):
        os.nice(options["nice"])
    for name, value in (options["env"] or {}).items():
        os.environ[str(name) if PY3 else name.encode("utf-8")] = str(value) if PY3 else value.encode("utf-8")


def serve(io, id=u"worker", model="thread", options=None):
    """Answers the controller and serves it until the end."""
    try:
        unknown = set(options or ()) - set(DEFAULTS)
        if unknown:
            raise ValueError("unknown option %s" % ", ".join(sorted(unknown)))
        options = dict(DEFAULTS, **(options or {}))
        if model not in MODELS:
            raise ValueError("unknown execution model %r" % (model,))
        model = MODELS[model](model)
        apply(options)
        io.redirect(options)
        model.prepare(io)
        gateway = Gateway(io, id, model, options)
    except Exception as error:
        text = "%s: %s" % (type(error).__name__, error)
        os.write(io.writer, b"0" + as_text(text).replace(u"\n", u" ").encode("utf-8") + b"\n")
        report("worker: %s\n" % text)
        sys.exit(1)
    os.write(io.writer, b"1")
    gateway.serve()
