import Glibc

/// Starts a program with no input, and both outputs in files, and waits for it.
///
/// Foundation's `Process` will not do: it takes a process for running as long as anything that the
/// process has left in the background does.
///
/// - Parameters:
///   - words: The full path of the program and its arguments.
///   - environment: The whole environment, as `NAME=VALUE`.
///   - output: The file for standard output, made anew.
///   - errors: The file for standard error, made anew.
/// - Returns: The exit code, or 128 and the number of the signal.
/// - Throws: ``Tool/ScriptFailure`` if the program cannot be started.
func spawnAndWait(
  _ words: [String],
  environment: [String],
  output: String,
  errors: String
) throws -> Int32 {
  var actions = unsafe posix_spawn_file_actions_t()
  unsafe posix_spawn_file_actions_init(&actions)
  defer { unsafe posix_spawn_file_actions_destroy(&actions) }
  let new = O_WRONLY | O_CREAT | O_TRUNC
  unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  unsafe posix_spawn_file_actions_addopen(&actions, 1, output, new, 0o644)
  unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, new, 0o644)

  // The threads of the tests may block signals, which the program must not inherit.
  var attributes = posix_spawnattr_t()
  unsafe posix_spawnattr_init(&attributes)
  defer { unsafe posix_spawnattr_destroy(&attributes) }
  var signals = sigset_t()
  unsafe sigemptyset(&signals)
  unsafe posix_spawnattr_setsigmask(&attributes, &signals)
  unsafe sigfillset(&signals)
  unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
  unsafe posix_spawnattr_setflags(
    &attributes,
    Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
  )

  var pid: pid_t = 0
  let problem = unsafe withCStrings(words) { arguments in
    unsafe withCStrings(environment) { environment in
      unsafe posix_spawn(&pid, words[0], &actions, &attributes, arguments, environment)
    }
  }
  guard problem == 0 else {
    throw Tool.ScriptFailure(description: "\(words) cannot be started: error \(problem)")
  }
  var status: Int32 = 0
  while unsafe waitpid(pid, &status, 0) == -1, errno == EINTR {}
  return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
}

private func withCStrings<Answer>(
  _ strings: [String],
  _ body: ([UnsafeMutablePointer<CChar>?]) -> Answer
) -> Answer {
  let copies = unsafe strings.map { unsafe strdup($0) }
  defer { unsafe copies.forEach { unsafe free($0) } }
  return unsafe body(copies + [nil])
}
