package import ConvokeWire
import Instrumentation

/// The trace that a call belongs to, as it travels with the call.
///
/// What is in it is the business of the instrument that both programs have bootstrapped; without one
/// nothing travels.
package enum TraceContext {
  /// The context of the task that asks; `nil` if it is in no trace.
  package static var current: WireValue? {
    guard let context = ServiceContext.current else { return nil }
    var carrier: [String: String] = [:]
    InstrumentationSystem.instrument.inject(context, into: &carrier, using: TextCarrier())
    if carrier.isEmpty { return nil }
    return .dictionary(carrier.map { .init(.string($0.key), .string($0.value)) })
  }

  /// Runs a body in the context that came with a call.
  package static func with<Success>(
    _ value: WireValue?,
    _ body: () async throws -> Success
  ) async rethrows -> Success {
    guard let pairs = value?.pairs else { return try await body() }
    var carrier: [String: String] = [:]
    for pair in pairs {
      if let name = pair.key.string, let text = pair.value.string { carrier[name] = text }
    }
    var context = ServiceContext.current ?? .topLevel
    InstrumentationSystem.instrument.extract(carrier, into: &context, using: TextCarrier())
    return try await ServiceContext.withValue(context) { try await body() }
  }
}

private struct TextCarrier: Injector, Extractor {
  func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
    carrier[key] = value
  }

  func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
}
