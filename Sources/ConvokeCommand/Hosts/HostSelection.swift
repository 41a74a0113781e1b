import ConvokeGroupFiles
import ConvokeHosts

/// Host sets as the user gave them, with the operations that apply to all of them.
struct HostSelection: Sendable {
  var hosts: [String]
  var all = false
  var exclude: [String] = []
  var intersection: [String] = []
  var symmetricDifference: [String] = []
  var slice: String?
  var groups: GroupLookup

  /// The hosts; none at all is an error.
  func resolve(_ groups: GroupResolver) throws -> HostSet {
    let expressions = self.hosts.isEmpty && !self.all ? ["-"] : self.hosts
    let sets = try expressions.map { try HostSet($0, groups: groups, reader: .system) }
    var result = HostSet(union: sets + (self.all ? [try groups.allHosts()] : []))
    for expression in self.exclude {
      result = result.subtracting(try self.operand(expression, groups))
    }
    for expression in self.intersection {
      result = result.intersection(try self.operand(expression, groups))
    }
    for expression in self.symmetricDifference {
      result = result.symmetricDifference(try self.operand(expression, groups))
    }
    if let slice = self.slice { result = try result.slice(slice) }
    guard result.isEmpty else { return result }
    throw HostSetError(.empty, "no host is left of '\(expressions.joined(separator: " "))'")
  }

  /// The right side of an operation, which may well be empty.
  private func operand(_ expression: String, _ groups: GroupResolver) throws -> HostSet {
    do {
      return try HostSet(expression, groups: groups, reader: .system)
    } catch let error where error.code == .empty {
      return HostSet()
    }
  }
}
