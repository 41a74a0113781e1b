internal import CConvokeSystem
import Glibc

/// Starts one program: opens its descriptors, spawns it and closes what is the child's.
struct LocalSpawn {
  /// A started program with this side's ends of its streams; -1 where there is none.
  struct Started {
    var pid: Int32
    var descriptor: Int32
    var guardSlot: Int32
    var input: Int32
    var stdout: Int32
    var stderr: Int32
  }

  private let command: Command
  // The child's ends, closed once it has them; and ours, closed if the start fails.
  private var theirs: [Int32] = []
  private var ours: [Int32] = []

  init(_ command: Command) { self.command = command }

  mutating func start() -> Result<Started, Failure> {
    if let handover = self.command.handover { self.theirs = [handover.input, handover.output] }
    let result = self.attempt()
    for descriptor in self.theirs { Descriptor.close(descriptor) }
    if case .failure = result { for descriptor in self.ours { Descriptor.close(descriptor) } }
    return result
  }

  private mutating func attempt() -> Result<Started, Failure> {
    let arguments =
      switch self.command.form {
      case .arguments(let arguments): arguments
      case .shell(let line): [self.command.shell ?? "/bin/sh", "-c", line]
      }
    if let bad = arguments.first(where: { $0.utf8.contains(0) }) {
      let message = "an argument contains a NUL byte: \(bad.prefix(40).debugDescription)"
      return .failure(
        Failure(.spawnFailed, message, remedy: "pass such bytes through standard input")
      )
    }
    return self.openStreams().flatMap { streams in
      if let started = self.spawnWithoutShell(streams) { return .success(started) }
      return LocalEnvironment.path(of: arguments[0], changes: self.command.environment)
        .flatMap { path in self.spawn(path, arguments, streams) }
    }
  }

  // What cannot be started this way is left to the shell, whose words for that users know.
  private func spawnWithoutShell(_ streams: Streams) -> Started? {
    guard case .shell(let line) = self.command.form, let words = SimpleLine.words(line),
      SimpleLine.isPOSIX(shell: self.command.shell ?? "/bin/sh")
    else { return nil }
    let started = LocalEnvironment.path(of: words[0], changes: self.command.environment)
      .flatMap { path in self.spawn(path, words, streams) }
    return try? started.get()
  }

  /// The child's descriptors, -1 for /dev/null, and this side's.
  private struct Streams {
    var theirInput: Int32 = -1
    var theirOutput: Int32 = -1
    var theirError: Int32 = -1
    var terminal: Int32 = -1
    var input: Int32 = -1
    var stdout: Int32 = -1
    var stderr: Int32 = -1
  }

  private mutating func openStreams() -> Result<Streams, Failure> {
    var streams = Streams()
    let failure: Failure?
    if let terminal = self.command.terminal {
      failure = self.openTerminal(terminal, &streams)
    } else {
      failure = self.openPipes(&streams)
    }
    return failure.map { .failure($0) } ?? .success(streams)
  }

  private mutating func openTerminal(_ size: PseudoTerminal, _ streams: inout Streams) -> Failure? {
    var ends: (controller: Int32, terminal: Int32) = (-1, -1)
    let error = unsafe convoke_open_terminal(
      size.rows,
      size.columns,
      &ends.controller,
      &ends.terminal
    )
    if error != 0 { return Self.failure("open a pseudo-terminal", error) }
    // Reading and writing are watched apart, so each has a descriptor of its own.
    let second = fcntl(ends.controller, F_DUPFD_CLOEXEC, 3)
    self.theirs.append(ends.terminal)
    self.ours = [ends.controller, second]
    streams.terminal = ends.terminal
    streams.stdout = ends.controller
    streams.input = second
    return nil
  }

  private mutating func openPipes(_ streams: inout Streams) -> Failure? {
    if let handover = self.command.handover {
      streams.theirInput = handover.input
      streams.theirOutput = handover.output
    }
    switch self.command.input {
    case _ where self.command.handover != nil: break
    case .none: break
    case .file(let path):
      let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
      if file < 0 { return Self.failure("open \(path) as standard input", errno) }
      self.theirs.append(file)
      streams.theirInput = file
    case .bytes, .stream:
      guard let pipe = self.pipe(oursIsRead: false) else {
        return Self.failure("open a pipe", errno)
      }
      streams.theirInput = pipe.theirs
      streams.input = pipe.ours
    }
    if self.command.handover != nil {
      // Somebody else reads it.
    } else if self.command.stdout.isInherited {
      streams.theirOutput = STDOUT_FILENO
    } else {
      guard let pipe = self.pipe(oursIsRead: true) else {
        return Self.failure("open a pipe", errno)
      }
      streams.theirOutput = pipe.theirs
      streams.stdout = pipe.ours
    }
    if self.command.stderr.isInherited {
      streams.theirError = STDERR_FILENO
    } else {
      guard let pipe = self.pipe(oursIsRead: true) else {
        return Self.failure("open a pipe", errno)
      }
      streams.theirError = pipe.theirs
      streams.stderr = pipe.ours
    }
    return nil
  }

