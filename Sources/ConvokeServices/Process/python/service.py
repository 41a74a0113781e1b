# The service.


class Service(object):
    def __init__(self, reader, writer):
        self.loop = Loop()
        self.children, self.by_pid = {}, {}
        self.environment = self.nonce = None
        self.is_closing = self.is_short = False
        self.sweeping = None
        self.was_heard = True
        self.patience = None
        self.parent = os.getppid()
        self.link = Link(self.loop, reader, writer, self.receive, self.close)
        self.watch_signals()
        self.watch_parent()

    def watch_signals(self):
        reader, writer = os.pipe()
        private(reader, writer)
        unblock(reader)
        unblock(writer)
        signal.set_wakeup_fd(writer)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        told = []
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: told.append(True))

        def wake():
            patiently(os.read, reader, READ_SIZE)
            self.reap()
            if told:
                self.close()

        self.loop.watch(reader, READABLE, wake)

    def watch_parent(self):
        """A fork of the worker may hold the pipe open after its end."""
        if os.getppid() != self.parent:
            self.close()
        else:
            self.loop.after(1, self.watch_parent)

    def run(self):
        while not self.is_closing or self.children:
            self.loop.turn()
            self.link.flush()

    def close(self):
        """Ends everything, and then itself."""
        self.is_closing = True
        for child in list(self.children.values()):
            child.give_up(child.termination)

    # -- messages

    def receive(self, message):
        self.was_heard = True
        if self.nonce is None:
            self.environment, self.nonce = message
            return
        code, number, values = message[0], message[1], message[2:]
        if code == START:
            return self.start(number, *values)
        if code == ALIVE:
            return self.expect(*values)
        child = self.children.get(number)
        if child is None:
            return  # it has just ended
        if code == INPUT:
            child.input.take(*values)
        elif code == CLOSE_INPUT:
            child.input.end()
        elif code == SIGNAL:
            child.signal_group(number_of(*values))
        elif code == END:
            child.end(*values)
        elif code == RESIZE:
            if child.has_terminal and child.streams[0].fd is not None:
                set_size(child.streams[0].fd, *values)
        elif code == CREDIT:
            for stream in child.streams:
                if stream.number == values[0]:
                    stream.grant(values[1])
        elif code == FORGET:
            child.give_up(())

    def start(self, number, request):
        if self.is_closing:
            return
        try:
            child = self.spawn(number, request)
        except Refusal as refusal:
            self.link.send(REFUSED, number, refusal.kind, refusal.reason)
        except Exception as error:
            self.link.send(REFUSED, number, u"spawn-failed", reason_of(error))
        else:
            self.children[number] = self.by_pid[child.pid] = child

    def spawn(self, number, request):
        """Waits a second where there may be no more processes, for some to end; but not in vain again."""
        for pause in () if self.is_short else (0.02, 0.08, 0.2, 0.3, 0.4):
            try:
                return Child(self, number, request)
            except Shortage:
                time.sleep(pause)
                self.reap()
        self.is_short = True
        child = Child(self, number, request)
        self.is_short = False
        return child

    def expect(self, seconds):
        """Takes the other side for dead when it is silent for so long."""
        is_first = self.patience is None
        self.patience = seconds
        if is_first:
            self.listen(0)

    def listen(self, silent):
        # Counts turns instead of looking at the clock: a host that slept must not blame the others.
        silent = 0 if self.was_heard else silent + 1
        self.was_heard = False
        if silent >= 4:
            self.close()
        else:
            self.loop.after(self.patience / 4.0, lambda: self.listen(silent))

    # -- ends

    def reap(self):
        while True:
            try:
                pid, status, usage = patiently(os.wait4, -1, os.WNOHANG)
            except OSError:
                return  # there are no children
            if pid == 0:
                return
            child = self.by_pid.pop(pid, None)
            if child is not None:
                child.reaped(status, usage)

    def sweep_soon(self):
        if self.sweeping is None:
            self.sweeping = self.loop.after(0, self.sweep)

    def sweep(self):
        """One look at all processes serves all that are being ended."""
        begin = monotonic()
        self.sweeping = None
        ending = [child for child in self.children.values() if child.ending is not None]
        left = what_is_left(ending)
        for child in ending:
            child.ending.look_at(left[child])
        self.loop.cancel(self.sweeping)
        self.sweeping = None
        if any(child.ending is not None for child in self.children.values()):
            pause = min(max(SWEEP_PAUSE, 4 * (monotonic() - begin)), 10 * SWEEP_PAUSE)
            self.sweeping = self.loop.after(pause, self.sweep)


def main():
    reader, writer = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    folder = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"
    for name in os.listdir(folder):
        if int(name) > 2 and int(name) not in (reader, writer):
            close(int(name))
    private(reader, writer)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        os.setsid()
    except OSError:
        pass  # it leads its group already
    try:
        with open("/proc/self/comm", "w") as file:
            file.write("convoke-process")
    except EnvironmentError:
        pass  # a name that ps shows, where that is possible
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (OWN_FILES[1], OWN_FILES[1]))
    except (EnvironmentError, ValueError):
        pass  # then there is room for fewer processes
    Service(reader, writer).run()


if __name__ == "__main__":
    main()
