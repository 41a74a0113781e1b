/// A sequence of points that fill a cube evenly, in Gray code order.
///
/// The direction numbers are those of S. Joe and F. Y. Kuo, file `new-joe-kuo-6.21201` (2008), for up to
/// 21 dimensions.
struct SobolSequence {
  private let directions: [[UInt32]]

  private static let bits = 32
  // For each dimension after the first: the degree, the coefficients, the initial numbers.
  private static let table: [(degree: Int, coefficients: UInt32, initial: [UInt32])] = [
    (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]),
    (4, 4, [1, 3, 5, 13]), (5, 2, [1, 1, 5, 5, 17]), (5, 4, [1, 1, 5, 5, 5]),
    (5, 7, [1, 1, 7, 11, 19]), (5, 11, [1, 1, 5, 1, 1]), (5, 13, [1, 1, 1, 3, 11]),
    (5, 14, [1, 3, 5, 5, 31]), (6, 1, [1, 3, 3, 9, 7, 49]), (6, 13, [1, 1, 1, 15, 21, 21]),
    (6, 16, [1, 3, 1, 13, 27, 49]), (6, 19, [1, 1, 1, 15, 7, 5]), (6, 22, [1, 3, 1, 15, 13, 25]),
    (6, 25, [1, 1, 5, 5, 19, 61]), (7, 1, [1, 3, 7, 11, 23, 15, 103]),
    (7, 4, [1, 3, 7, 13, 13, 15, 69]),
  ]

  /// Makes a sequence.
  ///
  /// - Throws: ``SweepError`` with code ``SweepError/Code/definition`` beyond 21 dimensions.
  init(dimensions: Int) throws(SweepError) {
    guard dimensions <= Self.table.count + 1 else {
      throw SweepError(
        .definition,
        "a Sobol sample has at most \(Self.table.count + 1) parameters, not \(dimensions); "
          + "use the method latin"
      )
    }
    self.directions = (0..<dimensions).map(Self.directions)
  }

  private static func directions(_ dimension: Int) -> [UInt32] {
    if dimension == 0 { return (0..<Self.bits).map { 1 << UInt32(31 - $0) } }
    let (degree, coefficients, initial) = Self.table[dimension - 1]
    var numbers = initial.enumerated().map { $1 << UInt32(31 - $0) }
    for index in degree..<Self.bits {
      var number = numbers[index - degree] ^ numbers[index - degree] >> UInt32(degree)
      for step in 1..<max(degree, 1) where coefficients >> UInt32(degree - 1 - step) & 1 == 1 {
        number ^= numbers[index - step]
      }
      numbers.append(number)
    }
    return numbers
  }

  /// A point: one number from 0 to 1, 1 excluded, for each dimension.
  func point(_ index: Int) -> [Double] {
    let gray = UInt32(truncatingIfNeeded: index ^ index >> 1)
    return self.directions.map { directions in
      var sum: UInt32 = 0
      for bit in 0..<Self.bits where gray >> UInt32(bit) & 1 == 1 { sum ^= directions[bit] }
      return Double(sum) / 4_294_967_296
    }
  }
}
