import Foundation

/// Shows the effective configuration with the origin of each value.
struct ConfigurationListing {
  let configuration: Configuration
  let isJSON: Bool

  /// Makes a listing.
  init(_ configuration: Configuration, isJSON: Bool) {
    self.configuration = configuration
    self.isJSON = isJSON
  }

  /// Writes it to standard output.
  func show() async {
    let console = Console.shared
    if !self.isJSON {
      let path = Configuration.path(ProcessInfo.processInfo.environment)?.path ?? "none"
      let state = self.configuration.file == nil ? " (not there)" : ""
      await console.print("# file: \(path)\(state)")
    }
    for setting in Setting.allCases {
      let value = self.configuration.value(of: setting)
      await self.show(setting.section.rawValue + "." + setting.rawValue, value.text, value.origin)
    }
    guard let file = self.configuration.file else { return }
    for (name, hosts) in file.groups.sorted(by: { $0.key < $1.key }) {
      await self.show("groups.\(name)", hosts, file.path)
    }
    for entry in file.groupFiles {
      await self.show("group-files", entry.value, "\(file.path):\(entry.line)")
    }
    for rule in file.rewrites {
      await self.show("rewrite", "\(rule.match) -> \(rule.replacement)", file.path)
    }
  }

  private func show(_ key: String, _ value: String, _ origin: String) async {
    if self.isJSON {
      var line = JSONLine()
      line.add("schema", "convoke.configuration/1")
      line.add("key", key)
      line.add("value", value)
      line.add("origin", origin)
      await Console.shared.write(line.line)
    } else {
      let pair = "\(key): \(value.isEmpty ? "-" : value)"
      await Console.shared.print("\(pair.padding(to: 40)) # \(origin)")
    }
  }
}
