import ConvokeProcess
import Foundation
import Testbed
import Testing

@Suite struct JSONOutputTests {
  private struct Event: Decodable {
    var event: String
    var host: String?
    var stream: String?
    var text: String?
    var base64: String?
    var status: Int?
    var time: Double
  }

  private static func events(_ output: String) throws -> [Event] {
    try output.split(separator: "\n").map {
      try JSONDecoder().decode(Event.self, from: Data($0.utf8))
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `the texts of a stream are its bytes`() async throws {
    let line = "printf 'a\\tb\\r\\n\"q\\\\\\001\\303\\251\\n'; printf '\\377end'"
    let run = await ConvokeProgram().run("run", "-w", "local", "--json", line)
    let output = try Self.events(run.output).filter { $0.event == "output" }
    let bytes = output.flatMap { event in
      event.text.map { Array($0.utf8) } ?? event.base64.flatMap { Data(base64Encoded: $0) }.map(
        Array.init
      )
        ?? []
    }
    #expect(bytes == Array("a\tb\r\n\"q\\\u{1}é\n".utf8) + [255] + Array("end".utf8))
  }

  @Test(.timeLimit(.minutes(1)))
  func `events come in order and end with the status`() async throws {
    let run = await ConvokeProgram().run(
      "run",
      "-w",
      "local*2",
      "-f",
      "1",
      "--json",
      "echo x; exit 3"
    )
    let events = try Self.events(run.output)
    let perHost = ["started", "output", "ended"]
    #expect(events.map(\.event) == ["began", "planned"] + perHost + perHost + ["finished"])
    #expect(events.last?.status == 1)
    #expect(run.status == 1)
  }

  @Test(.timeLimit(.minutes(2)))
  func `all events fit the schema`() async throws {
    try await Tool.runScript("setup-tests", [])
    let script = """
      import json, sys, jsonschema
      schema = json.load(open('docs/schema/run.schema.json'))
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      names = set()
      for line in sys.stdin:
          event = json.loads(line)
          validator.validate(event)
          names.add(event['event'])
      print(' '.join(sorted(names)))
      """
    var output = ""
    let retry = ["--retries", "1", "--retry-on", "exit", "--stop", "now:fail=1", "-f", "2"]
    for arguments in [
      ["-w", "local*4"] + retry + ["echo x; printf '\\377' >&2; exit 3"],
      ["-w", "local*2", "-t", "0.1", "sleep 9"], ["-w", "local*2", "kill -9 $$"],
      ["-w", "local", "--argv", "--", "no-such-program"],
      ["-w", "no-such-host.invalid", "true"],
    ] {
      output += await ConvokeProgram().run(["run", "--json"] + arguments).output
    }
    let python = Command(".venv/bin/python", "-c", script).with {
      $0.directory = Tool.packageFolder.path
      $0.input = .text(output)
      $0.deadline = .seconds(30)
    }
    let result = await python.run()
    #expect(result.outcome == .exited(0), "\(result.stderr.text)")
    #expect(result.stdout.text == "began ended finished output planned retrying started stopped\n")
  }
}
