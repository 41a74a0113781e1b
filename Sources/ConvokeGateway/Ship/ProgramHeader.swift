import Glibc

/// What the head of an executable file says about where it runs.
///
/// Source: elf(5), and the System V ABI, chapters 4 and 5.
struct ProgramHeader: Sendable, Equatable {
  /// The machine it is for, as `uname -m` calls it there.
  var machine: String
  /// Whether it needs no shared library: it names no interpreter that would load one.
  var isStatic: Bool

  /// Reads the head of a file.
  ///
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/badValue`` for a file that cannot be read
  ///   or is no program of 64-bit Linux.
  static func read(_ path: String) throws(GatewayError) -> ProgramHeader {
    let head = try self.head(of: path)
    guard let header = ProgramHeader(head) else {
      throw GatewayError(.badValue, "\(path) is no program for 64-bit Linux")
    }
    return header
  }

  /// Reads the first bytes of a file; `nil` if they are no head of such a program.
  init?(_ head: [UInt8]) {
    // 0x7f E L F, 64 bits, little endian.
    guard head.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]), head.count >= 64 else { return nil }
    let number = { (offset: Int, size: Int) in
      (0..<size).reduce(0) { $0 | Int(head[offset + $1]) << (8 * $1) }
    }
    // e_machine, e_phoff, e_phentsize, e_phnum.
    self.machine = Self.machines[number(18, 2)] ?? "machine \(number(18, 2))"
    let (table, size, count) = (number(32, 4), number(54, 2), number(56, 2))
    guard size >= 4, table >= 0, table + size * count <= head.count else { return nil }
    // A segment of type PT_INTERP (3) names the dynamic linker.
    self.isStatic = (0..<count).allSatisfy { number(table + size * $0, 4) != 3 }
  }

  // The numbers of e_machine for what Linux with 64 bits runs on, little endian.
  private static let machines = [
    21: "ppc64le", 62: "x86_64", 183: "aarch64", 243: "riscv64", 258: "loongarch64",
  ]

  private static func head(of path: String) throws(GatewayError) -> [UInt8] {
    guard let file = unsafe fopen(path, "re") else {
      throw GatewayError(
        .badValue,
        "cannot read \(path): \(unsafe String(cString: strerror(errno)))"
      )
    }
    defer { unsafe fclose(file) }
    var head = [UInt8](repeating: 0, count: 4096)
    let count = unsafe fread(&head, 1, head.count, file)
    return Array(head[..<count])
  }
}
