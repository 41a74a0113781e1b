import ConvokeGateway
import ConvokeServices
import ConvokeWire
import Foundation
import Testbed

/// A source, a destination and a gateway.
struct SyncFixture: Sendable {
  /// The workers that a tree is sent to.
  enum Worker: String, Sendable, CaseIterable {
    case ours, python2, execnet, javascript
  }

  let folder: URL
  let gateway: Gateway
  var source: URL { self.folder.appending(path: "source") }
  var destination: URL { self.folder.appending(path: "destination") }

  /// The workers that this machine has.
  static let workers: [Worker] = Worker.allCases.filter { worker in
    switch worker {
    case .ours: true
    case .javascript: FileManager.default.isExecutableFile(atPath: "/usr/bin/node")
    case .python2: Self.python2 != nil
    case .execnet: Tool.installedExecnetPython != nil
    }
  }

  /// A Python 2.7 that starts, if there is one.
  static let python2: String? = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python2.7", "-c", "import sys; print(sys.executable)"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let path = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
    return process.terminationStatus == 0 && !path.isEmpty ? path : nil
  }()

  /// Calls the body with a fresh one.
  static func withFixture(
    _ worker: Worker = .ours,
    _ body: (SyncFixture) async throws -> Void
  ) async throws {
    try await TemporaryFolder.withFolder { folder in
      let source = folder.appending(path: "source")
      try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
      try await self.withWorker(worker) { gateway in
        try await body(SyncFixture(folder: folder, gateway: gateway))
      }
    }
  }

  /// Calls the body with a gateway.
  static func withWorker(_ worker: Worker, _ body: (Gateway) async throws -> Void) async throws {
    var options = GatewayOptions()
    options.usesExecnetWorkers = worker == .execnet
    let spec =
      switch worker {
      case .ours: "popen"
      case .javascript: "popen//javascript=/usr/bin/node"
      case .python2: "popen//python=\(self.python2 ?? "python2.7")"
      case .execnet: "popen//python=\(Tool.execnetPython)"
      }
    try await withGateway(spec, options: options, body)
  }

  /// Copies the source to the destination.
  @discardableResult
  func sync(
    source: String? = nil,
    deletes: Bool = false,
    filter: [String] = []
  ) async throws -> SyncReport {
    var options = SyncOptions()
    if !filter.isEmpty { options.filter = SyncOptions.excluding(filter) }
    var sync = DirectorySync(source ?? self.source.path, options: options)
    sync.addTarget(self.gateway, self.destination.path, deletes: deletes)
    return try await sync.run()
  }

  // MARK: - The source

  func write(_ path: String, _ text: String, mode: Int = 0o644) throws {
    try self.write(self.source.appending(path: path), text)
    try self.setMode(path, mode)
  }

  func write(bytes name: [UInt8], _ text: String) throws {
    let path = self.sourcePath(name)
    guard let file = unsafe fopen(path, "w") else { throw CocoaError(.fileWriteUnknown) }
    unsafe fputs(text, file)
    unsafe fclose(file)
  }

  func touch(bytes name: [UInt8]) {
    var times = [
      timespec(tv_sec: 1_200_000_000, tv_nsec: 5), timespec(tv_sec: 1_200_000_000, tv_nsec: 5),
    ]
    unsafe utimensat(AT_FDCWD, self.sourcePath(name), &times, 0)
  }

  private func sourcePath(_ name: [UInt8]) -> [CChar] {
    (Array(self.source.path.utf8) + [47] + name + [0]).map { CChar(bitPattern: $0) }
  }

  func link(_ path: String, to target: String) throws {
    let url = self.source.appending(path: path)
    try self.makeParent(of: url)
    try FileManager.default.createSymbolicLink(atPath: url.path, withDestinationPath: target)
  }

  func setMode(_ path: String, _ mode: Int) throws {
    guard unsafe chmod(self.source.appending(path: path).path, mode_t(mode)) == 0 else {
      throw CocoaError(.fileWriteUnknown)
    }
  }

  func setTime(_ path: String, _ seconds: Int) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: Double(seconds))],
      ofItemAtPath: self.source.appending(path: path).path
    )
  }

  // MARK: - The destination

  func place(_ path: String, _ text: String) throws {
    try self.write(self.destination.appending(path: path), text)
  }

  func text(_ path: String) throws -> String {
    try String(contentsOf: self.destination.appending(path: path), encoding: .utf8)
  }

  func exists(_ path: String) -> Bool { self.status(path) != nil }

  func mode(_ path: String) -> Int? { self.status(path).map { Int($0.st_mode & 0o7777) } }

  func time(_ path: String) -> Int? { self.status(path)?.st_mtim.tv_sec }

  func target(_ path: String) -> String? {
    let full = self.destination.appending(path: path).path
    return try? FileManager.default.destinationOfSymbolicLink(atPath: full)
  }

  private func status(_ path: String) -> stat? {
    var status = stat()
    return unsafe lstat(self.destination.appending(path: path).path, &status) == 0 ? status : nil
  }

  /// The names in a folder as bytes.
  func names(_ folder: URL) -> Set<[UInt8]> {
    guard let directory = unsafe opendir(folder.path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: Set<[UInt8]> = []
    while let entry = unsafe readdir(directory) {
      names.insert(
        unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
          unsafe Array(raw.prefix { $0 != 0 })
        }
      )
    }
    return names
  }

  /// An entry of a list, as the program of the far side reads it.
  static func entry(_ parent: Int, _ name: String, _ kind: Int) -> WireValue {
    .tuple([.int(parent), .bytes(Array(name.utf8)), .int(kind), 0o755, 0, 0, .bytes([])])
  }

  /// Temporary files that were left.
  func leftovers() -> [String] {
    guard let paths = FileManager.default.enumerator(atPath: self.destination.path) else {
      return []
    }
    return paths.compactMap { $0 as? String }.filter { $0.contains(".convoke-") }
  }

  private func write(_ url: URL, _ text: String) throws {
    try self.makeParent(of: url)
    try Data(text.utf8).write(to: url)
  }

  private func makeParent(of url: URL) throws {
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
  }
}
