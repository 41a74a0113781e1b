public import ConvokeHosts
internal import Foundation

extension HostTextReader {
  /// Reads the files and the standard input of this process.
  public static let system = HostTextReader(
    file: { path in
      do {
        return try String(contentsOfFile: path, encoding: .utf8)
      } catch {
        throw Unreadable(description: error.localizedDescription)
      }
    },
    input: {
      String(decoding: try FileHandle.standardInput.readToEnd() ?? Data(), as: UTF8.self)
    }
  )

  private struct Unreadable: Error, CustomStringConvertible {
    let description: String
  }
}
