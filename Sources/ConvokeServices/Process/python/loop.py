# Waiting, and the two pipes to the relay.


class Loop(object):
    """Calls back when descriptors are ready and when time has come."""

    def __init__(self):
        self.is_epoll = hasattr(select, "epoll")
        self.poller = select.epoll() if self.is_epoll else select.poll()
        self.handlers = {}
        self.fresh = set()  # descriptors that are watched since the last poll
        self.timers = []
        self.numbers = itertools.count()
        if self.is_epoll:
            private(self.poller.fileno())

    def watch(self, fd, events, handler):
        if fd in self.handlers:
            self.poller.modify(fd, events)
        else:
            self.poller.register(fd, events)
            self.fresh.add(fd)
        self.handlers[fd] = handler

    def unwatch(self, fd):
        if self.handlers.pop(fd, None) is not None:
            self.poller.unregister(fd)

    def after(self, seconds, action):
        """Calls once, later; see cancel()."""
        timer = [monotonic() + seconds, next(self.numbers), action]
        heapq.heappush(self.timers, timer)
        return timer

    def cancel(self, timer):
        if timer is not None:
            timer[2] = None

    def turn(self):
        ready = self.poll()
        self.fresh.clear()
        for fd, _ in ready:
            handler = self.handlers.get(fd)
            # What was ready may have been closed by now, and its number given to another.
            if handler is not None and fd not in self.fresh:
                handler()
        now = monotonic()
        while self.timers and self.timers[0][0] <= now:
            action = heapq.heappop(self.timers)[2]
            if action is not None:
                action()

    def poll(self):
        while self.timers and self.timers[0][2] is None:
            heapq.heappop(self.timers)
        wait = max(0.0, self.timers[0][0] - monotonic()) if self.timers else 60.0
        try:
            return self.poller.poll(wait if self.is_epoll else int(wait * 1000) + 1)
        except (select.error, EnvironmentError) as error:
            if error.args[0] != errno.EINTR:
                raise
            return ()


class Link(object):
    """Messages in and out. Sending never waits; whoever has much to send asks whether it is full."""

    def __init__(self, loop, reader, writer, receive, lost):
        self.loop, self.reader, self.writer = loop, reader, writer
        self.receive, self.lost = receive, lost
        self.buffer = b""
        self.pending, self.rest, self.size = collections.deque(), b"", 0
        self.stalled = []  # what to call once there is room again
        self.is_open = True
        unblock(reader)
        unblock(writer)
        loop.watch(reader, READABLE, self.read)

    @property
    def is_full(self):
        return self.size > FULL

    def read(self):
        for _ in range(16):
            try:
                data = patiently(os.read, self.reader, READ_SIZE)
            except OSError as error:
                if error.errno == errno.EAGAIN:
                    return
                data = b""
            if not data:
                self.loop.unwatch(self.reader)
                return self.lost()
            self.take(self.buffer + data)
            if len(data) < READ_SIZE:
                return

    def take(self, data):
        at = 0
        while len(data) - at >= 4:
            stop = at + 4 + struct.unpack_from("!I", data, at)[0]
            if stop > len(data):
                break
            self.receive(marshal.loads(data[at + 4:stop]))
            at = stop
        self.buffer = data[at:]

    def send(self, *message):
        if self.is_open:
            data = marshal.dumps(message, 2)
            self.pending.append(struct.pack("!I", len(data)) + data)
            self.size += len(data) + 4

    def flush(self):
        """Writes what waits, as far as it goes without waiting."""
        while self.is_open and (self.rest or self.pending):
            if not self.rest:
                self.rest = self.piece()
            try:
                count = patiently(os.write, self.writer, self.rest)
            except OSError as error:
                if error.errno == errno.EAGAIN:
                    self.loop.watch(self.writer, WRITABLE, self.flush)
                    break
                self.drop()
            else:
                self.rest = self.rest[count:]
                self.size -= count
        else:
            self.loop.unwatch(self.writer)
        while self.stalled and not self.is_full:
            self.stalled.pop()()

    def piece(self):
        parts, size = [], 0
        while self.pending and size < 4 * READ_SIZE:
            parts.append(self.pending.popleft())
            size += len(parts[-1])
        return b"".join(parts)

    def drop(self):
        """Nobody listens any more."""
        self.is_open = False
        self.pending.clear()
        self.rest, self.size = b"", 0
        self.loop.unwatch(self.writer)
