import ConvokeProcess
import Testing

@Suite struct ConfigurationTests {
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("defaults:\n  fanot: 3\n", ":2: unknown key 'fanot' in 'defaults'; did you mean 'fanout'?"),
      ("defaults:\n  fanout: many\n", ":2: 'fanout' is 'many', but must be a number from 1"),
      ("\ndefalts:\n", ":2: unknown key 'defalts'; did you mean 'defaults'?"),
      ("connection: 3\n", ":1: 'connection' must hold 'key: value' pairs"),
      ("rewrite:\n- match: '('\n  to: x\n", ":2: '(' is not a regular expression"),
      ("rewrite:\n- match: x\n", ":2: a rule of 'rewrite' needs 'match' and 'to'"),
      ("group-files: [gone.yaml]\n", ":1: cannot read the groups file '"),
      ("defaults: [\n", ": line "),
    ]
  )
  func `a mistake in the file is told with its line`(_ text: String, _ words: String) async throws {
    try await withConfiguration(text) { path in
      let convoke = ConvokeProgram(environment: ["CONVOKE_CONFIG": path])
      let run = await convoke.run("run", "-w", "local", "true")
      #expect(run.status == 2)
      #expect(run.errors.hasPrefix("convoke: \(path)\(words)"), "\(run.errors)")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `options count before the environment and that before the file`() async throws {
    try await withConfiguration("defaults:\n  fanout: 3\n  output: fold\n") { path in
      var convoke = ConvokeProgram(environment: ["CONVOKE_CONFIG": path])
      let dryRun = ["run", "-w", "local", "--dry-run", "true"]
      #expect(await convoke.run(dryRun).output.contains("# at a time: 3\n"))
      convoke.environment["CONVOKE_FANOUT"] = "4"
      #expect(await convoke.run(dryRun).output.contains("# at a time: 4\n"))
      let explicit = await convoke.run(["run", "-f", "5"] + dryRun.dropFirst())
      #expect(explicit.output.contains("# at a time: 5\n"))
      let listing = await convoke.run("doctor", "--config")
      #expect(listing.output.contains("# CONVOKE_FANOUT\n"))
      #expect(listing.output.contains("# \(path):3\n"))
      let folded = await convoke.run("run", "-w", "local*2", "echo x")
      #expect(folded.output == "local*2 (2)\nx\n")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `groups of the file can be named`() async throws {
    try await withConfiguration("groups:\n  few: local*[2-3]\n  more: ['@few', 'local*[7]']\n") {
      path in
      let convoke = ConvokeProgram(environment: ["CONVOKE_CONFIG": path])
      let run = await convoke.run("run", "-w", "@more", "-x", "@few", "echo {host}")
      #expect(run.output == "local7\n")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `rewrite rules name the address to connect to`() async throws {
    let text = "rewrite:\n- match: '^(node\\d+)$'\n  to: '$1.example.org'\n"
    try await withConfiguration(text) { path in
      let convoke = ConvokeProgram(environment: ["CONVOKE_CONFIG": path])
      let run = await convoke.run("run", "-w", "root@node3:2222", "--dry-run", "id")
      #expect(run.output.contains("root@node3:2222: ssh to root@node3.example.org:2222\n"))
      #expect(run.output.hasSuffix(" -- node3.example.org id\n"), "\(run.output)")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `a wrong variable is told by its name`() async {
    let convoke = ConvokeProgram(environment: ["CONVOKE_TIMEOUT": "soon"])
    let run = await convoke.run("run", "-w", "local", "true")
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("convoke: CONVOKE_TIMEOUT is 'soon', but must be a duration"))
  }
}
