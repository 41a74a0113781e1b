import ConvokeGateway
import ConvokeProcess
import Foundation
import Testbed
import Testing

/// The worker that gets to its host by itself, on hosts of all kinds of trouble.
///
/// The places it is put are those of a mount namespace of its own.
@Suite(.timeLimit(.minutes(2)))
struct ShippingTests {
  /// The words that enter a host whose folders for caches are in a certain state.
  private func entry(_ home: URL, _ state: String, _ last: String) -> [String] {
    let line = """
      mount --make-rprivate /
      for place in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o mode=1777 none $place; done
      mkdir -p \(home.path); export HOME=\(home.path); unset XDG_CACHE_HOME
      \(state)
      \(last)
      """
    return ["unshare", "--mount", "sh", "-e", "-c", line, "sh"]
  }

  private func host(
    _ home: URL,
    _ state: String = "",
    worker: String? = nil
  ) throws -> GatewaySpec {
    GatewaySpec(
      .prefix(self.entry(home, state, "exec \"$@\"")),
      interpreter: .swift(try worker ?? StaticPrograms.worker())
    )
  }

  /// A host that has its commands read by a login shell, as over ssh.
  private func host(_ home: URL, _ state: String = "", shell: String) throws -> GatewaySpec {
    var spec = GatewaySpec(.ssh(["host"]), interpreter: .swift(try StaticPrograms.worker()))
    spec.client = self.entry(home, state, "exec \(shell) -c \"$1\"")
    return spec
  }

  private static let shells = ["/bin/bash", "/bin/csh", "/usr/bin/fish", "/usr/bin/zsh"]

  private func withHome(_ body: (URL) async throws -> Void) async throws {
    // Not where the namespaces have their own folders.
    let home = URL(filePath: "/run/convoke-test-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: home) }
    try await body(home)
  }

  private func cached(in home: URL) throws -> [String] {
    let folder = home.appending(components: ".cache", "convoke", "workers").path
    return (try? FileManager.default.subpathsOfDirectory(atPath: folder))?
      .filter { $0.contains("/") } ?? []
  }

  private func executable(_ spec: GatewaySpec) async throws -> String {
    let group = GatewayGroup()
    do {
      let executable = try await group.open(spec).information().executable
      await group.terminate()
      return executable
    } catch {
      await group.terminate()
      throw error
    }
  }

  @Test func `it is sent once, verified and kept under its hash`() async throws {
    try await self.withHome { home in
      let spec = try self.host(home)
      let hash = try await Tool.run("sha256sum", [try StaticPrograms.worker()]).output.prefix(64)
      let first = try await self.executable(spec)
      #expect(first == "\(home.path)/.cache/convoke/workers/\(hash)/convoke-worker")
      #expect(try self.cached(in: home) == ["\(hash)/convoke-worker"])
      let before = try FileManager.default.attributesOfItem(atPath: first)
      #expect(try await self.executable(spec) == first)
      let after = try FileManager.default.attributesOfItem(atPath: first)
      #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
    }
  }

  @Test func `ten controllers at once leave one whole file`() async throws {
    try await self.withHome { home in
      let spec = try self.host(home)
      let places = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<10 { group.addTask { try await self.executable(spec) } }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(places.count == 1)
      #expect(try self.cached(in: home).count == 1)
    }
  }

  @Test func `a file of the cache that is not whole is replaced`() async throws {
    try await self.withHome { home in
      let path = try await self.executable(try self.host(home))
      try self.truncate(path, to: 1000)
      #expect(try await self.executable(try self.host(home)) == path)
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
      #expect(size ?? 0 > 1_000_000)
    }
  }

  private func truncate(_ path: String, to size: UInt64) throws {
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.truncate(atOffset: size)
    try handle.close()
  }

  @Test(arguments: Self.shells)
  func `a login shell starts it without another shell where it is`(shell: String) async throws {
    try await self.withHome { home in
      let path = try await self.executable(try self.host(home, shell: shell))
      #expect(path.hasPrefix("\(home.path)/.cache/convoke/workers/"))
      // From here on no line of /bin/sh can do anything.
      let host = try self.host(home, "mount --bind /bin/false /bin/sh", shell: shell)
      #expect(try await self.executable(host) == path)
      try FileManager.default.removeItem(atPath: path)
      let error = await #expect(throws: GatewayError.self) { _ = try await self.executable(host) }
      #expect(error?.code == .notStarted)
    }
  }

  @Test(arguments: Self.shells + ["/bin/dash"], [0, 1000])
  func `what a login shell cannot start is replaced`(shell: String, size: UInt64) async throws {
    try await self.withHome { home in
      let host = try self.host(home, shell: shell)
      let path = try await self.executable(host)
      try self.truncate(path, to: size)
      #expect(try await self.executable(host) == path)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      #expect(try await self.executable(host) == path)
    }
  }

  @Test(arguments: [
    ("mount --bind -o ro $HOME $HOME", "a home that is read-only"),
    ("mount -t tmpfs -o noexec none $HOME", "a home mounted noexec"),
    ("mount -t tmpfs -o size=1m none $HOME", "a home without room"),
    ("mkdir -p $HOME/.cache; ln -s /etc $HOME/.cache/convoke", "a cache that is a link"),
    ("export HOME=/proc/none", "no home"),
  ])
  func `another folder is taken for`(state: String, name: String) async throws {
    try await self.withHome { home in
      let executable = try await self.executable(try self.host(home, state))
      #expect(executable.hasPrefix("/var/tmp/convoke-0/workers/"), "\(name)")
    }
  }

  @Test(arguments: [
    ("ro", "Read-only file system"), ("noexec", "is mounted noexec"), ("size=1m", "KiB left"),
  ])
  func `without any folder it says why for each`(option: String, words: String) async throws {
    try await self.withHome { home in
      let state = """
        for place in $HOME /tmp /var/tmp /dev/shm; do mount -t tmpfs -o \(option) none $place; done
        """
      let error = await #expect(throws: GatewayError.self) {
        _ = try await self.executable(try self.host(home, state))
      }
      let message = error?.message ?? ""
      #expect(message.contains(words))
      for place in [home.path, "/var/tmp", "/tmp", "/dev/shm"] { #expect(message.contains(place)) }
    }
  }

  @Test func `a disk that fills while it is written is told, and leaves no part`() async throws {
    try await self.withHome { home in
      // df promises room that is not there.
      let state = """
        mkdir -p /run/convoke-bin; mount -t tmpfs none /run/convoke-bin
        printf 'echo a b c d e\\necho a b c 99999999 e\\n' > /run/convoke-bin/df
        chmod 755 /run/convoke-bin/df; export PATH=/run/convoke-bin:$PATH
        mount -t tmpfs -o size=3m none $HOME
        """
      let error = await #expect(throws: GatewayError.self) {
        _ = try await self.executable(try self.host(home, state))
      }
      #expect(error?.message.contains("the disk may be full") == true)
    }
  }

