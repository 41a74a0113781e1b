extension PickleReader {
  private static let classes = [
    "execo_engine.sweep HashableDict", "execo_engine.sweep.HashableDict",
  ]
  private static let sets = [
    "builtins set", "__builtin__ set", "builtins frozenset", "__builtin__ frozenset",
  ]

  private static let bases = ["builtins dict", "__builtin__ dict"]
  private static let rebuilders = ["copyreg _reconstructor", "copy_reg _reconstructor"]

  /// Carries out one opcode.
  mutating func perform(_ opcode: UInt8) throws(SweepError) {
    switch opcode {
    case 0x80: _ = try self.byte()  // PROTO
    case 0x95: _ = try self.take(8)  // FRAME
    case UInt8(ascii: "("): self.stack.append(.mark)
    case UInt8(ascii: "0"): _ = try self.pop()
    case UInt8(ascii: "1"): _ = try self.popToMark()
    case UInt8(ascii: "2"):
      let top = try self.pop()
      self.stack += [top, top]
    default:
      if try self.scalar(opcode) { return }
      if try self.container(opcode) { return }
      if try self.memory(opcode) { return }
      try self.construct(opcode)
    }
  }

  private mutating func push(_ value: ParameterValue) { self.stack.append(.value(value)) }

  private mutating func text(_ count: Int) throws(SweepError) {
    let bytes = try self.take(count)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw self.problem("a text is not UTF-8")
    }
    self.push(.text(text))
  }

  private mutating func scalar(_ opcode: UInt8) throws(SweepError) -> Bool {
    switch opcode {
    case UInt8(ascii: "N"): self.push(.null)
    case 0x88: self.push(.bool(true))
    case 0x89: self.push(.bool(false))
    case UInt8(ascii: "I"): try self.decimal(try self.line())
    case UInt8(ascii: "L"): try self.decimal(try self.line().replacing("L", with: ""))
    case UInt8(ascii: "J"):
      self.push(.int(Int(Int32(truncatingIfNeeded: try self.number(4)))))
    case UInt8(ascii: "K"): self.push(.int(Int(try self.byte())))
    case UInt8(ascii: "M"): self.push(.int(try self.number(2)))
    case 0x8A: try self.long(Int(try self.byte()))
    case UInt8(ascii: "F"):
      guard let number = Double(try self.line()) else { throw self.problem("a number is none") }
      self.push(.double(number))
    case UInt8(ascii: "G"):
      let bits = try self.take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      self.push(.double(Double(bitPattern: bits)))
    case UInt8(ascii: "X"), UInt8(ascii: "T"): try self.text(try self.number(4))
    case 0x8C, UInt8(ascii: "U"): try self.text(Int(try self.byte()))
    case 0x8D: try self.text(try self.number(8))
    case UInt8(ascii: "V"): self.push(.text(try self.escapedLine()))
    case UInt8(ascii: "S"): self.push(.text(String(try self.line().dropFirst().dropLast())))
    default: return false
    }
    return true
  }

  private mutating func decimal(_ text: String) throws(SweepError) {
    // INT is also how protocol 0 writes truth values: `I01`, `I00`.
    if text == "01" || text == "00" { return self.push(.bool(text == "01")) }
    guard let number = Int(text) else { throw self.problem("'\(text)' is no whole number we keep") }
    self.push(.int(number))
  }

  // A whole number in two's complement, its lowest byte first.
  private mutating func long(_ count: Int) throws(SweepError) {
    guard count <= 8 else { throw self.problem("a whole number has more than 64 bits") }
    let bytes = Array(try self.take(count))
    var number: Int64 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : -1
    for byte in bytes.reversed() { number = number << 8 | Int64(byte) }
    self.push(.int(Int(number)))
  }

  private mutating func container(_ opcode: UInt8) throws(SweepError) -> Bool {
    switch opcode {
    case UInt8(ascii: "]"), UInt8(ascii: ")"), 0x8F: self.push(Content.list([]))
    case UInt8(ascii: "}"): self.push(Content.dictionary([]))
    case UInt8(ascii: "l"), UInt8(ascii: "t"), 0x91: self.push(.list(try self.popToMark()))
    case UInt8(ascii: "d"): self.push(.dictionary(try self.pairs(try self.popToMark())))
    case 0x85, 0x86, 0x87:
      var items: [Item] = []
      for _ in 0...(opcode - 0x85) { items.insert(try self.pop(), at: 0) }
      self.push(.list(items))
    case UInt8(ascii: "a"): try self.append([try self.pop()])
    case UInt8(ascii: "e"), 0x90: try self.append(try self.popToMark())
    case UInt8(ascii: "s"):
      let value = try self.pop()
      try self.set([try self.pop(), value])
    case UInt8(ascii: "u"): try self.set(try self.popToMark())
    default: return false
    }
    return true
  }

  private func pairs(_ items: [Item]) throws(SweepError) -> [(Item, Item)] {
    guard items.count.isMultiple(of: 2) else { throw self.problem("a key without a value") }
    return stride(from: 0, to: items.count, by: 2).map { (items[$0], items[$0 + 1]) }
  }

  private mutating func append(_ items: [Item]) throws(SweepError) {
    guard case .object(let number) = self.stack.last, case .list(let old) = self.contents[number]
    else { throw self.problem("nothing to add to") }
    self.contents[number] = .list(old + items)
  }

  private mutating func set(_ items: [Item]) throws(SweepError) {
    guard case .object(let number) = self.stack.last,
      case .dictionary(let old) = self.contents[number]
    else { throw self.problem("nothing to set items of") }
    self.contents[number] = .dictionary(old + (try self.pairs(items)))
  }

  private mutating func memory(_ opcode: UInt8) throws(SweepError) -> Bool {
    switch opcode {
    case UInt8(ascii: "p"): try self.remember(Int(try self.line()) ?? -1)
    case UInt8(ascii: "q"): try self.remember(Int(try self.byte()))
    case UInt8(ascii: "r"): try self.remember(try self.number(4))
    case 0x94: try self.remember(self.memo.count)
    case UInt8(ascii: "g"): try self.recall(Int(try self.line()) ?? -1)
    case UInt8(ascii: "h"): try self.recall(Int(try self.byte()))
    case UInt8(ascii: "j"): try self.recall(try self.number(4))
    default: return false
    }
    return true
  }

  private mutating func remember(_ number: Int) throws(SweepError) {
    guard let top = self.stack.last else { throw self.problem("the stack is empty") }
    self.memo[number] = top
  }

  private mutating func recall(_ number: Int) throws(SweepError) {
    guard let item = self.memo[number] else { throw self.problem("nothing has number \(number)") }
    self.stack.append(item)
  }

  // The opcodes that name or make instances: of two harmless classes alone.
  private mutating func construct(_ opcode: UInt8) throws(SweepError) {
    switch opcode {
    case UInt8(ascii: "c"):
      let module = try self.line()
      try self.name("\(module) \(try self.line())")
    case 0x93:
      let name = try self.pop()
      let module = try self.pop()
      try self.name("\(try self.value(module, 0)) \(try self.value(name, 0))")
    case 0x81, UInt8(ascii: "R"):
      let arguments = try self.pop()
      try self.make(try self.pop(), arguments)
    case UInt8(ascii: "b"):
      // The attributes of a HashableDict, which has none.
      _ = try self.pop()
    default:
      let code = String(opcode, radix: 16)
      throw self.problem("the opcode 0x\(code) is not one that execo's files use; it is refused")
    }
  }

  private mutating func name(_ name: String) throws(SweepError) {
    if Self.classes.contains(name) {
      self.stack.append(.dictionaryClass)
    } else if Self.sets.contains(name) {
      self.stack.append(.setClass)
    } else if Self.bases.contains(name) {
      self.stack.append(.baseClass)
    } else if Self.rebuilders.contains(name) {
      self.stack.append(.rebuilder)
    } else {
      throw self.problem("'\(name)' is named, which could run a program; it is refused")
    }
  }

  private mutating func make(_ kind: Item, _ arguments: Item) throws(SweepError) {
    guard case .object(let number) = arguments, case .list(let items) = self.contents[number]
    else { throw self.problem("an instance without arguments") }
    switch kind {
    case .dictionaryClass:
      guard items.isEmpty else { throw self.problem("a HashableDict with arguments") }
      self.push(Content.dictionary([]))
    case .setClass:
      guard items.count <= 1 else { throw self.problem("a set with several arguments") }
      if let only = items.first { self.stack.append(only) } else { self.push(Content.list([])) }
    case .rebuilder:
      guard items.count == 3, case .dictionaryClass = items[0], case .baseClass = items[1] else {
        throw self.problem("something is made that is no HashableDict; it is refused")
      }
      self.stack.append(items[2])
    default: throw self.problem("something is called that is no class; it is refused")
    }
  }
}
