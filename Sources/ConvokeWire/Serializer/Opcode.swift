/// The operations of execnet's serializer, version 2, from the table `opcode` of `gateway_base.py`.
///
/// Bytes and not an enumeration: the reader's `switch` over them is one jump.
enum Opcode {
  static var buildTuple: UInt8 { 0x40 }
  static var bytes: UInt8 { 0x41 }
  static var channel: UInt8 { 0x42 }
  static var `false`: UInt8 { 0x43 }
  static var float: UInt8 { 0x44 }
  static var frozenSet: UInt8 { 0x45 }
  static var int: UInt8 { 0x46 }
  static var long: UInt8 { 0x47 }
  static var longInt: UInt8 { 0x48 }
  static var longLong: UInt8 { 0x49 }
  static var newDictionary: UInt8 { 0x4a }
  static var newList: UInt8 { 0x4b }
  static var none: UInt8 { 0x4c }
  static var python2String: UInt8 { 0x4d }
  static var python3String: UInt8 { 0x4e }
  static var set: UInt8 { 0x4f }
  static var setItem: UInt8 { 0x50 }
  static var stop: UInt8 { 0x51 }
  static var `true`: UInt8 { 0x52 }
  static var unicode: UInt8 { 0x53 }
  static var complex: UInt8 { 0x54 }

  /// The byte before a value that stands by itself.
  static var version: UInt8 { 0x02 }
}
