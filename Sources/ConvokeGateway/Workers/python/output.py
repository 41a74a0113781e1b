"""Frames out."""

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

    def end(self):
        """Lets nothing more out, and the thread end."""
        self.broken = True
        if self.alarm is not None:
            release(self.alarm)

    def settle(self):
        """Writes what waits, before its task waits for something else."""
        if self.pending and self.take():
            self.flush()
