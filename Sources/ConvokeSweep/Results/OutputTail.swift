import Foundation

/// The end of an output that was written to a file.
public enum OutputTail: Sendable {
  private static let size: UInt64 = 16 << 10

  /// The last lines of each file of a folder that has any.
  ///
  /// - Parameters:
  ///   - folder: The folder of the output of an attempt.
  ///   - count: How many lines at most of each.
  /// - Returns: The names of the files, sorted, and their lines.
  public static func files(
    in folder: String,
    count: Int
  ) -> [(name: String, lines: [String])] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map { ($0, self.lines(of: "\(folder)/\($0)", count: count)) }
      .filter { !$0.1.isEmpty }
  }

  /// The last lines of a file.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - count: How many lines at most; only the last 16 KiB are looked at.
  /// - Returns: The lines; none if the file cannot be read or is empty.
  public static func lines(of path: String, count: Int) -> [String] {
    guard let file = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? file.close() }
    guard let end = try? file.seekToEnd() else { return [] }
    try? file.seek(toOffset: end > Self.size ? end - Self.size : 0)
    guard let data = try? file.readToEnd() else { return [] }
    var lines = String(decoding: data, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    return lines.suffix(max(0, count)).map(String.init)
  }
}
