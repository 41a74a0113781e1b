import ConvokeProcess
import Foundation
import Testbed
import Testing

@Suite(.timeLimit(.minutes(2)))
struct GatewaysOverSSHTests {
  @Test func `host sets mean workers over ssh, for code, copies and the shell`() async throws {
    try await SSHFleet.withSSHFleet(hosts: 2) { fleet in
      let hosts = fleet.hostNames.joined(separator: ",")
      let connection = ["--ssh-config", fleet.configFile]
      let convoke = ConvokeProgram()
      let code = await convoke.run(
        ["exec", "-w", hosts, "-c", "channel.send('here')"] + connection
      )
      #expect(code.status == 0, "\(code.errors)")
      #expect(sortedLines(code.output) == fleet.hostNames.sorted().map { "\($0): here" })

      let source = fleet.directory.appending(path: "to-copy")
      try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
      try Data("content".utf8).write(to: source.appending(path: "file"))
      // The user over there is another one.
      let open = fleet.directory.appending(path: "open")
      try FileManager.default.createDirectory(at: open, withIntermediateDirectories: true)
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: open.path)
      let target = open.appending(path: "copied").path
      let copy = await convoke.run(
        ["sync", source.path, "-w", fleet.hostNames[0], target] + connection
      )
      #expect(copy.output == "\(fleet.hostNames[0]): 1 file, 7 bytes sent\n", "\(copy.errors)")
      #expect(FileManager.default.fileExists(atPath: "\(target)/file"))

      let shell = await ConvokeProgram(input: .text("print(6 * 7)\n"))
        .run(["shell", fleet.hostNames[1]] + connection)
      #expect(shell.output == "42\n", "\(shell.errors)")

      try await fleet.refuse(fleet.hostNames[1])
      let lost = await convoke.run(["exec", "-w", hosts, "-c", "channel.send(1)"] + connection)
      #expect(lost.status == 3, "\(lost.errors)")
      #expect(lost.errors.contains("convoke: \(fleet.hostNames[1]): unreachable"))
    }
  }
}
