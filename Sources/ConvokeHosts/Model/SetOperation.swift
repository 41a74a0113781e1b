/// What an operation on two sets keeps.
struct SetOperation: Sendable {
  static let union = SetOperation(keepsLeft: true, keepsBoth: true, keepsRight: true)
  static let difference = SetOperation(keepsLeft: true, keepsBoth: false, keepsRight: false)
  static let intersection = SetOperation(keepsLeft: false, keepsBoth: true, keepsRight: false)
  static let symmetricDifference = SetOperation(keepsLeft: true, keepsBoth: false, keepsRight: true)

  /// Whether what is in the left set alone stays.
  var keepsLeft: Bool
  /// Whether what is in both stays.
  var keepsBoth: Bool
  /// Whether what is in the right set alone stays.
  var keepsRight: Bool
}
