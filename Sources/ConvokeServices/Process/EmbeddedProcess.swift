// Made by scripts/embed-services from the folder python; do not edit.
// swift-format-ignore-file

/// The Python programs that run processes beside a worker.
enum EmbeddedProcess {
  /// Runs in the worker: starts the other one and carries messages.
  static let relay = #"""
    import binascii
    import marshal
    import os
    import signal
    import struct
    import subprocess
    import sys
    import threading
    import time
    START, STARTED, ENDED, REFUSED = 0, 0, 5, 6
    LOADER = ("import os\ns=b''\nwhile len(s)<%d:s+=os.read(0,%d-len(s))\n" "exec(compile(s,'process.py','exec'),{'__name__':'__main__'})")
    MARK = b"CONVOKE_TASK"
    def variables():
     result = dict(getattr(os, "environb", os.environ))
     try:
      with open("/proc/self/environ", "rb") as file:
       inherited = file.read().split(b"\0")
     except EnvironmentError:
      return result
     is_ours = not any(entry.startswith(b"LC_CTYPE=") for entry in inherited)
     if is_ours and result.get(b"LC_CTYPE") in (b"C.UTF-8", b"C.utf8", b"UTF-8"):
      del result[b"LC_CTYPE"]
     return result
    def marked(nonce):
     found = []
     for name in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
      try:
       with open("/proc/%d/environ" % int(name), "rb") as file:
        entries = file.read().split(b"\0")
      except (EnvironmentError, ValueError):
       continue
      for entry in entries:
       if entry.startswith(MARK + b"="):
        for mark in entry[len(MARK) + 1:].split(b":"):
         if mark.startswith(nonce):
          found.append((int(mark[len(nonce):], 16), int(name)))
     return found
    class Relay(object):
     def __init__(self, channel, source):
      self.channel = channel
      self.nonce = binascii.hexlify(os.urandom(5))
      self.running = {}
      environment = dict(os.environ, PYTHONCOERCECLOCALE="0")
      self.program = subprocess.Popen([sys.executable, "-u", "-c", LOADER % (len(source), len(source))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=sys.version_info[0] > 2, env=environment,)
      self.down, self.up = self.program.stdin.fileno(), self.program.stdout.fileno()
      self.write(source)
      self.put((variables(), self.nonce))
     def write(self, data):
      while data:
       data = data[os.write(self.down, data):]
     def put(self, message):
      data = marshal.dumps(message, 2)
      self.write(struct.pack("!I", len(data)) + data)
     def run(self):
      reader = threading.Thread(target=self.read)
      reader.daemon = True
      reader.start()
      try:
       for message in self.channel:
        self.put(message)
      except Exception:
       pass
      self.program.stdin.close()
      reader.join()
      self.program.stdout.close()
      self.program.wait()
     def read(self):
      data = b""
      while True:
       more = os.read(self.up, 1 << 20)
       if not more:
        break
       data += more
       at = 0
       while len(data) - at >= 4:
        stop = at + 4 + struct.unpack_from("!I", data, at)[0]
        if stop > len(data):
         break
        self.tell(marshal.loads(data[at + 4:stop]))
        at = stop
       data = data[at:]
      self.clean_up()
      try:
       self.channel.close("the program that runs processes has ended")
      except Exception:
       pass
     def tell(self, message):
      if message[0] == STARTED:
       self.running[message[1]] = message[2]
      elif message[0] == ENDED:
       self.running.pop(message[1], None)
      try:
       self.channel.send(message)
      except Exception:
       pass
     def clean_up(self):
      numbers = set(number & 0xFFFFFF for number in self.running)
      for _ in range(3) if numbers else ():
       for group in self.running.values():
        self.kill(os.killpg, group)
       for number, pid in marked(self.nonce):
        if number in numbers:
         self.kill(os.kill, pid)
       time.sleep(0.02)
     def kill(self, function, target):
      try:
       function(target, signal.SIGKILL)
      except OSError:
       pass
    def start(channel):
     model = getattr(channel.gateway.execmodel, "backend", "thread")
     if model not in ("thread", "main_thread_only"):
      raise RuntimeError("a worker with the execution model %s runs no processes; use thread" % model)
     if os.name != "posix":
      raise RuntimeError("a worker on %s runs no processes" % sys.platform)
     if not sys.executable:
      raise RuntimeError("the interpreter of this worker does not know its own path")
     messages, source = channel.receive()
     threading.Thread(target=Relay(messages, source).run).start()
    start(channel)
    """#

  /// Runs the processes.
  static let program = #"""
    import collections
    import errno
    import fcntl
    import heapq
    import itertools
    import marshal
    import os
    import pwd
    import resource
    import select
    import signal
    import struct
    import sys
    import termios
    import time
    PY3 = sys.version_info[0] > 2
    START, INPUT, CLOSE_INPUT, SIGNAL, END, RESIZE, CREDIT, ALIVE, FORGET = range(9)
    STARTED, OUTPUT, ERRORS, TOOK, INPUT_CLOSED, ENDED, REFUSED = range(7)
    READ_SIZE = 65536
    INPUT_WINDOW = 1 << 20
    FULL = 8 << 20
    SWEEP_PAUSE = 0.02
    KILL_LIMIT = 1.0
    READABLE, WRITABLE = 1, 4
    MARK = b"CONVOKE_TASK"
    monotonic = getattr(time, "monotonic", time.time)
    SIGNALS = dict((name[3:], int(number)) for name, number in vars(signal).items() if name.startswith("SIG") and not name.startswith("SIG_") and isinstance(number, int))
    NAMES = dict((number, u"" + name) for name, number in sorted(SIGNALS.items(), reverse=True))
    OWN_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)
    def number_of(name):
     return name if isinstance(name, int) else SIGNALS.get(str(name), 0)
    def reason_of(error):
     if not isinstance(error, EnvironmentError) or not error.errno:
      return u"%s: %s" % (type(error).__name__, error)
     return text_of(os.strerror(error.errno))
    def text_of(data):
     return data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    def patiently(function, *arguments):
     while True:
      try:
       return function(*arguments)
      except EnvironmentError as error:
       if error.errno != errno.EINTR:
        raise
    def close(fd):
     try:
      os.close(fd)
     except OSError:
      pass
    def private(*fds):
     for fd in () if PY3 else fds:
      fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.fcntl(fd, fcntl.F_GETFD) | fcntl.FD_CLOEXEC)
    def unblock(fd):
     fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_NONBLOCK)
    def set_size(fd, rows, columns):
     fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    class Loop(object):
     def __init__(self):
      self.is_epoll = hasattr(select, "epoll")
      self.poller = select.epoll() if self.is_epoll else select.poll()
      self.handlers = {}
      self.fresh = set()
      self.timers = []
      self.numbers = itertools.count()
      if self.is_epoll:
       private(self.poller.fileno())
     def watch(self, fd, events, handler):
      if fd in self.handlers:
       self.poller.modify(fd, events)
      else:
       self.poller.register(fd, events)
       self.fresh.add(fd)
      self.handlers[fd] = handler
     def unwatch(self, fd):
      if self.handlers.pop(fd, None) is not None:
       self.poller.unregister(fd)
     def after(self, seconds, action):
      timer = [monotonic() + seconds, next(self.numbers), action]
      heapq.heappush(self.timers, timer)
      return timer
     def cancel(self, timer):
      if timer is not None:
       timer[2] = None
     def turn(self):
      ready = self.poll()
      self.fresh.clear()
      for fd, _ in ready:
       handler = self.handlers.get(fd)
       if handler is not None and fd not in self.fresh:
        handler()
      now = monotonic()
      while self.timers and self.timers[0][0] <= now:
       action = heapq.heappop(self.timers)[2]
       if action is not None:
        action()
     def poll(self):
      while self.timers and self.timers[0][2] is None:
       heapq.heappop(self.timers)
      wait = max(0.0, self.timers[0][0] - monotonic()) if self.timers else 60.0
      try:
       return self.poller.poll(wait if self.is_epoll else int(wait * 1000) + 1)
      except (select.error, EnvironmentError) as error:
       if error.args[0] != errno.EINTR:
        raise
       return ()
    class Link(object):
     def __init__(self, loop, reader, writer, receive, lost):
      self.loop, self.reader, self.writer = loop, reader, writer
      self.receive, self.lost = receive, lost
      self.buffer = b""
      self.pending, self.rest, self.size = collections.deque(), b"", 0
      self.stalled = []
      self.is_open = True
      unblock(reader)
      unblock(writer)
      loop.watch(reader, READABLE, self.read)
     @property
     def is_full(self):
      return self.size > FULL
     def read(self):
      for _ in range(16):
       try:
        data = patiently(os.read, self.reader, READ_SIZE)
       except OSError as error:
        if error.errno == errno.EAGAIN:
         return
        data = b""
       if not data:
        self.loop.unwatch(self.reader)
        return self.lost()
       self.take(self.buffer + data)
       if len(data) < READ_SIZE:
        return
     def take(self, data):
      at = 0
      while len(data) - at >= 4:
       stop = at + 4 + struct.unpack_from("!I", data, at)[0]
       if stop > len(data):
        break
       self.receive(marshal.loads(data[at + 4:stop]))
       at = stop
      self.buffer = data[at:]
     def send(self, *message):
      if self.is_open:
       data = marshal.dumps(message, 2)
       self.pending.append(struct.pack("!I", len(data)) + data)
       self.size += len(data) + 4
     def flush(self):
      while self.is_open and (self.rest or self.pending):
       if not self.rest:
        self.rest = self.piece()
       try:
        count = patiently(os.write, self.writer, self.rest)
       except OSError as error:
        if error.errno == errno.EAGAIN:
         self.loop.watch(self.writer, WRITABLE, self.flush)
         break
        self.drop()
       else:
        self.rest = self.rest[count:]
        self.size -= count
      else:
       self.loop.unwatch(self.writer)
      while self.stalled and not self.is_full:
       self.stalled.pop()()
     def piece(self):
      parts, size = [], 0
      while self.pending and size < 4 * READ_SIZE:
       parts.append(self.pending.popleft())
       size += len(parts[-1])
      return b"".join(parts)
     def drop(self):
      self.is_open = False
      self.pending.clear()
      self.rest, self.size = b"", 0
      self.loop.unwatch(self.writer)
    class Refusal(Exception):
     def __init__(self, kind, reason):
      Exception.__init__(self, kind, reason)
      self.kind = kind
      self.reason = reason
    def login_shell(known=[]):
     if not known:
      try:
       shell = pwd.getpwuid(os.getuid()).pw_shell
      except KeyError:
       shell = os.environ.get("SHELL")
      known.append((shell or "/bin/sh").encode("utf-8"))
     return known[0]
    def program_path(name, environment):
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
       raise Refusal(u"spawn-failed", u"cannot start a process: %s" % reason_of(error))
      finally:
       for fd in set(self.theirs + [self.writer]):
        close(fd)
     def open(self):
      self.writer = -1
      self.report = self.pipe(0)
      self.writer = self.theirs.pop()
      if self.terminal is not None:
       self.output, slave = os.openpty()
       self.theirs = [slave] * 3
       self.ours.append(self.output)
       set_size(slave, *self.terminal[:2])
       self.input = os.dup(self.output)
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
      resource.setrlimit(resource.RLIMIT_NOFILE, OWN_FILES)
      for name, soft, hard in self.request.get(u"limits", ()):
       limits = [resource.RLIM_INFINITY if limit is None else limit for limit in (soft, hard)]
       resource.setrlimit(getattr(resource, "RLIMIT_" + str(name)), tuple(limits))
    def ignored_signals(known=[]):
     if not known:
      known.append([number for number in NAMES if signal.getsignal(number) == signal.SIG_IGN])
     return known[0]
    def restore_signals():
     for number in ignored_signals():
      signal.signal(number, signal.SIG_DFL)
     if hasattr(signal, "pthread_sigmask"):
      signal.pthread_sigmask(signal.SIG_SETMASK, ())
    def kind_of(error):
     number = getattr(error, "errno", None)
     if number in (errno.ENOENT, errno.ENOTDIR):
      return u"command-not-found"
     return u"permission-denied" if number in (errno.EACCES, errno.EPERM, errno.ENOEXEC) else u"spawn-failed"
    def stat_of(pid):
     try:
      with open("/proc/%d/stat" % pid, "rb") as file:
       words = file.read().rpartition(b")")[2].split()
      return words[0], int(words[1]), int(words[2]), int(words[19])
     except (EnvironmentError, IndexError, ValueError):
      return None
    def marks_of(pid):
     try:
      with open("/proc/%d/environ" % pid, "rb") as file:
       data = b"\0" + file.read()
     except EnvironmentError:
      return ()
     at = data.find(b"\0" + MARK + b"=")
     return data[at + len(MARK) + 2:].split(b"\0", 1)[0].split(b":") if at >= 0 else ()
    def what_is_left(children):
     if not os.path.isdir("/proc/self"):
      return dict((child, group_of(child)) for child in children)
     left = dict((child, {}) for child in children)
     groups = dict((child.pid, child) for child in children)
     marks = dict((child.mark, child) for child in children)
     known = dict((entry, child) for child in children for entry in child.ending.known.items())
     heirs, alive, found = {}, {}, []
     for name in os.listdir("/proc"):
      pid = int(name) if name.isdigit() else 0
      stat = stat_of(pid) if pid else None
      if stat is None:
       continue
      state, parent, group, start = stat
      heirs.setdefault(parent, []).append(pid)
      if state not in (b"Z", b"X"):
       alive[pid] = start
      owners = set(marks[mark] for mark in marks_of(pid) if mark in marks)
      if group in groups:
       owners.add(groups[group])
      if (pid, start) in known:
       owners.add(known[pid, start])
      found.extend((owner, pid) for owner in owners)
     seen = set()
     while found:
      owner, pid = found.pop()
      if (owner, pid) not in seen:
       seen.add((owner, pid))
       if pid in alive:
        left[owner][pid] = alive[pid]
       found.extend((owner, heir) for heir in heirs.get(pid, ()))
     return left
    def group_of(child):
     try:
      os.killpg(child.pid, 0)
      return {-child.pid: 0}
     except OSError:
      return {}
    class Stream(object):
     def __init__(self, child, number, fd, credit):
      self.child, self.number, self.fd, self.credit = child, number, fd, credit
      self.loop, self.link = child.service.loop, child.service.link
      self.is_waiting = False
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
      while times and self.fd is not None and not self.must_wait():
       times -= 1
       try:
        data = patiently(os.read, self.fd, min(READ_SIZE, self.credit))
       except OSError as error:
        if error.errno == errno.EAGAIN:
         return
        data = b""
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
       return self.take(b"\4")
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
      self.ending = None
      self.orders = []
      self.input = InputPipe(self, spawn.input, self.has_terminal)
      credit = request.get(u"window", INPUT_WINDOW)
      outputs = (OUTPUT, spawn.output), (ERRORS, spawn.errors)
      self.streams = [Stream(self, code, fd, credit) for code, fd in outputs if fd is not None]
      service.loop.watch(self.report, READABLE, self.learn)
     def say(self, code, *values):
      if not self.is_silent:
       self.service.link.send(code, self.number, *values)
     def learn(self):
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
     def meet_deadline(self):
      if self.status is None and self.ending is None:
       self.reason = u"deadline"
       self.end(self.termination)
     def reaped(self, status, usage):
      if self.report is not None:
       self.learn()
      self.status, self.usage = status, usage
      for stream in self.streams:
       stream.read(64)
      if self.ending is not None:
       self.service.sweep_soon()
      self.check()
      self.service.loop.after(self.linger, self.stop_reading)
     def stop_reading(self):
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
      if not self.has_started:
       self.orders.append(steps)
      elif self.status is None or self.ending is not None:
       self.ending = Ending(self, steps)
     def has_ended(self):
      self.ending = None
      self.check()
     def check(self):
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
      how = {u"user": self.usage.ru_utime, u"system": self.usage.ru_stime, u"memory": self.usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), u"unread": self.input.unread, u"forced": self.is_forced, u"open": self.left_open,}
      if os.WIFSIGNALED(self.status):
       number = os.WTERMSIG(self.status)
       how[u"signal"] = NAMES.get(number, number)
      else:
       how[u"code"] = os.WEXITSTATUS(self.status)
      if self.reason is not None:
       how[u"reason"] = self.reason
      return how
     def give_up(self, steps):
      self.is_silent = True
      for stream in self.streams:
       stream.grant(1 << 60)
      if not self.has_started:
       os.kill(self.pid, signal.SIGKILL)
      elif self.ending is None or not steps:
       self.end(steps)
      self.check()
    class Ending(object):
     def __init__(self, child, steps):
      self.child, self.steps = child, list(steps)
      self.is_last = self.was_clear = False
      self.known = {}
      self.next_step()
     def next_step(self):
      if self.is_last:
       return self.child.has_ended()
      if self.steps:
       name, seconds = self.steps.pop(0)
       self.signals = number_of(name), signal.SIGCONT
      else:
       self.is_last = self.child.is_forced = True
       self.signals, seconds = (signal.SIGKILL,), KILL_LIMIT
      self.until = monotonic() + seconds
      self.told = set()
      self.child.service.sweep_soon()
     def look_at(self, left):
      if not left and self.child.status is not None:
       if self.was_clear:
        return self.child.has_ended()
       self.was_clear = True
       return None
      self.was_clear = False
      self.known.update(left)
      new = set(left) - self.told
      self.told |= new
      for pid in new:
       for number in self.signals:
        try:
         os.kill(pid, number)
        except OSError:
         pass
      if monotonic() >= self.until + (1 if self.is_last and new else 0):
       self.next_step()
    class Service(object):
     def __init__(self, reader, writer):
      self.loop = Loop()
      self.children, self.by_pid = {}, {}
      self.environment = self.nonce = None
      self.is_closing = False
      self.sweeping = None
      self.was_heard = True
      self.patience = None
      self.parent = os.getppid()
      self.link = Link(self.loop, reader, writer, self.receive, self.close)
      self.watch_signals()
      self.watch_parent()
     def watch_signals(self):
      reader, writer = os.pipe()
      private(reader, writer)
      unblock(reader)
      unblock(writer)
      signal.set_wakeup_fd(writer)
      signal.signal(signal.SIGCHLD, lambda *_: None)
      told = []
      for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
       signal.signal(number, lambda *_: told.append(True))
      def wake():
       patiently(os.read, reader, READ_SIZE)
       self.reap()
       if told:
        self.close()
      self.loop.watch(reader, READABLE, wake)
     def watch_parent(self):
      if os.getppid() != self.parent:
       self.close()
      else:
       self.loop.after(1, self.watch_parent)
     def run(self):
      while not self.is_closing or self.children:
       self.loop.turn()
       self.link.flush()
     def close(self):
      self.is_closing = True
      for child in list(self.children.values()):
       child.give_up(child.termination)
     def receive(self, message):
      self.was_heard = True
      if self.nonce is None:
       self.environment, self.nonce = message
       return
      code, number, values = message[0], message[1], message[2:]
      if code == START:
       return self.start(number, *values)
      if code == ALIVE:
       return self.expect(*values)
      child = self.children.get(number)
      if child is None:
       return
      if code == INPUT:
       child.input.take(*values)
      elif code == CLOSE_INPUT:
       child.input.end()
      elif code == SIGNAL:
       child.signal_group(number_of(*values))
      elif code == END:
       child.end(*values)
      elif code == RESIZE:
       if child.has_terminal and child.streams[0].fd is not None:
        set_size(child.streams[0].fd, *values)
      elif code == CREDIT:
       for stream in child.streams:
        if stream.number == values[0]:
         stream.grant(values[1])
      elif code == FORGET:
       child.give_up(())
     def start(self, number, request):
      if self.is_closing:
       return
      try:
       child = Child(self, number, request)
      except Refusal as refusal:
       self.link.send(REFUSED, number, refusal.kind, refusal.reason)
      except Exception as error:
       self.link.send(REFUSED, number, u"spawn-failed", reason_of(error))
      else:
       self.children[number] = self.by_pid[child.pid] = child
     def expect(self, seconds):
      is_first = self.patience is None
      self.patience = seconds
      if is_first:
       self.listen(0)
     def listen(self, silent):
      silent = 0 if self.was_heard else silent + 1
      self.was_heard = False
      if silent >= 4:
       self.close()
      else:
       self.loop.after(self.patience / 4.0, lambda: self.listen(silent))
     def reap(self):
      while True:
       try:
        pid, status, usage = patiently(os.wait4, -1, os.WNOHANG)
       except OSError:
        return
       if pid == 0:
        return
       child = self.by_pid.pop(pid, None)
       if child is not None:
        child.reaped(status, usage)
     def sweep_soon(self):
      if self.sweeping is None:
       self.sweeping = self.loop.after(0, self.sweep)
     def sweep(self):
      begin = monotonic()
      self.sweeping = None
      ending = [child for child in self.children.values() if child.ending is not None]
      left = what_is_left(ending)
      for child in ending:
       child.ending.look_at(left[child])
      self.loop.cancel(self.sweeping)
      self.sweeping = None
      if any(child.ending is not None for child in self.children.values()):
       pause = min(max(SWEEP_PAUSE, 4 * (monotonic() - begin)), 10 * SWEEP_PAUSE)
       self.sweeping = self.loop.after(pause, self.sweep)
    def main():
     reader, writer = os.dup(0), os.dup(1)
     null = os.open(os.devnull, os.O_RDWR)
     os.dup2(null, 0)
     os.dup2(null, 1)
     folder = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"
     for name in os.listdir(folder):
      if int(name) > 2 and int(name) not in (reader, writer):
       close(int(name))
     private(reader, writer)
     signal.signal(signal.SIGPIPE, signal.SIG_IGN)
     try:
      os.setsid()
     except OSError:
      pass
     try:
      with open("/proc/self/comm", "w") as file:
       file.write("convoke-process")
     except EnvironmentError:
      pass
     try:
      resource.setrlimit(resource.RLIMIT_NOFILE, (OWN_FILES[1], OWN_FILES[1]))
     except (EnvironmentError, ValueError):
      pass
     Service(reader, writer).run()
    if __name__ == "__main__":
     main()
    """#
}
