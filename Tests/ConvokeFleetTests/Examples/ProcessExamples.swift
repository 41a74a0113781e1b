import Convoke
import ConvokeHosts
import ConvokeProcess

// Each function is one of the samples of execo's user guide; docs/from-execo.md shows both.

/// Runs a program here and shows all there is to know about its end.
func listRootDirectory() async -> String {
  let result = await Command("ls", "/").run()
  return "\(result.outcome)\nstdout:\n\(result.stdout.text)\nstderr:\n\(result.stderr.text)"
}

/// Runs a shell line whose failure is expected: it neither counts nor is it logged.
func findMyFiles(in folder: String) async throws -> [String] {
  let find = Command.shell("find \(ShellQuoting.quote(folder)) -user \"$(id -un)\"").with { find in
    find.accepting = .exitCode
    find.quiet = .exitCode
  }
  return try await find.run().throwOnFailure().stdout.lines
}

/// Starts a server, waits until it says that it is ready, and has another host talk to it.
func receiveOnce(
  _ server: Command,
  on serverHost: Host,
  from client: Command,
  on clientHost: Host
) async throws -> String {
  try await server.start(on: serverHost) { receiver in
    try await receiver.expect(/[Ll]istening/, within: .seconds(10))
    try await client.run(on: clientHost).throwOnFailure()
    return try await receiver.wait(within: .seconds(10)).stdout.text
  }
}

/// Logs in on a console that asks, and runs a command there.
func logIn(
  to console: Command,
  on host: Host,
  as user: String,
  password: String
) async throws
  -> String
{
  try await console.start(on: host) { console in
    try await console.write("\n")
    try await console.expect(/login: $/, within: .seconds(10))
    try await console.write("\(user)\n")
    try await console.expect(/Password: $/, within: .seconds(10))
    try await console.write("\(password)\n")
    try await console.expect("# ", within: .seconds(10))
    try await console.write("uname\n")
    return try await console.expect("# ", within: .seconds(10)).before
  }
}