  @Test func `a program with shared libraries is refused before it is sent`() async throws {
    try await self.withHome { home in
      let error = await #expect(throws: GatewayError.self) {
        _ = try await self.executable(try self.host(home, worker: "/bin/true"))
      }
      #expect(error?.message.contains("/bin/true needs shared libraries") == true)
      #expect(error?.message.contains("-static-executable") == true)
    }
  }

  @Test func `a worker for another machine is refused with both names`() async throws {
    try await self.withHome { home in
      var bytes = try Data(contentsOf: URL(filePath: try StaticPrograms.worker()))
      bytes[18] = 183
      let foreign = home.appending(component: "foreign")
      try bytes.write(to: foreign)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: foreign.path)
      let error = await #expect(throws: GatewayError.self) {
        _ = try await self.executable(try self.host(home, worker: foreign.path))
      }
      #expect(error?.message.contains("is for aarch64, and the host is x86_64") == true)
    }
  }

  @Test func `a host without gzip gets it as it is`() async throws {
    try await self.withHome { home in
      let state = """
        mkdir -p /run/convoke-bin; mount -t tmpfs none /run/convoke-bin
        for name in sh id wc mkdir chmod rm df tail uname head sha256sum mv find cat; do
          ln -s "$(command -v $name)" /run/convoke-bin/$name
        done
        export PATH=/run/convoke-bin
        """
      let executable = try await self.executable(try self.host(home, state))
      #expect(executable.hasPrefix(home.path))
    }
  }

  @Test(arguments: ["/bin/bash", "/bin/csh", "/usr/bin/fish", "/bin/zsh"])
  func `it gets there over ssh whatever the login shell`(shell: String) async throws {
    let options = SSHFleet.Options {
      $0.shell = shell
      $0.isNoisy = true
    }
    let worker = try StaticPrograms.worker()
    try await SSHFleet.withSSHFleet(hosts: 1, options: options) { fleet in
      let spec = "ssh=\(fleet.hostNames[0])//ssh_config=\(fleet.configFile)//swift=\(worker)"
      let executable = try await self.executable(try GatewaySpec(spec))
      #expect(executable.hasSuffix("/convoke-worker"))
    }
  }
}
