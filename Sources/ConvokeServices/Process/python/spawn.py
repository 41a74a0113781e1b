# Starting a process.


class Refusal(Exception):
    """The process is not started: a kind of failure, and why."""

    def __init__(self, kind, reason):
        Exception.__init__(self, kind, reason)
        self.kind = kind
        self.reason = reason


class Shortage(Refusal):
    """There may be no more processes for now."""


def login_shell(known=[]):
    if not known:
        try:
            shell = pwd.getpwuid(os.getuid()).pw_shell
        except KeyError:
            shell = os.environ.get("SHELL")
        known.append((shell or "/bin/sh").encode("utf-8"))
    return known[0]


def program_path(name, environment):
    """The path of a program, looked up as execvp(3) does."""
    if b"/" in name:
        return name
    unusable = None
    for folder in environment.get(b"PATH", b"/usr/local/bin:/usr/bin:/bin").split(b":"):
        path = os.path.join(folder or b".", name)
        if os.path.isfile(path):
            if os.access(path, os.X_OK):
                return path
            unusable = path
    if unusable is not None:
        raise Refusal(u"permission-denied", u"%s may not be executed" % text_of(unusable))
    raise Refusal(u"command-not-found", u"there is no program '%s' in PATH" % text_of(name))


class Spawn(object):
    """One process about to be started.

    start() makes it; what it reports before it has become the program can be read from the descriptor
    `report`, which ends when it has. `input`, `output` and `errors` are our ends of its streams."""

    def __init__(self, request, environment, mark):
        self.request = request
        self.terminal = request.get(u"terminal")
        self.environment = dict(environment)
        for name, value in request.get(u"environment", ()):
            self.environment.pop(name, None)
            if value is not None:
                self.environment[name] = value
        if self.terminal is not None:
            self.environment[b"TERM"] = self.terminal[2]
        outer = environment.get(MARK)
        self.environment[MARK] = mark if outer is None else outer + b":" + mark
        self.arguments = request.get(u"arguments")
        if self.arguments is None:
            self.arguments = [login_shell(), b"-c", request[u"line"]]
        self.theirs, self.ours = [], []
        self.pid = self.input = self.output = self.errors = None

    def start(self):
        self.path = program_path(self.arguments[0], self.environment)
        ignored_signals()
        try:
            self.open()
            self.pid = os.fork()
            if self.pid == 0:
                self.become()
        except EnvironmentError as error:
            for fd in self.ours:
                close(fd)
            kind = Shortage if error.errno == errno.EAGAIN else Refusal
            raise kind(u"spawn-failed", u"cannot start a process: %s" % reason_of(error))
        finally:
            for fd in set(self.theirs + [self.writer]):
                close(fd)

    def open(self):
        """Opens the streams: theirs for descriptors 0 to 2, and ours."""
        self.writer = -1
        self.report = self.pipe(0)
        self.writer = self.theirs.pop()
        if self.terminal is not None:
            self.output, slave = os.openpty()
            self.theirs = [slave] * 3
            self.ours.append(self.output)
            set_size(slave, *self.terminal[:2])
            self.input = os.dup(self.output)  # reading and writing are watched apart
            self.ours.append(self.input)
        else:
            if self.request.get(u"input"):
                self.input = self.pipe(1)
            else:
                self.theirs.append(os.open(os.devnull, os.O_RDONLY))
            self.output = self.pipe(0)
            self.errors = self.pipe(0)
        private(*(self.ours + self.theirs + [self.writer]))
        for fd in self.ours:
            unblock(fd)

    def pipe(self, mine):
        ends = os.pipe()
        self.ours.append(ends[mine])
        self.theirs.append(ends[1 - mine])
        return ends[mine]

    def become(self):
        """Runs in the child, and never returns."""
        kind, what = u"spawn-failed", u"cannot set up the process"
        try:
            os.setsid()
            if self.terminal is not None:
                fcntl.ioctl(self.theirs[0], termios.TIOCSCTTY, 0)
            for number, fd in enumerate(self.theirs):
                os.dup2(fd, number)
            if self.request.get(u"umask") is not None:
                os.umask(self.request[u"umask"])
            kind, what = u"permission-denied", u"cannot change the niceness"
            if self.request.get(u"nice"):
                os.nice(self.request[u"nice"])
            kind, what = u"spawn-failed", u"cannot set the limits"
            self.set_limits()
            if self.request.get(u"directory") is not None:
                kind = u"directory-not-usable"
                what = u"cannot enter the directory %s" % text_of(self.request[u"directory"])
                os.chdir(self.request[u"directory"])
            restore_signals()
            kind, what = None, u"cannot execute %s" % text_of(self.path)
            os.execve(self.path, self.arguments, self.environment)
        except BaseException as error:
            words = kind or kind_of(error), u"%s: %s" % (what, reason_of(error))
            os.write(self.writer, marshal.dumps(words, 2))
        finally:
            os._exit(127)

    def set_limits(self):
        # This program has raised its own.
        resource.setrlimit(resource.RLIMIT_NOFILE, OWN_FILES)
        for name, soft, hard in self.request.get(u"limits", ()):
            limits = [resource.RLIM_INFINITY if limit is None else limit for limit in (soft, hard)]
            resource.setrlimit(getattr(resource, "RLIMIT_" + str(name)), tuple(limits))


def ignored_signals(known=[]):
    """Those that this program ignores, for itself or since its start; others become themselves by exec."""
    if not known:
        mask = ignored_mask()
        known.append([n for n in NAMES if signal.getsignal(n) == signal.SIG_IGN or mask >> (n - 1) & 1])
    return known[0]


def ignored_mask():
    """What the kernel says, where it does (proc(5)): PyPy does not know what was ignored before its start."""
    try:
        with open("/proc/self/status") as file:
            return int(next(line for line in file if line.startswith("SigIgn:")).split()[1], 16)
    except (IOError, StopIteration):
        return 0


def restore_signals():
    for number in ignored_signals():
        signal.signal(number, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, ())


def kind_of(error):
    """The kind of failure behind an error of execve(2)."""
    number = getattr(error, "errno", None)
    if number in (errno.ENOENT, errno.ENOTDIR):
        return u"command-not-found"
    return u"permission-denied" if number in (errno.EACCES, errno.EPERM, errno.ENOEXEC) else u"spawn-failed"
