"""What both sides know of a channel: its items, its credit and its end."""

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
