"""The event loop of asyncio."""

class Asyncio(Model):
    """All tasks on the event loop of the main thread; the receiver is a thread."""

    main_runs_tasks = False

    def __init__(self, name):
        Model.__init__(self, name)
        self.channel_class = AsyncChannel
        if sys.version_info < (3, 6):
            raise ImportError("the model asyncio needs Python 3.6 or later")
        import asyncio

        self.asyncio = asyncio
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        self.tasks = {}

    def call(self, function, *args):
        try:
            self.loop.call_soon_threadsafe(function, *args)
        except RuntimeError:  # the loop is closed
            pass

    def cancel(self, running):
        for port in list(running):
            task = self.tasks.get(port)
            if task is not None:
                task.cancel()

    def interrupt(self, running):
        self.call(self.cancel, running)
        time.sleep(0.2)
        if running:  # something keeps the loop busy
            Model.interrupt(self, running)

    def __getattr__(self, name):
        if name in ("Lock", "Event", "Condition", "Semaphore"):
            return getattr(self.asyncio, name)
        return Model.__getattr__(self, name)

    def spawn(self, gateway, job):
        self.call(self.run, gateway, *job)

    def serve(self, gateway):
        self.start(gateway.receive)
        while not gateway.closing or gateway.running:
            try:
                self.loop.run_forever()
            except (KeyboardInterrupt, SystemExit):
                pass  # the task has it, too
        if gateway.io.is_guest:
            self.loop.close()

    def stop(self):
        self.call(self.loop.stop)

    def run(self, gateway, port, channel, source, name, call, arguments):
        """Awaits whatever the code or the function gives that can be awaited."""
        asyncio = self.asyncio

        def begin(make, then):
            error = None
            try:
                gateway.main_busy = True
                result = make()
                if hasattr(result, "__await__"):
                    task = self.tasks[port] = asyncio.ensure_future(result)
                    task.add_done_callback(lambda _: done(task, then))
                    if gateway.closing:
                        task.cancel()
                    return
            except BaseException as caught:
                error = caught
            then(error)

        def done(task, then):
            try:
                then(task.exception())
            except asyncio.CancelledError as caught:
                then(caught)

        def first(error):
            if error is None and call is not None:
                begin(lambda: scope[call](channel, **arguments), last)
            else:
                last(error)

        def last(error):
            text = None
            self.tasks.pop(port, None)
            if isinstance(error, (KeyboardInterrupt, asyncio.CancelledError)):
                text = INTERRUPTED
            elif error is not None and not (isinstance(error, EOFError) and port.ended):
                text = task_error(source, name, error)
            gateway.main_busy = len(gateway.running) > 1
            if channel._unsent and text is None:  # frames that wait for credit go first
                channel._unsent[-1][2].add_done_callback(lambda _: gateway.end_task(port, text))
            else:
                gateway.end_task(port, text)

        scope = scope_of(channel)
        begin(lambda: eval(compile_async(source, name), scope), first)


