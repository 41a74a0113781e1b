"""Greenlets: the models gevent and eventlet."""

class Greenlets(Model):
    """One greenlet for each task, of gevent or eventlet, all in the main thread."""

    main_runs_tasks = False

    def __init__(self, name):
        Model.__init__(self, name)
        if name == "gevent":
            import gevent
            import gevent.os
            import gevent.select
            import gevent.thread as thread

            self.spawn_greenlet, self.sleep = gevent.spawn, gevent.sleep
            self.select, self.read, self.write = gevent.select, gevent.os.nb_read, gevent.os.nb_write
            self.modules = "gevent.%s", "gevent.lock", "gevent.event", "gevent.queue"
        else:
            import eventlet
            import eventlet.green.os
            import eventlet.green.select
            import eventlet.green.thread as thread

            self.spawn_greenlet, self.sleep = eventlet.spawn, eventlet.sleep
            self.select = eventlet.green.select
            self.read, self.write = eventlet.green.os.read, eventlet.green.os.write
            self.modules = "eventlet.green.%s", "eventlet.green.threading", "eventlet.green.threading", "eventlet.queue"
        self.allocate_lock, self.get_ident = thread.allocate_lock, thread.get_ident
        self.greenlets = {}

    def start(self, function, args=()):
        self.greenlets[id(args)] = self.spawn_greenlet(self.run, function, args)

    def run(self, function, args):
        try:
            function(*args)
        finally:
            self.greenlets.pop(id(args), None)

    def acquire(self, gate, timeout=None):
        return gate.acquire() if timeout is None else gate.acquire(True, timeout)

    def prepare(self, io):
        """A greenlet that never yields keeps the receiver from seeing the end of the input.

        So an operating system thread watches for it."""
        import fcntl

        for fd in (io.reader, io.writer):
            fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_NONBLOCK)
        _thread.start_new_thread(self.watch, (io,))

    def watch(self, io):
        poll = select.poll()
        poll.register(io.reader, 0)
        while not poll.poll():
            pass
        native_sleep(io.options["grace"])
        if not io.ended:
            Model.interrupt(self, ())
        native_sleep(io.options["interrupt"])
        if not io.is_guest or not io.ended:
            Model.give_up(self, 0)

    def interrupt(self, running):
        for port in list(running):
            greenlet = self.greenlets.get(id(port.job))
            if greenlet is not None:
                kill = getattr(greenlet, "throw" if self.backend == "gevent" else "kill")
                self.spawn_greenlet(kill, KeyboardInterrupt)

    def __getattr__(self, name):
        family, locks, events, queues = self.__dict__.get("modules", ("", "", "", ""))
        if name in ("Lock", "RLock", "Semaphore", "Condition"):
            module = locks
            if name == "Lock":
                return self.allocate_lock
        elif name == "Event":
            module = events
        elif name == "queue":
            return __import__(queues, None, None, ["Queue"])
        elif name in ("subprocess", "socket"):
            return __import__(family % name, None, None, [name])
        else:
            return Model.__getattr__(self, name)
        return getattr(__import__(module, None, None, [name]), name)

    def spawn(self, gateway, job):
        self.start(gateway.run, job)

    def serve(self, gateway):
        self.start(gateway.receive)
        gateway.main_gate.acquire()

    def writer_lock(self):
        return self.allocate_lock()

    def give_up(self, seconds):
        _thread.start_new_thread(Model.give_up, (self, seconds))


MODELS.update({"gevent": Greenlets, "eventlet": Greenlets})
