# A process that was started.


class Stream(object):
    """An output of a process, read as far as there is credit for it."""

    def __init__(self, child, number, fd, credit):
        self.child, self.number, self.fd, self.credit = child, number, fd, credit
        self.loop, self.link = child.service.loop, child.service.link
        self.is_waiting = False  # for credit, or for room on the link

    def watch(self):
        self.is_waiting = False
        if self.fd is not None:
            self.loop.watch(self.fd, READABLE, self.ready)

    def grant(self, count):
        self.credit += count
        if self.is_waiting:
            self.watch()

    def ready(self):
        self.read()
        if self.fd is None:
            self.child.check()

    def read(self, times=1):
        """Reads so many times at most, as long as there is anything."""
        while times and self.fd is not None and not self.must_wait():
            times -= 1
            try:
                data = patiently(os.read, self.fd, min(READ_SIZE, self.credit))
            except OSError as error:
                if error.errno == errno.EAGAIN:
                    return
                data = b""  # EIO: nobody has the terminal open any more
            if not data:
                self.close()
            elif not self.child.is_silent:
                self.credit -= len(data)
                self.link.send(self.number, self.child.number, data)

    def must_wait(self):
        has_room = self.child.is_silent or not self.link.is_full
        if self.credit > 0 and has_room:
            return False
        self.loop.unwatch(self.fd)
        if self.credit > 0 and not self.is_waiting:
            self.link.stalled.append(self.watch)
        self.is_waiting = True
        return True

    def close(self):
        if self.fd is not None:
            self.loop.unwatch(self.fd)
            close(self.fd)
            self.fd = None


class InputPipe(object):
    """The input of a process, written as it reads."""

    def __init__(self, child, fd, is_terminal):
        self.child, self.fd, self.is_terminal = child, fd, is_terminal
        self.loop = child.service.loop
        self.chunks, self.unread = collections.deque(), 0
        self.is_ending = False

    def take(self, data):
        if self.fd is not None and not self.is_ending:
            self.chunks.append(data)
            self.unread += len(data)
            self.write()

    def end(self):
        if self.is_terminal:
            return self.take(b"\4")  # Ctrl-D
        self.is_ending = True
        self.write()

    def write(self):
        taken = 0
        try:
            while self.chunks and self.fd is not None:
                count = patiently(os.write, self.fd, self.chunks[0])
                rest = self.chunks.popleft()[count:]
                if rest:
                    self.chunks.appendleft(rest)
                taken += count
        except OSError as error:
            if error.errno != errno.EAGAIN:
                self.close()
                self.child.say(INPUT_CLOSED)
        self.unread -= taken
        if taken:
            self.child.say(TOOK, taken)
        if self.fd is None:
            return
        if self.chunks:
            self.loop.watch(self.fd, WRITABLE, self.write)
        elif self.is_ending:
            self.close()
        else:
            self.loop.unwatch(self.fd)

    def close(self):
        if self.fd is not None:
            self.loop.unwatch(self.fd)
            close(self.fd)
            self.fd = None