def compile_async(source, name):
    """Code with "await" at its top level: evaluating it gives a coroutine, if there is one."""
    import ast

    source, name = prepare_source(source, name)
    if hasattr(ast, "PyCF_ALLOW_TOP_LEVEL_AWAIT"):
        return compile(source, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
    try:
        return compile(source, name, "exec", 0, True)
    except SyntaxError:
        # Before Python 3.8 it has to become a function: indented, but for the inside of strings.
        import io
        import tokenize

        inside = set()
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.STRING:
                inside.update(range(token.start[0] + 1, token.end[0] + 1))
        lines = source.split("\n")
        lines = [line if n in inside else " " + line for n, line in enumerate(lines, 1)]
        tree = ast.parse("async def main():\n" + "\n".join(lines), name)
        ast.increment_lineno(tree, -1)
        scope = {}
        exec(compile(tree, name, "exec", 0, True), scope)
        return scope["main"].__code__


class LoopGate(object):
    """Stands in for a lock among the waiters of a port; wakes a future on the event loop."""

    def __init__(self, model, function, *args):
        self.model = model
        self.call = (function,) + args

    def release(self):
        self.model.call(*self.call)


class AsyncChannel(Channel):
    """The channel of the model asyncio: receive, send and waitclose return futures.

    send() takes effect at once; awaiting it is what makes the task wait for the other side."""

    def __init__(self, port):
        Channel.__init__(self, port)
        self._unsent = deque()  # frames without credit, with their futures
        self._loop = port.gateway.model.loop

    def send(self, item):
        future = self._loop.create_future()
        frame, size = frame_of(DATA, self.id, item)
        if self._port.closed:
            raise IOError("cannot send to %r" % (self,))
        self._unsent.append((frame, size, future))
        self._send_more()
        return future

    def _send_more(self):
        port = self._port
        output = self.gateway.output
        while self._unsent:
            # Our own gate first, then a look at what there is: no grant can be missed.
            port.credit_gate = LoopGate(self.gateway.model, self._send_more)
            if port.closed or self.gateway.closing:
                self._unsent.popleft()[2].set_exception(IOError("cannot send to %r" % (self,)))
                continue
            if port.granted is not None and port.granted - port.sent <= 0:
                return
            frame, size, future = self._unsent.popleft()
            port.sent += size
            output.post(frame)
            if len(output.pending) > 64 or len(frame) > READ_SIZE and output.pending:
                # The pipe is full. The loop must not wait for it; the thread that writes will tell.
                self.gateway.model.start(self._flushed, (future,))
            elif not future.done():
                future.set_result(None)
        port.credit_gate = None

    def _flushed(self, future):
        output = self.gateway.output
        with output.lock:
            pass
        output.settle()
        self.gateway.model.call(lambda: future.done() or future.set_result(None))

    def receive(self, timeout=None):
        if self._port.callback is not None:
            raise IOError("cannot receive(), channel has receiver callback")
        return self._receive(timeout, None)

    def _receive(self, timeout, ending):
        future = self._loop.create_future()
        if timeout is not None:
            error = TimeoutError("no item after %r seconds" % timeout)
            timer = self._loop.call_later(timeout, lambda: future.done() or future.set_exception(error))
            future.add_done_callback(lambda _: timer.cancel())
        self._advance(future, ending)
        return future

    def _advance(self, future, ending):
        port = self._port
        while not future.done():
            ended = port.ended
            try:
                item = port.items.popleft()
            except IndexError:
                if ended:
                    error = self._end()
                    future.set_exception(ending if ending and isinstance(error, EOFError) else error)
                    return
            else:
                if port.sizes:
                    port.consume()
                future.set_result(item)
                return
            gate = LoopGate(self.gateway.model, self._advance, future, ending)
            port.waiters.append(gate)
            if not port.items and not port.ended:
                return
            try:
                port.waiters.remove(gate)
            except ValueError:
                pass
        if port.items:  # it was given up: the item is somebody else's
            port.wake()

    def __aiter__(self):
        return self

    def __anext__(self):
        return self._receive(None, StopAsyncIteration())

    __iter__ = None  # a plain "for" would have to block the loop

    def waitclose(self, timeout=None):
        port = self._port
        future = self._loop.create_future()

        def closed():
            if future.done():
                pass
            elif port.errors:
                future.set_exception(port.errors.popleft())
            elif port.lost:
                future.set_exception(EOFError())
            else:
                future.set_result(None)

        if timeout is not None:
            error = TimeoutError("Timeout after %r seconds" % timeout)
            timer = self._loop.call_later(timeout, lambda: future.done() or future.set_exception(error))
            future.add_done_callback(lambda _: timer.cancel())
        port.closers.append(LoopGate(self.gateway.model, closed))
        if port.ended and not port.pumping:
            port.release_closers()
        return future

    def _start_pump(self, port, endmarker):
        """Callbacks are called on the loop; those that are coroutine functions are awaited, in order."""
        asyncio = self.gateway.model.asyncio

        def finish(error):
            if error is not None:
                text = formatted_error(error)
                port.errors.append(RemoteError(text))
                port.executing = False
                port.close(text)
            if endmarker is not NO_ENDMARKER:
                called(endmarker, lambda _: None)
            port.pumping = False
            port.release_closers()

        def called(item, then):
            try:
                result = port.callback(item)
            except Exception as error:
                return then(error)
            if hasattr(result, "__await__"):
                task = asyncio.ensure_future(result)
                task.add_done_callback(lambda task: then(task.exception()))
            else:
                then(None)

        def step(future):
            if future.exception() is not None:
                return finish(None)
            called(future.result(), lambda error: finish(error) if error else ask())

        def ask():
            AsyncChannel._receive(channel, None, None).add_done_callback(step)

        channel = AsyncChannel.__new__(AsyncChannel)  # the pump must not keep the user's one alive
        channel.__dict__.update(self.__dict__)
        channel._dead = True
        ask()

    def __del__(self):
        if not self.__dict__.get("_dead"):
            Channel.__del__(self)


SAVERS[AsyncChannel] = dump_channel


own(Asyncio.run)
MODELS["asyncio"] = Asyncio
