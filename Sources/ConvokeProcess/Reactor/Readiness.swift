/// What a descriptor is ready for; the bits are those of the system shim.
package struct Readiness: OptionSet, Sendable {
  /// The bits of the set.
  package let rawValue: UInt8

  /// Makes a set of its bits.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Bytes or the end can be read.
  package static let readable = Readiness(rawValue: 1)
  /// Bytes can be written.
  package static let writable = Readiness(rawValue: 2)
  /// The other end is gone, or an error is pending; reported whether asked for or not.
  package static let hungUp = Readiness(rawValue: 4)
}
