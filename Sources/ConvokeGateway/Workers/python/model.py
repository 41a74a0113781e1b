"""Models: who runs tasks, and how threads wait."""

class Model(object):
    """Operating system threads; what remote code sees as channel.gateway.execmodel."""

    main_runs_tasks = True  # the main thread waits for tasks, others get a thread each

    def __init__(self, name):
        self.backend = name
        self.channel_class = Channel
        self.allocate_lock = _thread.allocate_lock
        self.get_ident = _thread.get_ident
        self.sleep = time.sleep
        self.select = select
        self.read = os.read
        self.write = os.write

    def start(self, function, args=()):
        return _thread.start_new_thread(function, args)

    def acquire(self, gate, timeout=None):
        """Acquires a lock, as long as it takes or for some seconds; says whether it has."""
        if timeout is None:
            return gate.acquire()
        if PY3:
            return gate.acquire(True, min(timeout, 1e6))
        deadline, pause = monotonic() + timeout, 0.0005  # Python 2 cannot wait with a limit
        while not gate.acquire(False):
            left = deadline - monotonic()
            if left <= 0:
                return False
            time.sleep(min(pause, left))
            pause = min(pause * 2, 0.02)
        return True

    def prepare(self, io):
        pass

    def spawn(self, gateway, job):
        self.start(gateway.run, job)

    def serve(self, gateway):
        """Runs in the main thread until the gateway has finished."""
        self.start(gateway.receive)
        gateway.run_on_main_thread()

    def stop(self):
        pass

    def writer_lock(self):
        return _thread.RLock() if PY3 else _thread.allocate_lock()

    def give_up(self, seconds):
        """Threads of the user, or what runs at exit, may keep the interpreter, but not for ever."""
        native_sleep(seconds)
        self.end_children(0)
        os._exit(1)

    def interrupt(self, running):
        """Interrupts the task of the main thread."""
        try:
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(MAIN_THREAD, signal.SIGINT)
            elif os.name == "posix":
                os.kill(os.getpid(), signal.SIGINT)
            else:
                _thread.interrupt_main()
        except Exception:
            pass

    def __getattr__(self, name):  # imported only when somebody asks
        if name in ("Lock", "RLock", "Event", "Condition", "Semaphore"):
            module = threading
        elif name == "queue":
            return __import__("queue" if PY3 else "Queue")
        elif name in ("subprocess", "socket"):
            return __import__(name)
        elif name == "fdopen":
            module = os
        else:
            raise AttributeError(name)
        return getattr(module, name)

    def PopenPiped(self, args):
        pipe = self.subprocess.PIPE
        return self.subprocess.Popen(args, stdin=pipe, stdout=pipe)
