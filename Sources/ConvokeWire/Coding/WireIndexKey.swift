/// The place of an element, as a coding key.
struct WireIndexKey: CodingKey {
  let intValue: Int?
  let stringValue: String

  init(_ index: Int) {
    self.intValue = index
    self.stringValue = String(index)
  }

  init?(intValue: Int) { self.init(intValue) }

  init?(stringValue: String) {
    self.intValue = nil
    self.stringValue = stringValue
  }

  /// The key under which Swift encodes a superclass.
  static let superclass = WireIndexKey(name: "super")

  private init(name: String) {
    self.intValue = nil
    self.stringValue = name
  }
}