class Child(object):
    """A process, with everything that it starts in turn."""

    def __init__(self, service, number, request):
        self.service, self.number = service, number
        self.mark = service.nonce + ("%06x" % (number & 0xFFFFFF)).encode("ascii")
        spawn = Spawn(request, service.environment, self.mark)
        spawn.start()
        self.pid, self.report = spawn.pid, spawn.report
        self.has_terminal = spawn.terminal is not None
        self.termination = request.get(u"termination", ((u"TERM", 2.0),))
        self.linger = request.get(u"linger", 0.1)
        self.deadline = request.get(u"deadline")
        self.has_started = self.is_silent = self.is_forced = False
        self.status = self.usage = self.reason = self.timer = None
        self.left_open = []
        self.ending = None  # an Ending, while it is being ended
        self.orders = []  # to end, which came before it had started
        self.input = InputPipe(self, spawn.input, self.has_terminal)
        credit = request.get(u"window", INPUT_WINDOW)
        outputs = (OUTPUT, spawn.output), (ERRORS, spawn.errors)
        self.streams = [Stream(self, code, fd, credit) for code, fd in outputs if fd is not None]
        service.loop.watch(self.report, READABLE, self.learn)

    def say(self, code, *values):
        if not self.is_silent:
            self.service.link.send(code, self.number, *values)

    # -- the start

    def learn(self):
        """Whether it has become the program that it was to be."""
        words = patiently(os.read, self.report, 65536)
        self.service.loop.unwatch(self.report)
        close(self.report)
        self.report = None
        if words:
            self.say(REFUSED, *marshal.loads(words))
            self.is_silent = True
            return
        self.has_started = True
        self.say(STARTED, self.pid)
        for stream in self.streams:
            stream.watch()
        if self.deadline is not None:
            self.timer = self.service.loop.after(self.deadline, self.meet_deadline)
        for steps in self.orders:
            self.end(steps)

    # -- the end

    def meet_deadline(self):
        if self.status is None and self.ending is None:
            self.reason = u"deadline"
            self.end(self.termination)

    def reaped(self, status, usage):
        if self.report is not None:
            self.learn()
        self.status, self.usage = status, usage
        # What it wrote before its end is in the pipes already.
        for stream in self.streams:
            stream.read(64)
        if self.ending is not None:
            self.service.sweep_soon()
        self.check()
        self.service.loop.after(self.linger, self.stop_reading)

    def stop_reading(self):
        """Another process holds the output open; what it wrote by now is all that is waited for."""
        if self.service.children.get(self.number) is not self:
            return
        for stream in self.streams:
            stream.read(16)
            if stream.fd is not None and not stream.is_waiting:
                self.left_open.append(stream.number)
                stream.close()
        self.check()
        self.service.loop.after(max(self.linger, 0.01), self.stop_reading)

    def signal_group(self, number):
        if self.status is None:
            try:
                os.killpg(self.pid, number)
            except OSError:
                pass

    def end(self, steps):
        """Ends all its processes; steps are signals, each with the seconds it is given."""
        if not self.has_started:
            self.orders.append(steps)
        elif self.status is None or self.ending is not None:
            self.ending = Ending(self, steps)

    def has_ended(self):
        self.ending = None
        self.check()

    def check(self):
        """Tells the end, once everything has ended."""
        if self.status is None or self.ending is not None:
            return
        if not self.is_silent and any(stream.fd is not None for stream in self.streams):
            return
        if self.service.children.pop(self.number, None) is not self:
            return
        self.service.loop.cancel(self.timer)
        self.input.close()
        for stream in self.streams:
            stream.close()
        self.say(ENDED, self.account())

    def account(self):
        how = {
            u"user": self.usage.ru_utime,
            u"system": self.usage.ru_stime,
            u"memory": self.usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
            u"unread": self.input.unread,
            u"forced": self.is_forced,
            u"open": self.left_open,
        }
        if os.WIFSIGNALED(self.status):
            number = os.WTERMSIG(self.status)
            how[u"signal"] = NAMES.get(number, number)
        else:
            how[u"code"] = os.WEXITSTATUS(self.status)
        if self.reason is not None:
            how[u"reason"] = self.reason
        return how

    def give_up(self, steps):
        """Ends it, for nobody listens any more; its output is read and dropped, so that it can end."""
        self.is_silent = True
        for stream in self.streams:
            stream.grant(1 << 60)
        if not self.has_started:
            os.kill(self.pid, signal.SIGKILL)
        elif self.ending is None or not steps:
            self.end(steps)
        self.check()


class Ending(object):
    """The end of all processes of a child, step by step; SIGKILL comes last."""

    def __init__(self, child, steps):
        self.child, self.steps = child, list(steps)
        self.is_last = self.was_clear = False
        self.known = {}  # the start times of all that were found to be its processes
        self.next_step()

    def next_step(self):
        if self.is_last:
            return self.child.has_ended()  # the kernel holds what is left
        if self.steps:
            name, seconds = self.steps.pop(0)
            self.signals = number_of(name), signal.SIGCONT  # a stopped one acts once it goes on
        else:
            self.is_last = self.child.is_forced = True
            self.signals, seconds = (signal.SIGKILL,), KILL_LIMIT
        self.until = monotonic() + seconds
        self.told = set()  # who has got the signals of this step, or need not
        self.has_looked = False
        self.child.service.sweep_soon()

    def look_at(self, left):
        """Goes on, knowing which processes are left."""
        if not left and self.child.status is not None:
            # Who is within execve(2) has no environment for a moment: nobody twice is nobody.
            if self.was_clear:
                return self.child.has_ended()
            self.was_clear = True
            return None
        self.was_clear = False
        self.known.update(left)
        new = set(left) - self.told
        self.told |= new
        # A group gets them together. What others start after the first look may clean up, and is to be let:
        # only SIGKILL is for all that come.
        has_group = not self.is_last and self.child.status is None
        if not self.is_last and self.has_looked:
            new = ()
        elif has_group:
            for number in self.signals:
                self.child.signal_group(number)
        self.has_looked = True
        for pid in new:
            for number in self.signals:
                try:
                    if not has_group or os.getpgid(pid) != self.child.pid:
                        os.kill(pid, number)
                except OSError:
                    pass
        # Who was just being born when the others were killed comes next, but not for ever.
        if monotonic() >= self.until + (1 if self.is_last and new else 0):
            self.next_step()
