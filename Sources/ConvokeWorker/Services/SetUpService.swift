import ConvokeGateway
import ConvokeWire
import Glibc

/// Sets the directory, the niceness and the environment of the worker, as its specification says.
struct SetUpService: WorkerService {
  let name = "set-up"

  func serve(_ channel: Channel, _ arguments: WireValue) async throws {
    guard let parts = try await channel.receive().elements, parts.count == 3 else {
      throw WorkerError("the service set-up takes a directory, a niceness and variables")
    }
    for pair in parts[2].pairs ?? [] {
      guard let name = pair.key.string, let value = pair.value.string else { continue }
      unsafe setenv(name, value, 1)
    }
    if let path = parts[0].string { try Self.enter(path) }
    if let number = parts[1].int { try Self.addNiceness(number) }
  }

  // The niceness of Linux belongs to a thread; those to come inherit it.
  private static func addNiceness(_ number: Int) throws {
    let kind = __priority_which_t(PRIO_PROCESS.rawValue)
    let wanted = Int(getpriority(kind, 0)) + number
    guard let folder = unsafe opendir("/proc/self/task") else { throw self.error("list threads") }
    defer { unsafe closedir(folder) }
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let thread = id_t(name) else { continue }
      if setpriority(kind, thread, Int32(clamping: wanted)) != 0, errno != ESRCH {
        throw self.error("add \(number) to the niceness")
      }
    }
  }

  private static func enter(_ path: String) throws {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/\(part)"
      if unsafe mkdir(made, 0o777) != 0, errno != EEXIST { throw self.error("make \(made)") }
    }
    if unsafe chdir(path) != 0 { throw self.error("enter \(path)") }
  }

  private static func error(_ what: String) -> WorkerError {
    WorkerError("cannot \(what): \(unsafe String(cString: strerror(errno)))")
  }
}
