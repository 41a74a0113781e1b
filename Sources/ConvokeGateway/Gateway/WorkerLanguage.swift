/// What a worker runs.
package enum WorkerLanguage: String, Sendable, CaseIterable {
  case python = "Python"
  case javascript = "JavaScript"
  case swift = "Swift"
}

extension GatewaySpec {
  /// What the worker runs.
  package var language: WorkerLanguage { self.interpreter.language }
}

extension GatewaySpec.Interpreter {
  /// What the worker runs.
  package var language: WorkerLanguage {
    switch self {
    case .python: .python
    case .javascript: .javascript
    case .swift: .swift
    }
  }
}
