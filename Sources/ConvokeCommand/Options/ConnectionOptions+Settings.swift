import ConvokeSSH
import Foundation

import struct ConvokeHosts.Host

extension ConnectionOptions {
  /// The settings of the connections, with what the configuration says where no option was given.
  func settings(_ configuration: Configuration) throws -> SSHSettings {
    var settings = SSHSettings()
    settings.user = self.login ?? configuration[.user]
    settings.port = self.port ?? configuration.number(.port)
    settings.configFile = self.sshConfig ?? configuration[.sshConfig].map(Self.expanded)
    settings.options = try self.options(configuration)
    let identities =
      self.identity.isEmpty
      ? (configuration[.identity] ?? "").split(separator: ",").map(String.init) : self.identity
    settings.identityFile = identities.first.map(Self.expanded)
    for file in identities.dropFirst() {
      settings.options.append(("IdentityFile", Self.expanded(file)))
    }
    if let limit = self.connectTimeout?.duration ?? configuration.duration(.connectTimeout) {
      settings.connectTimeout = limit
    }
    settings.persist = self.persist?.duration ?? configuration.duration(.persist)
    settings.isTestbed = self.testbed || configuration.flag(.testbed) == true
    if let rules = configuration.file?.rewrites, !rules.isEmpty {
      settings.addressRewrite = { Self.rewrite($0, rules) }
    }
    return settings
  }

  private func options(_ configuration: Configuration) throws -> [(name: String, value: String)] {
    let configured = Self.list(configuration[.sshOptions] ?? "")
    var options = try (self.sshOption + configured).map { text in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw UsageError("--ssh-option '\(text)' must be written as NAME=VALUE")
      }
      return (name: parts[0], value: parts[1])
    }
    if self.fastKex || configuration.flag(.fastKex) == true {
      // The caret puts these in front of the default list: ssh_config(5), KexAlgorithms.
      options.append(("KexAlgorithms", "^curve25519-sha256,curve25519-sha256@libssh.org"))
    }
    return options
  }

  // Options joined by commas; a value may have commas too: `Ciphers=a,b,Compression=yes`.
  private static func list(_ text: String) -> [String] {
    text.split(separator: ",").reduce(into: []) { options, part in
      if part.contains("=") || options.isEmpty {
        options.append(String(part))
      } else {
        options[options.count - 1] += ",\(part)"
      }
    }
  }

  private static func rewrite(_ host: Host, _ rules: [RewriteRule]) -> Host {
    var host = host
    host.name = rules.lazy.compactMap { $0.address(of: host.name) }.first ?? host.name
    return host
  }

  private static func expanded(_ path: String) -> String {
    NSString(string: path).expandingTildeInPath
  }
}
