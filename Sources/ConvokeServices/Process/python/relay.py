"""Runs in a worker: starts the program of this folder beside it, and carries messages.

The channel brings a pair: the channel for the messages, and the text of the program. The first channel is
closed once that has been started, so that the main thread of the worker is free again; what fails before
closes it with an error. Runs on Convoke's and on execnet's workers, of Python 2.7, 3.6 and later, and PyPy.
"""

import binascii
import marshal
import os
import signal
import struct
import subprocess
import sys
import threading
import time

START, STARTED, ENDED, REFUSED = 0, 0, 5, 6
LOADER = (
    "import os\ns=b''\nwhile len(s)<%d:s+=os.read(0,%d-len(s))\n"
    "exec(compile(s,'process.py','exec'),{'__name__':'__main__'})"
)
MARK = b"CONVOKE_TASK"


def variables():
    """The environment without what Python itself has added to it (PEP 538)."""
    result = dict(getattr(os, "environb", os.environ))
    try:
        with open("/proc/self/environ", "rb") as file:
            inherited = file.read().split(b"\0")
    except EnvironmentError:
        return result
    is_ours = not any(entry.startswith(b"LC_CTYPE=") for entry in inherited)
    if is_ours and result.get(b"LC_CTYPE") in (b"C.UTF-8", b"C.utf8", b"UTF-8"):
        del result[b"LC_CTYPE"]
    return result


def marked(nonce):
    """The living processes with a mark that begins with the nonce, by the number in the mark."""
    found = []
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        if not name.isdigit():
            continue
        for entry in environment_of(int(name)).split(b"\0"):
            if entry.startswith(MARK + b"="):
                for mark in entry[len(MARK) + 1:].split(b":"):
                    if mark.startswith(nonce):
                        found.append((int(mark[len(nonce):], 16), int(name)))
    return found


class Relay(object):
    def __init__(self, channel, source):
        self.channel = channel
        self.nonce = binascii.hexlify(os.urandom(5))
        self.running = {}  # process identifiers by number
        environment = dict(os.environ, PYTHONCOERCECLOCALE="0")
        self.program = subprocess.Popen(
            [sys.executable, "-u", "-c", LOADER % (len(source), len(source))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            close_fds=sys.version_info[0] > 2,  # the program closes what it inherits, and faster
            env=environment,
        )
        self.down, self.up = self.program.stdin.fileno(), self.program.stdout.fileno()
        self.write(source)
        self.put((variables(), self.nonce))

    def write(self, data):
        while data:
            data = data[os.write(self.down, data):]

    def put(self, message):
        data = marshal.dumps(message, 2)
        self.write(struct.pack("!I", len(data)) + data)

    def run(self):
        reader = threading.Thread(target=self.read)
        reader.daemon = True
        reader.start()
        try:
            for message in self.channel:
                self.put(message)
        except Exception:  # the pipe is broken, or the channel was closed with an error
            pass
        self.program.stdin.close()
        reader.join()
        self.program.stdout.close()
        self.program.wait()

    def read(self):
        """Carries what the program says; at its end nothing runs any more, or it was killed."""
        data = b""
        while True:
            more = os.read(self.up, 1 << 20)
            if not more:
                break
            data += more
            at = 0
            while len(data) - at >= 4:
                stop = at + 4 + struct.unpack_from("!I", data, at)[0]
                if stop > len(data):
                    break
                self.tell(marshal.loads(data[at + 4:stop]))
                at = stop
            data = data[at:]
        self.clean_up()
        try:
            self.channel.close("the program that runs processes has ended")
        except Exception:  # the connection is closed
            pass

    def tell(self, message):
        if message[0] == STARTED:
            self.running[message[1]] = message[2]
        elif message[0] == ENDED:
            self.running.pop(message[1], None)
        try:
            self.channel.send(message)
        except Exception:  # closed: the end of the channel ends the program
            pass

    def clean_up(self):
        """Kills what a killed program has left behind."""
        numbers = set(number & 0xFFFFFF for number in self.running)
        # Who is within execve(2) has no environment for a moment, so one look is not enough.
        for _ in range(3) if numbers else ():
            for group in self.running.values():
                self.kill(os.killpg, group)
            for number, pid in marked(self.nonce):
                if number in numbers:
                    self.kill(os.kill, pid)
            time.sleep(0.02)

    def kill(self, function, target):
        try:
            function(target, signal.SIGKILL)
        except OSError:
            pass


def start(channel):
    model = getattr(channel.gateway.execmodel, "backend", "thread")
    if model not in ("thread", "main_thread_only"):
        raise RuntimeError("a worker with the execution model %s runs no processes; use thread" % model)
    if os.name != "posix":
        raise RuntimeError("a worker on %s runs no processes" % sys.platform)
    if not sys.executable:
        raise RuntimeError("the interpreter of this worker does not know its own path")
    messages, source = channel.receive()
    # Not a daemon: at its end the worker waits until all processes have ended.
    threading.Thread(target=Relay(messages, source).run).start()


start(channel)  # noqa: F821
