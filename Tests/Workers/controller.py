"""A small controller for the tests of the workers: frames over pipes, values by execnet's serializer."""

import importlib.machinery
import importlib.util
import io
import json
import os
import pathlib
import queue
import socket
import struct
import subprocess
import threading
import time

from execnet import gateway_base

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
STATUS, RECONFIGURE, TERMINATE, EXEC, DATA, CLOSE, CLOSE_ERROR, LAST_MESSAGE = range(8)
HELLO, WINDOW, PING, PONG, UNKNOWN, OUTPUT = range(64, 70)
PYTHON_BOOT = "import sys;exec(eval(sys.stdin.readline()))"
# Reads one line, evaluates the literal, runs the text, gives the descriptors to what that evaluates to.
NODE_BOOT = (
    "let f=require('fs'),[,i=0,o=1]=process.argv,s='',t=Buffer.alloc(65536),n;for(;;){try{"
    "n=f.readSync(+i,t)}catch(e){if(e.code!='EAGAIN')throw e;Atomics.wait(new Int32Array("
    "new SharedArrayBuffer(4)),0,0,5);continue}s+=t.latin1Slice(0,n);if(!n||t[n-1]==10)break}"
    "(0,eval)((0,eval)(s))(+i,+o)"
)
NODE_COMMAND = ["sh", "-c", 'exec "$1" -e "$0" 3 4 3<&0 4>&1 </dev/null >/dev/null', NODE_BOOT]


