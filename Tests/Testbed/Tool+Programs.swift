import Foundation

extension Tool {
  /// The path of the program `convoke` as it was built: beside the tests, or else in the package.
  package static let convoke: String = {
    let folder = Bundle.main.bundleURL.path
    if FileManager.default.fileExists(atPath: "\(folder)/convoke") { return "\(folder)/convoke" }
    return Tool.packageFolder.appending(path: ".build/debug/convoke").path
  }()

  /// The path of the Python that has genuine execnet; `scripts/setup-tests` makes it.
  package static let execnetPython = packageFolder.appending(path: ".venv/bin/python").path

  /// The path of a Node newer than Debian's; `scripts/setup-tests` installs it.
  package static let newerNode = packageFolder.appending(path: ".venv/bin/node").path

  /// The path of ``execnetPython``, or `nil` where it was not made.
  package static let installedExecnetPython: String? =
    FileManager.default.isExecutableFile(atPath: execnetPython) ? execnetPython : nil
}
