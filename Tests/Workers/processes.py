"""The controller's half of the process service, as far as the tests need it."""

import os
import time

import controller as c

START, INPUT, CLOSE_INPUT, SIGNAL, END, RESIZE, CREDIT, ALIVE, FORGET = range(9)
STARTED, OUTPUT, ERRORS, TOOK, INPUT_CLOSED, ENDED, REFUSED = range(7)
embed = c.load_script(c.ROOT / "scripts/embed-services")
WINDOW = 1 << 20


def raw(value):
    """Bytes, which are text when they come from Python 2."""
    return value.encode("latin-1") if isinstance(value, str) else value


class Result:
    def __init__(self):
        self.pid = self.how = self.refusal = None
        self.output = {OUTPUT: b"", ERRORS: b""}
        self.taken = 0
        self.is_input_closed = False

    @property
    def stdout(self):
        return self.output[OUTPUT]

    @property
    def stderr(self):
        return self.output[ERRORS]

    @property
    def is_over(self):
        return self.how is not None or self.refusal is not None


class Processes:
    """Starts processes through a worker, and follows them."""

    def __init__(self, worker, stripped=True):
        self.channel = worker.channel()
        names = embed.RELAY, embed.PARTS
        sources = [embed.stripped(*part) if stripped else embed.joined(part) for part in names]
        self.installing = worker.execute(sources[0])
        self.installing.send((c.Ref(self.channel.id), sources[1].encode("ascii")))
        self.results = {}
        self.grants = True

    def start(self, *arguments, **request):
        number = len(self.results) + 1
        self.results[number] = Result()
        if arguments:
            request["arguments"] = [os.fsencode(argument) for argument in arguments]
        request.setdefault("window", WINDOW)
        self.channel.send((START, number, request))
        return number

    def send(self, code, number, *values):
        self.channel.send((code, number, *values))

    def take(self, timeout=30):
        """Takes the next message."""
        message = self.channel.receive(timeout)
        code, number, values = message[0], message[1], message[2:]
        result = self.results[number]
        if code == STARTED:
            result.pid = values[0]
        elif code in result.output:
            data = raw(values[0])
            result.output[code] += data
            if self.grants:
                self.send(CREDIT, number, code, len(data))
        elif code == TOOK:
            result.taken += values[0]
        elif code == INPUT_CLOSED:
            result.is_input_closed = True
        elif code == ENDED:
            result.how = {raw(key).decode(): value for key, value in values[0].items()}
        elif code == REFUSED:
            result.refusal = values
        return code, number

    def wait(self, number, until=lambda result: result.is_over, timeout=30):
        while not until(self.results[number]):
            self.take(timeout)
        return self.results[number]

    def run(self, *arguments, **request):
        return self.wait(self.start(*arguments, **request))

    def shell(self, line, **request):
        return self.start(line=os.fsencode(line), **request)


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def matching(word):
    """The living processes with a word in their environment or command line."""

    def has_word(pid, name):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                return word.encode() in file.read()
        except OSError:
            return False

    pids = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    return [pid for pid in pids if is_alive(pid) and (has_word(pid, "environ") or has_word(pid, "cmdline"))]


def gone(word, seconds=10):
    """Waits until no process with this word in its environment is left."""
    limit = time.monotonic() + seconds
    while matching(word):
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True
