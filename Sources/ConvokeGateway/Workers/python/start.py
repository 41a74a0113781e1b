"""Start: the connection, and the answer to the controller."""

class Stdio(object):
    """The connection over descriptors 0 and 1, moved away from where prints and reads could touch it."""

    is_guest = False  # the process belongs to somebody else, and goes on afterwards
    ended = False  # nothing runs any more

    def __init__(self):
        self.reader, self.writer = os.dup(0), os.dup(1)
        self.outputs, self.pumped = [], []
        self.stderr = None
        if os.name == "nt":
            import msvcrt

            msvcrt.setmode(self.reader, os.O_BINARY)
            msvcrt.setmode(self.writer, os.O_BINARY)
        elif not PY3:  # later ones do so by themselves
            private(self.reader, self.writer)

    def redirect(self, options):
        self.options = options
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        if options["output"]:
            self.stderr = os.dup(2)
            for number in (1, 2):
                reader, writer = os.pipe()
                os.dup2(writer, number)
                os.close(writer)
                self.outputs.append((number, reader))
                if not PY3:
                    private(reader, self.stderr)
            sys.stdout = os.fdopen(1, "w", 1)
            sys.stderr = os.fdopen(2, "w", 1)
        os.close(null)
        self.stdin, sys.stdin = sys.stdin, os.fdopen(0, "r", 1)

    def finish(self):
        """Sends the rest of the output, but waits for no child that goes on to write."""
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass
        if self.outputs:
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 1)
            os.dup2(self.stderr, 2)
            limit = monotonic() + 0.5
            while len(self.pumped) < len(self.outputs) and monotonic() < limit:
                native_sleep(0.002)


def private(*fds):
    import fcntl

    for fd in fds:
        fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.fcntl(fd, fcntl.F_GETFD) | fcntl.FD_CLOEXEC)


stdio = Stdio


def apply(options):
    """The place and priority of the process."""
    if options["chdir"]:
        if not os.path.isdir(options["chdir"]):
            os.makedirs(options["chdir"])
        os.chdir(options["chdir"])
    if options["nice"] and hasattr(os, "nice"):
        os.nice(options["nice"])
    for name, value in (options["env"] or {}).items():
        os.environ[str(name) if PY3 else name.encode("utf-8")] = str(value) if PY3 else value.encode("utf-8")


def serve(io, id=u"worker", model="thread", options=None):
    """Answers the controller and serves it until the end."""
    try:
        unknown = set(options or ()) - set(DEFAULTS)
        if unknown:
            raise ValueError("unknown option %s" % ", ".join(sorted(unknown)))
        options = dict(DEFAULTS, **(options or {}))
        if model not in MODELS:
            raise ValueError("unknown execution model %r" % (model,))
        model = MODELS[model](model)
        apply(options)
        io.redirect(options)
        model.prepare(io)
        gateway = Gateway(io, id, model, options)
    except Exception as error:
        text = "%s: %s" % (type(error).__name__, error)
        os.write(io.writer, b"0" + as_text(text).replace(u"\n", u" ").encode("utf-8") + b"\n")
        report("worker: %s\n" % text)
        sys.exit(1)
    os.write(io.writer, b"1")
    gateway.serve()
