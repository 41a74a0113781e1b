package import Instrumentation

/// The trace of the tests: a word, under the key `trace-word`.
package enum FixtureTrace: ServiceContextKey {
  package typealias Value = String
}

/// What carries the word from one program to the other.
package struct FixtureInstrument: Instrument {
  package init() {}

  package func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier,
    into context: inout ServiceContext,
    using extractor: Extract
  ) where Extract.Carrier == Carrier {
    context[FixtureTrace.self] = extractor.extract(key: "trace-word", from: carrier)
  }

  package func inject<Carrier, Inject: Injector>(
    _ context: ServiceContext,
    into carrier: inout Carrier,
    using injector: Inject
  ) where Inject.Carrier == Carrier {
    if let word = context[FixtureTrace.self] {
      injector.inject(word, forKey: "trace-word", into: &carrier)
    }
  }
}