def load_script(path):
    loader = importlib.machinery.SourceFileLoader(pathlib.Path(path).name.replace("-", "_"), str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


embed = load_script(ROOT / "scripts/embed-workers")


def dumps(value):
    return gateway_base.dumps_internal(value)


class Ref:
    """A channel in a value."""

    def __init__(self, id):
        self.id = id

    def __eq__(self, other):
        return isinstance(other, Ref) and other.id == self.id

    def __hash__(self):
        return self.id


def save_ref(serializer, ref):
    serializer._write(gateway_base.opcode.CHANNEL)
    serializer._write_int4(ref.id)


gateway_base._Serializer.save_Ref = save_ref


class Refs:
    """Stands in for the channel factory that execnet's reader asks."""

    def new(self, id):
        return Ref(id)


class Loader(gateway_base.Unserializer):
    def __init__(self, data, strings=(True, False)):
        super().__init__(io.BytesIO(data), strconfig=strings)
        self.channelfactory = Refs()


def loads(data, strings=(True, False)):
    return Loader(data, strings).load(versioned=False)


def frame(code, id=0, payload=b""):
    return struct.pack("!bii", code, id, len(payload)) + payload


class RemoteError(Exception):
    pass


class BootError(Exception):
    pass


END = object()


class Channel:
    def __init__(self, controller, id):
        self.controller, self.id = controller, id
        self.items = queue.Queue()
        self.credit = controller.peer_window
        self.consumed = 0
        self.eased = threading.Condition()
        self.closed = threading.Event()

    def send(self, value):
        payload = dumps(value)
        if self.credit is not None:
            with self.eased:
                if not self.eased.wait_for(lambda: self.credit > 0 or self.closed.is_set(), 60):
                    raise TimeoutError("no credit")
                self.credit -= len(payload)
        self.controller.write(frame(DATA, self.id, payload))

    def receive(self, timeout=20):
        item = self.items.get(timeout=timeout)
        if isinstance(item, Exception):
            self.items.put(EOFError() if isinstance(item, RemoteError) else item)
            raise item
        size, value = item
        if self.controller.window:
            self.consumed += size
            if self.consumed >= self.controller.window // 2:
                self.controller.write(frame(WINDOW, self.id, struct.pack("!i", self.consumed)))
                self.consumed = 0
        return value

    def all(self, timeout=20):
        values = []
        while True:
            try:
                values.append(self.receive(timeout))
            except EOFError:
                return values

    def close(self):
        self.controller.write(frame(CLOSE, self.id))

    def error(self, timeout=20):
        """The text of the error that the channel ends with."""
        try:
            values = self.all(timeout)
        except RemoteError as error:
            return str(error)
        raise AssertionError("no error, but " + repr(values))


class Controller:
    def __init__(self, argv, line, hello=None, over_socket=False, **popen):
        if over_socket:
            self.socket, theirs = socket.socketpair()
            self.process = subprocess.Popen(argv, stdin=theirs, stdout=theirs, **popen)
            theirs.close()
            self.process.stdin, self.process.stdout = self.socket.makefile("wb"), self.socket.makefile("rb")
        else:
            self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **popen)
        self.reader, self.writer = self.process.stdout.fileno(), self.process.stdin.fileno()
        self.write_lock = threading.Lock()
        self.channels = {}
        self.next_id = 1
        self.window = self.peer_window = None
        self.hello_answer = queue.Queue()
        self.others = queue.Queue()
        self.output = {1: b"", 2: b""}
        self.ended = threading.Event()
        self.buffer = b""
        self.write(line)
        answer = os.read(self.reader, 1)
        if answer != b"1":
            text = b""
            while part := os.read(self.reader, 65536):
                text += part
            self.process.wait()
            raise BootError((answer + text).decode())
        if hello is not None:
            self.window = hello["window"]
            self.write(frame(HELLO, 0, dumps(hello)))
        threading.Thread(target=self.receive, daemon=True).start()
        if hello is not None:
            self.hello = self.hello_answer.get(timeout=20)
            self.peer_window = self.hello["window"]

    def write(self, data):
        view = memoryview(data)
        with self.write_lock:
            while view:
                view = view[os.write(self.writer, view):]

    def receive(self):
        stream = self.process.stdout
        while True:
            header = stream.read(9)
            if len(header) < 9:
                break
            code, id, size = struct.unpack("!bii", header)
            payload = stream.read(size)
            if len(payload) < size:
                break
            self.handle(code, id, payload)
        for channel in list(self.channels.values()):
            channel.items.put(EOFError())
            channel.closed.set()
            with channel.eased:
                channel.eased.notify_all()
        self.ended.set()

    def handle(self, code, id, payload):
        channel = self.channels.get(id)
        if code == DATA and channel:
            value = loads(payload)
            for ref in find_refs(value):
                self.channel(ref.id)
            channel.items.put((len(payload), value))
        elif code in (CLOSE, CLOSE_ERROR, LAST_MESSAGE) and channel:
            channel.items.put(RemoteError(loads(payload)) if code == CLOSE_ERROR else EOFError())
            channel.last = code
            channel.closed.set()
            with channel.eased:
                channel.eased.notify_all()
        elif code == WINDOW and channel:
            with channel.eased:
                channel.credit += struct.unpack("!i", payload)[0]
                channel.eased.notify_all()
        elif code == HELLO:
            self.hello_answer.put(loads(payload))
        elif code == OUTPUT:
            number, data = loads(payload)
            self.output[number] += data
        else:
            self.others.put((code, id, payload))

    def channel(self, id=None):
        if id is None:
            id, self.next_id = self.next_id, self.next_id + 2
        if id not in self.channels:
            self.channels[id] = Channel(self, id)
        return self.channels[id]

    def execute(self, source, call=None, name=None, **arguments):
        channel = self.channel()
        self.write(frame(EXEC, channel.id, dumps((source, name, call, arguments))))
        return channel

    def status(self, timeout=20):
        channel = self.channel()
        self.write(frame(STATUS, channel.id))
        return channel.receive(timeout)

    def terminate(self):
        try:
            self.write(frame(TERMINATE))
            self.process.stdin.close()
        except (OSError, ValueError):
            pass

    def finish(self, timeout=15):
        """Terminates, and returns the exit status and the seconds that it took."""
        start = time.monotonic()
        self.terminate()
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        return status, time.monotonic() - start

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def find_refs(value):
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from find_refs(key)
            yield from find_refs(item)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from find_refs(item)


def python_worker(python, model="thread", hello=None, options=None, stripped=True, **popen):
    call = 'serve(stdio(), id=u"test-worker", model=%r, options=%r)' % (model, options or {})
    line = embed.python_line(call, model, stripped)
    argv = (python if isinstance(python, list) else [python]) + ["-u", "-c", PYTHON_BOOT]
    return Controller(argv, line, hello, **popen)


def node_worker(node, hello=None, options=None, stripped=True, **popen):
    call = "serve({id: 'test-worker', options: %s})" % json.dumps(options or {})
    return Controller([*NODE_COMMAND, node], embed.javascript_line(call, stripped), hello, **popen)


def hello(window=1 << 20, **more):
    return dict({"version": 1, "capabilities": ["window", "heartbeat", "output"], "window": window}, **more)
