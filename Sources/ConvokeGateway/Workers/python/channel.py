"""Channels as tasks see them."""

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
