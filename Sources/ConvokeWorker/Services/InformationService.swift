import ConvokeGateway
import ConvokeWire
import Glibc

/// Tells what the worker is: an executable, a version, a platform, a directory, a process.
struct InformationService: WorkerService {
  let name = "information"

  func serve(_ channel: Channel, _ arguments: WireValue) async throws {
    try await channel.send(
      .dictionary([
        .init("executable", .string(CommandLine.arguments.first ?? "")),
        .init("version", .string(Self.compiler)),
        .init("platform", "linux"),
        .init("cwd", .string(Self.directory)),
        .init("pid", .int(Int(getpid()))),
      ])
    )
  }

  // The language version that the program was compiled with.
  private static var compiler: String {
    #if compiler(>=6.3)
    "6.3"
    #else
    "6"
    #endif
  }

  private static var directory: String {
    guard let path = unsafe getcwd(nil, 0) else { return "" }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }
}
