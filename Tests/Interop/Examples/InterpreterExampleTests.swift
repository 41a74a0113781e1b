import ConvokeProcess
import ConvokeWire
import Foundation
import Testbed
import Testing

@Suite(.timeLimit(.minutes(1)))
struct InterpreterExampleTests {
  @Test func `a loop of commands`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let file = folder.appending(path: "remotecmd.py").path
      try Data(
        """
        import os

        def simple(number):
            return number + 1

        def parent(path):
            return os.path.dirname(path)

        if __name__ == "__channelexec__":
            for item in channel:
                channel.send(eval(item))
        """.utf8
      ).write(to: URL(filePath: file))
      let results = try await callRemotely(file, ["simple(10)", "parent('/usr/bin')"])
      #expect(results == [11, "/usr"])
    }
  }

  @Test func `several kinds of Python`() async throws {
    let old = NSHomeDirectory() + "/.pyenv/versions/2.7.18/bin/python"
    let kinds = [("python3", "CPython 3"), (old, "CPython 2"), ("/usr/bin/pypy3", "PyPy 3")]
      .filter { !$0.0.hasPrefix("/") || FileManager.default.isExecutableFile(atPath: $0.0) }
    #expect(try await onEach(kinds.map(\.0)) == kinds.map { "\($0.1): 6" })
  }

  @Test func `channels inside an item`() async throws {
    #expect(try await twoChannels() == ["hello", "world"])
  }

  @Test func `servers and a master`() async throws {
    try await ServeProgram.serving { server in
      let answer = try await throughServer("127.0.0.1:\(server.port)")
      #expect(answer == 42)
    }
    if Tool.installedExecnetPython != nil {
      try await ExecnetServer.serving { server in
        let answer = try await throughServer("127.0.0.1:\(server.port)")
        #expect(answer == 42)
      }
    }
    #expect(try await behindMaster() == ["master of 2", "gw0 of 2"])
  }

  @Test func `facts about hosts, and one that is not there`() async throws {
    let fleet = try SSHFleet.shared()
    let hosts = [fleet.hostNames[0], "no-such-host.invalid", fleet.hostNames[1]]
    let facts = try await systemInformation(hosts, config: fleet.configFile)
    #expect(facts[hosts[0]]?.hasSuffix(" processors") == true, "\(facts)")
    #expect(facts[hosts[1]] == "hostNotFound", "\(facts)")
    #expect(facts[hosts[2]] == facts[hosts[0]])
  }

  @Test func `how busy a worker is`() async throws {
    let status = try await howBusy()
    #expect(status == (1, "main_thread_only"))
  }

  @Test(arguments: [("1", false), ("2", true)])
  func `the record that EXECNET_DEBUG asks for`(level: String, isOnErrors: Bool) async throws {
    try await TemporaryFolder.withFolder { folder in
      let command = Command(Tool.convoke, "exec", "-w", "popen", "-c", "channel.send(1)").with {
        $0.environment = ["EXECNET_DEBUG": level, "TMPDIR": folder.path, "CONVOKE_CONFIG": ""]
        $0.deadline = .seconds(50)
      }
      let result = await command.run()
      #expect(result.stdout.text == "1\n")
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasPrefix("execnet-debug-") }
      let record =
        try files.map { try String(contentsOfFile: "\(folder.path)/\($0)", encoding: .utf8) }
        .joined() + result.stderr.text
      #expect(files.isEmpty == isOnErrors)
      #expect(record.contains("sent CHANNEL_EXEC channel 1 length"), "\(record)")
      #expect(record.contains("received CHANNEL_DATA channel 1 length 6"), "\(record)")
    }
  }
}
