import Glibc

/// Numbers from one end to another.
public enum Progression: Sendable {
  /// Numbers at equal distances, both ends included.
  ///
  /// - Parameters:
  ///   - first: The first number.
  ///   - last: The last number.
  ///   - count: How many; 1 gives the first, 0 none.
  /// - Returns: The numbers in their order.
  public static func linear(from first: Double, to last: Double, count: Int) -> [Double] {
    if count < 2 { return count < 1 ? [] : [first] }
    let inner = (1..<(count - 1)).map { first + (last - first) * Double($0) / Double(count - 1) }
    return [first] + inner + [last]
  }

  /// Numbers at equal ratios, both ends exact; the same numbers as those of execo's `geom`.
  ///
  /// - Parameters:
  ///   - first: The first number, not zero.
  ///   - last: The last number, of the same sign.
  ///   - count: How many; 1 gives the first, 0 none.
  /// - Returns: The numbers in their order.
  public static func geometric(from first: Double, to last: Double, count: Int) -> [Double] {
    if count < 2 { return count < 1 ? [] : [first] }
    let ratio = pow(last / first, 1 / Double(count - 1))
    return [first] + (1..<(count - 1)).map { first * pow(ratio, Double($0)) } + [last]
  }

  /// Whole numbers at about equal ratios, sorted, each once; the same as those of execo's `igeom`.
  ///
  /// - Parameters:
  ///   - first: The first number, not zero.
  ///   - last: The last number, of the same sign.
  ///   - count: How many at most; at least 2 where both ends differ and it is not 0 or 1.
  /// - Returns: The numbers in ascending order.
  public static func integerGeometric(from first: Int, to last: Int, count: Int) -> [Int] {
    if count < 2 { return count < 1 ? [] : [first] }
    let numbers = self.geometric(from: Double(first), to: Double(last), count: count)
    // Halves go to the even neighbour, as in Python 3.
    let rounded = numbers.map { Int($0.rounded(.toNearestOrEven)) }
    return Set(rounded + [first, last]).sorted()
  }
}
