"""The gateway: frames in, tasks, the end."""

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
        self.io.ended = True
        self.model.stop()
        self.main_job = None
        self.main_free = False
        self.main_gate.release()
        if not self.io.is_guest:
            self.model.give_up(max(0.5, deadline - monotonic()))

    def serve(self):
        """Runs until the end; called in the main thread."""

        def interrupted(_, frame):
            if self.main_busy:
                if frame is not None and frame.f_code in WRITING and not self.closing:
                    self.output.deferred = True  # the frame must be whole
                else:
                    raise KeyboardInterrupt

        before = signal.signal(signal.SIGINT, interrupted)
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
        if self.io.is_guest:
            signal.signal(signal.SIGINT, before)
            self.output.end()
            os.close(self.io.reader)
            os.close(self.io.writer)

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
        if self.io.ended:  # its descriptors may be those of others by now
            return
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


native_sleep = time.sleep
WRITING = [getattr(method, "__func__", method).__code__ for method in (Output.flush, Output.write)]