  private mutating func pipe(oursIsRead: Bool) -> (ours: Int32, theirs: Int32)? {
    guard let ends = Descriptor.makePipe() else { return nil }
    let (ours, theirs) = oursIsRead ? (ends.read, ends.write) : (ends.write, ends.read)
    self.ours.append(ours)
    self.theirs.append(theirs)
    Descriptor.setNonBlocking(ours)
    return (ours, theirs)
  }

  private func spawn(
    _ path: String,
    _ arguments: [String],
    _ streams: Streams
  ) -> Result<Started, Failure> {
    let slot = GuardTable.takeSlot()
    let answer = SpawnShortage.shared.wait { self.call(path, arguments, streams, slot) }
    guard answer.step == CONVOKE_SPAWN_OK.rawValue else {
      GuardTable.giveBack(slot)
      return .failure(self.failure(answer, path))
    }
    return .success(
      Started(
        pid: answer.pid,
        descriptor: answer.descriptor,
        guardSlot: slot,
        input: streams.input,
        stdout: streams.stdout,
        stderr: streams.stderr
      )
    )
  }

  private func call(
    _ path: String,
    _ arguments: [String],
    _ streams: Streams,
    _ slot: Int32
  ) -> convoke_spawn_answer {
    var request = unsafe convoke_spawn_request()
    unsafe request.umask = self.command.umask.map { Int32($0) } ?? -1
    unsafe request.nice = Int32(self.command.niceness)
    unsafe request.guard_slot = slot
    unsafe request.standard_input = streams.theirInput
    unsafe request.standard_output = streams.theirOutput
    unsafe request.standard_error = streams.theirError
    unsafe request.terminal = streams.terminal
    unsafe request.mark = self.command.mark ?? 0
    var changes = self.command.environment
    if let terminal = self.command.terminal { changes["TERM"] = terminal.type }
    if let mark = self.command.mark { changes[ProcessMark.name] = ProcessMark.value(mark) }
    if !changes.isEmpty, let run = self.command.run { changes[RunMark.name] = run }
    return unsafe CStringArray.with(arguments) { argv in
      unsafe path.withCString { path in
        unsafe request.path = path
        unsafe request.argv = UnsafePointer(argv)
        return unsafe LocalEnvironment.with(changes, run: self.command.run) { envp in
          unsafe request.envp = UnsafePointer(envp)
          return unsafe self.enter(&request)
        }
      }
    }
  }

  private func enter(_ request: inout convoke_spawn_request) -> convoke_spawn_answer {
    let limits = self.command.limits.map { convoke_limit($0.key, $0.value) }
    return unsafe limits.withUnsafeBufferPointer { limits in
      unsafe request.limits = limits.baseAddress
      unsafe request.limit_count = Int32(limits.count)
      guard let directory = self.command.directory else { return unsafe convoke_spawn(&request) }
      return unsafe directory.withCString { directory in
        unsafe request.directory = directory
        return unsafe convoke_spawn(&request)
      }
    }
  }

  private func failure(_ answer: convoke_spawn_answer, _ path: String) -> Failure {
    let reason = SystemError.text(answer.error)
    if answer.step == CONVOKE_SPAWN_DIRECTORY.rawValue {
      let message = "cannot enter the directory \(self.command.directory ?? ""): \(reason)"
      return Failure(.directoryNotUsable, message)
    }
    if answer.step == CONVOKE_SPAWN_LIMITS.rawValue {
      return Self.failure("set the limits of \(path)", answer.error)
    }
    guard answer.step == CONVOKE_SPAWN_EXEC.rawValue else {
      return Self.failure("start \(path)", answer.error)
    }
    switch answer.error {
    case ENOENT: return Failure(.commandNotFound, "there is no program \(path)")
    case EACCES, EPERM, ENOEXEC:
      return Failure(.permissionDenied, "cannot execute \(path): \(reason)")
    default: return Self.failure("execute \(path)", answer.error)
    }
  }

  private static func failure(_ verb: String, _ error: Int32) -> Failure {
    Failure(.spawnFailed, "cannot \(verb): \(SystemError.text(error))")
  }
}
