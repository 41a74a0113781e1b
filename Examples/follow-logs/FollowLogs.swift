// Follows log files on many hosts at once.
//
//   swift run follow-logs --on 'ssh=web[1-8]' /var/log/syslog /var/log/app.log
//
// The hosts get this program by themselves, as one static file: scripts/build-worker follow-logs

import ArgumentParser
import ConvokeGateway
import ConvokeWire
import ConvokeWorker
import ExampleTerminal

@main
struct FollowLogs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "follow-logs",
    abstract: "Follows log files on many hosts at once.",
    discussion: """
      Each line has the name of its host before it, and of its file if there are several. Logs may be \
      rotated; files that are not there yet are waited for. A slow reader of the output makes the \
      hosts wait, nothing is dropped. Ctrl-C ends it, and leaves nothing on the hosts. A host that \
      fails is named, and the others go on; the exit status is 1 then.
      """
  )

  @Option(
    name: .customLong("on"),
    help: "Where the files are: ssh=node[1-8], local, docker=NAME and so on; can be repeated."
  )
  var places: [String] = ["local"]

  @Flag(help: "Begin with what the files contain already.")
  var all = false

  @Argument(help: "The paths of the files.")
  var paths: [String]

  static func main() async {
    await Worker.serveIfAsked([follow])
    await Self.main(nil)
  }

  func run() async throws {
    let specs = try self.places.flatMap { try GatewaySpec.expand($0 + "//swift") }
    let output = LineOutput()
    let failures = try await cancelledBySignals {
      try await withGroup { group in
        let opened = await group.open(all: specs)
        return await withTaskGroup(of: Bool.self) { hosts in
          for (spec, gateway) in zip(specs, opened) {
            hosts.addTask {
              await HostLogs(spec, self.paths, output).follow(gateway, all: self.all)
            }
          }
          return await hosts.reduce(0) { $0 + ($1 ? 0 : 1) }
        }
      }
    }
    if failures > 0 { throw ExitCode(1) }
  }
}
