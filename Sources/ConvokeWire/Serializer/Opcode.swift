/// The operations of execnet's serializer, version 2, from the table `opcode` of `gateway_base.py`.
enum Opcode: UInt8 {
  case buildTuple = 0x40
  case bytes = 0x41
  case channel = 0x42
  case `false` = 0x43
  case float = 0x44
  case frozenSet = 0x45
  case int = 0x46
  case long = 0x47
  case longInt = 0x48
  case longLong = 0x49
  case newDictionary = 0x4a
  case newList = 0x4b
  case null = 0x4c
  case python2String = 0x4d
  case python3String = 0x4e
  case set = 0x4f
  case setItem = 0x50
  case stop = 0x51
  case `true` = 0x52
  case unicode = 0x53
  case complex = 0x54

  /// The byte before a value that stands by itself.
  static let version: UInt8 = 0x02
}
