/// A complex number.
public struct WireComplex: Sendable, Hashable {
  /// The real part.
  public var real: Double
  /// The imaginary part.
  public var imaginary: Double

  /// Makes a complex number.
  ///
  /// - Parameters:
  ///   - real: The real part.
  ///   - imaginary: The imaginary part.
  public init(real: Double, imaginary: Double) {
    self.real = real
    self.imaginary = imaginary
  }
}
