import ConvokeProcess
import ConvokeHosts
import Foundation
import struct ConvokeHosts.Host
import Testbed
import Testing

@testable import ConvokeFleet

@Suite(.timeLimit(.minutes(1))) struct CopyTests {
  private let fleet = Fleet.local(1)

  /// Calls the body with the paths of an empty folder for the source and one for the target.
  private func withFolders(_ body: (_ from: String, _ to: String) async throws -> Void) async throws
  {
    try await TemporaryFolder.withFolder { folder in
      let paths = ["from", "to"].map { folder.appending(component: $0).path }
      for path in paths {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      }
      try await body(paths[0], paths[1])
    }
  }

  /// Runs a shell line and returns what it printed.
  @discardableResult
  private func sh(_ line: String) async throws -> String {
    try await Command.shell(line).run().throwOnFailure().stdout.text
  }

  /// The names, modes, times, link targets and contents of all that a folder holds.
  private func inventory(_ path: String) async throws -> String {
    try await self.sh(
      """
      cd '\(path)' && find . ! -name . -printf '%p|%y|%m|%l|%Ts\\n' | LC_ALL=C sort
      find . -type f -exec cat {} + | sha256sum
      """
    )
  }

  @Test func `a file keeps its contents, mode and time`() async throws {
    try await self.withFolders { from, to in
      try await self.sh(
        "head -c 3000000 /dev/urandom > \(from)/a; chmod 640 \(from)/a; touch -d @1000 \(from)/a"
      )
      let report = await self.fleet.put(["\(from)/a"], to: to)
      try report.throwOnFailure()
      #expect(try await self.inventory(to) == self.inventory(from))
      #expect(report.results[0].transfer == FleetResult.Transfer(bytes: 3_000_000, files: 1))
      #expect(report.results[0].record().command == "put \(from)/a \(to)")
    }
  }

  @Test(arguments: [
    ("a", "to", ["a"]), ("a", "to/", ["a"]), ("a", "to/b", ["b"]), ("a", "to/new/", ["new/a"]),
    ("a", "to/old", ["old"]), ("a", "to/dir", ["dir/a"]), ("d", "to/new", ["new/x"]),
    ("d/", "to/dir", ["dir/d/x"]), ("d/.", "to/new/", ["new/d/x"]),
  ]) func `the destination is read as scp reads it`(
    source: String,
    destination: String,
    files: [String]
  ) async throws {
    try await TemporaryFolder.withFolder { folder in
      let at = folder.path
      try await self.sh("cd \(at); mkdir d to to/dir; echo x > d/x; echo a > a; echo old > to/old")
      let report = await self.fleet.put(["\(at)/\(source)"], to: "\(at)/\(destination)")
      try report.throwOnFailure()
      let found = try await self.sh("cd \(at)/to; find . -type f ! -path ./old | cut -c3-")
      let expected = files.filter { $0 != "old" }.map { $0 + "\n" }.joined()
      #expect(found == expected)
      if files == ["old"] { #expect(try await self.sh("cat \(at)/to/old") == "a\n") }
    }
  }

  @Test func `a directory keeps links, modes, times and odd names`() async throws {
    try await self.withFolders { from, to in
      try await self.sh(
        """
        cd '\(from)'; mkdir -p tree/deep/er tree/empty 'tree/a dir'
        cd tree; echo 1 > deep/er/file; ln -s ../file deep/er/link; ln -s /nowhere dangling
        echo 2 > 'a dir/ spaces  here '; echo 3 > "$(printf 'line\\nend')"; echo 4 > -dash
        echo 5 > 'quo'"'"'te"$HOME`x`'; echo 6 > 'back\\slash'; echo 7 > '*'; echo 8 > é; : > null
        chmod 751 deep; chmod 4755 null; chmod 600 -- -dash; touch -d @12345 deep/er/file 'a dir'
        """
      )
      let report = await self.fleet.put(["\(from)/tree"], to: to)
      try report.throwOnFailure()
      #expect(try await self.inventory(to) == self.inventory(from))
      #expect(report.results[0].transfer?.files == 9)
    }
  }

  @Test func `a directory is merged into one that exists`() async throws {
    try await self.withFolders { from, to in
      try await self.sh(
        """
        mkdir -p \(from)/t/sub \(from)/t/new \(to)/t/sub
        echo new > \(from)/t/sub/both; echo new > \(from)/t/new/file; ln -s x \(from)/t/sub/link
        echo old > \(to)/t/sub/both; echo old > \(to)/t/sub/mine
        """
      )
      try await self.fleet.put(["\(from)/t"], to: to).throwOnFailure()
      let files = try await self.sh(
        "cd \(to); find . ! -type d | sort; cat t/sub/both t/sub/mine t/new/file"
      )
      #expect(files == "./t/new/file\n./t/sub/both\n./t/sub/link\n./t/sub/mine\nnew\nold\nnew\n")
    }
  }

  @Test func `a file cannot take the place of a directory`() async throws {
    try await self.withFolders { from, to in
      try await self.sh("echo x > \(from)/a; mkdir -p \(to)/a/a")
      let report = await self.fleet.put(["\(from)/a"], to: "\(to)/a")
      #expect(report.results[0].outcome.failure?.kind == .copyFailed)
      #expect(report.results[0].outcome.failure?.message.contains("Is a directory") == true)
    }
  }

  @Test func `what is not there is told with its path`() async throws {
    try await self.withFolders { from, to in
      let put = await self.fleet.put(["\(from)/none"], to: to)
      let get = await self.fleet.get(["\(from)/none"], to: to)
      for (report, place) in [(put, "\(from)/none"), (get, "n0:\(from)/none")] {
        let failure = try #require(report.results[0].outcome.failure)
        #expect(failure.kind == .copyFailed)
        #expect(failure.message == "\(place): \(from)/none: No such file or directory")
        #expect(report.status == .failed)
      }
      let lost = await self.fleet.put([#filePath], to: "\(to)/no/such")
      #expect(lost.results[0].outcome.failure?.message.hasSuffix("No such directory") == true)
    }
  }

  @Test func `every host gets a directory of its own from get`() async throws {
    try await self.withFolders { from, to in
      try await self.sh("echo 0 > \(from)/f0; echo 1 > \(from)/f1; chmod 600 \(from)/f1")
      let twins = [Host("n", transport: .local), Host("n", transport: .local), Host("m")]
      let report = await Fleet.local(twins).get(["\(from)/f0", "\(from)"], to: "\(to)/all")
      try report.throwOnFailure()
      let folders = try await self.sh("cd \(to); find . -type f | sort")
      let files = ["f0", "from/f0", "from/f1"]
      let expected = ["m", "n.0", "n.1"].flatMap { host in files.map { "./all/\(host)/\($0)\n" } }
      #expect(folders == expected.joined())
      #expect(try await self.inventory("\(to)/all/m/from") == self.inventory(from))
    }
  }

  @Test func `get can name the file of each host`() async throws {
    try await self.withFolders { from, to in
      try await self.sh("for i in 0 1; do echo $i > \(from)/f$i; done")
      let action = FleetAction.get(
        ["\(from)/f{rank}"],
        to: "\(to)/{host}.txt",
        hasHostDirectories: false
      )
      try await Fleet.local(2).perform(action).throwOnFailure()
      #expect(try await self.sh("cd \(to); cat n0.txt n1.txt") == "0\n1\n")
    }
  }
}

@Suite(.timeLimit(.minutes(1))) struct CopyFailureTests {
  /// Makes a folder a disk of 1 MiB for the length of a scope.
  private func withSmallDisk(_ path: String, _ body: () async throws -> Void) async throws {
    _ = try await self.sh("mount -t tmpfs -o size=1m tmpfs '\(path)'")
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    _ = try await self.sh("umount '\(path)'")
    try result.get()
  }

  private func sh(_ line: String) async throws -> String {
    try await Command.shell(line).run().throwOnFailure().stdout.text
  }

  @Test(.enabled(if: geteuid() == 0)) func `a full disk leaves the old file whole`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let at = folder.path
      _ = try await self.sh("mkdir \(at)/d")
      try await self.withSmallDisk("\(at)/d") {
        _ = try await self.sh(
          "cd \(at); mkdir d/tree; echo old | tee d/big d/tree/big; head -c 3000000 /dev/zero > big; mkdir tree; cp big tree"
        )
        for source in ["big", "tree"] {
          let report = await Fleet.local(1).put(["\(at)/\(source)"], to: "\(at)/d")
          let failure = try #require(report.results[0].outcome.failure)
          #expect(failure.kind == .copyFailed)
          #expect(failure.message.hasPrefix("n0:\(at)/d: "))
          #expect(failure.message.contains("No space left on device"))
        }
        let left = try await self.sh("cd \(at)/d; find . | sort; cat big tree/big")
        #expect(left == ".\n./big\n./tree\n./tree/big\nold\nold\n")
      }
    }
  }

  @Test func `a corrupted transfer is refused`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let at = folder.path
      _ = try await self.sh("mkdir \(at)/to \(at)/bin; echo old > \(at)/to/a; echo new > \(at)/a")
      // What a damaged file gives: another sum.
      _ = try await self.sh(
        "printf '#!/bin/sh\\ncat >/dev/null; echo 0000  -\\n' > \(at)/bin/sha256sum; chmod +x \(at)/bin/sha256sum"
      )
      let launcher = ShimLauncher(path: "\(at)/bin")
      let report = await Fleet(Host.numbered(1), launcher: launcher).put(
        ["\(at)/a"],
        to: "\(at)/to"
      )
      let failure = try #require(report.results[0].outcome.failure)
      #expect(failure.kind == .copyFailed)
      #expect(failure.message.contains("differs from the original (SHA-256)"))
      #expect(try await self.sh("cd \(at)/to; ls -A; cat a") == "a\nold\n")
    }
  }

  @Test func `a source that changed under way is described again for the next attempt`()
    async throws
  {
    try await TemporaryFolder.withFolder { folder in
      let at = folder.path
      _ = try await self.sh("mkdir \(at)/to; echo old > \(at)/a")
      let options = FleetOptions().with {
        $0.retries = RetryPolicy(1, on: [.exit], delay: .milliseconds(1))
      }
      let report = await Fleet.local(1).perform(.put(["\(at)/a"], to: "\(at)/to"), options: options)
      {
        // It was described before the first attempt.
        if case .started(_, attempt: 1) = $0 { _ = try? await self.sh("echo new > \(at)/a") }
      }
      #expect(report.isOK)
      #expect(report.results[0].attemptCount == 2)
      #expect(try await self.sh("cat \(at)/to/a") == "new\n")
    }
  }

  @Test(arguments: ["shasum", "openssl"]) func `another tool can verify`(tool: String) async throws
  {
    try await TemporaryFolder.withFolder { folder in
      let at = folder.path
      _ = try await self.sh(
        "mkdir \(at)/bin \(at)/to \(at)/tree; echo x > \(at)/tree/x; printf y > '\(at)/tree/b\\s'"
      )
      let tools =
        "sh cat tar find stat sort sed cut rm mv mkdir chmod touch sync ls awk date \(tool)"
      _ = try await self.sh("for t in \(tools); do ln -s \"$(command -v $t)\" \(at)/bin/; done")
      let launcher = ShimLauncher(path: "\(at)/bin", isAlone: true)
      let report = await Fleet(Host.numbered(1), launcher: launcher).put(
        ["\(at)/tree"],
        to: "\(at)/to"
      )
      try report.throwOnFailure()
    }
  }

  @Test(arguments: ["file", "tree"])
  func `an interrupted copy leaves no temporary file`(source: String) async throws {
    try await TemporaryFolder.withFolder { folder in
      let at = folder.path
      _ = try await self.sh(
        "mkdir \(at)/to \(at)/tree; head -c 60000000 /dev/zero | tee \(at)/tree/f > \(at)/file"
      )
      let isGoing = Collector<Bool>()
      let gate = AsyncStream.makeStream(of: Void.self)
      let task = Task {
        await Fleet.local(1).perform(.put(["\(at)/\(source)"], to: "\(at)/to")) { event in
          guard case .progress = event, isGoing.all.isEmpty else { return }
          isGoing.add(true)
          // The copy stays where it is until it is cancelled.
          for await _ in gate.stream {}
        }
      }
      while isGoing.all.isEmpty { await Task.yield() }
      task.cancel()
      gate.continuation.finish()
      let report = await task.value
      #expect(report.results[0].outcome == .cancelled)
      let left = try await self.sh("ls -A \(at)/to")
      #expect(left.isEmpty, "\(left)")
    }
  }
}

/// Runs the commands of the hosts here, with a folder of programs in front of the others.
struct ShimLauncher: Launcher {
  let path: String
  var isAlone = false

  private func shimmed(_ command: Command) -> Command {
    command.with { command in
      let rest = ProcessInfo.processInfo.environment["PATH"] ?? ""
      command.environment["PATH"] = self.isAlone ? self.path : "\(self.path):\(rest)"
    }
  }

  func run(_ command: Command, on host: Host) async -> ProcessResult {
    await self.shimmed(command).run()
  }

  func launch(_ command: Command, on host: Host) -> RunningProcess {
    self.shimmed(command).launch()
  }
}
