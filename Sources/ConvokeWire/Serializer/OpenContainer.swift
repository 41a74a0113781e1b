/// A list or a dictionary whose elements lie on the stack of the machine that reads values.
struct OpenContainer {
  /// The place of the container on the stack.
  var place: Int
  /// The declared number of elements of a list, or -1 for a dictionary.
  var declared: Int
  /// The place after the last element.
  var end: Int
  /// The greatest depth of its elements.
  var depth: UInt16 = 0

  /// What stands for no container.
  static var absent: OpenContainer { OpenContainer(place: -1, declared: -1, end: -2) }
}

/// The containers that are open around the one that was opened last.
///
/// The first ones lie in memory that is lent by whoever makes this, who keeps it in place as long as
/// this is used.
@safe struct OuterContainers: ~Copyable {
  private static let lentCount = 8
  private var count = 0
  private let first: UnsafeMutablePointer<OpenContainer>
  private var rest: [OpenContainer] = []

  /// The bytes of memory that are lent.
  static var lentSize: Int { self.lentCount * MemoryLayout<OpenContainer>.stride }

  /// Makes an empty one in memory of ``lentSize`` bytes, aligned to 16.
  init(_ memory: UnsafeMutableRawPointer) {
    unsafe self.first = memory.bindMemory(to: OpenContainer.self, capacity: Self.lentCount)
  }

  /// Adds one.
  @inline(__always)
  mutating func push(_ container: OpenContainer) {
    if self.count < Self.lentCount {
      unsafe (self.first + self.count).initialize(to: container)
    } else {
      self.rest.append(container)
    }
    self.count &+= 1
  }

  /// Takes the one that was added last.
  ///
  /// - Returns: ``OpenContainer/absent`` if there is none.
  @inline(__always)
  mutating func pop() -> OpenContainer {
    guard self.count > 0 else { return .absent }
    self.count &-= 1
    return unsafe self.count < Self.lentCount ? self.first[self.count] : self.rest.removeLast()
  }
}
