extension WireValue: Codable {
  /// Encodes the value as itself, with ``WireEncoder`` only.
  public func encode(to encoder: any Encoder) throws { try encoder.setWireValue(self) }

  /// Decodes whatever value there is, with ``WireDecoder`` only.
  public init(from decoder: any Decoder) throws { self = try decoder.wireValue() }
}

extension WireChannelReference: Codable {
  /// Encodes the channel as itself, with ``WireEncoder`` only.
  public func encode(to encoder: any Encoder) throws { try encoder.setWireValue(.channel(self)) }

  /// Decodes a channel, with ``WireDecoder`` only.
  public init(from decoder: any Decoder) throws {
    guard case .channel(let channel) = try decoder.wireValue() else {
      throw try decoder.wireMismatch("a channel")
    }
    self = channel
  }
}

extension WireComplex: Codable {
  /// Encodes the number as itself, with ``WireEncoder`` only.
  public func encode(to encoder: any Encoder) throws { try encoder.setWireValue(.complex(self)) }

  /// Decodes a complex number, with ``WireDecoder`` only.
  public init(from decoder: any Decoder) throws {
    guard case .complex(let value) = try decoder.wireValue() else {
      throw try decoder.wireMismatch("a complex number")
    }
    self = value
  }
}

extension WireLargeInteger: Codable {
  /// Encodes the integer as itself, with ``WireEncoder`` only.
  public func encode(to encoder: any Encoder) throws {
    try encoder.setWireValue(.largeInteger(self))
  }

  /// Decodes an integer beyond 64 bits, with ``WireDecoder`` only.
  public init(from decoder: any Decoder) throws {
    guard case .largeInteger(let value) = try decoder.wireValue() else {
      throw try decoder.wireMismatch("an integer beyond 64 bits")
    }
    self = value
  }
}

extension Encoder {
  fileprivate func setWireValue(_ value: WireValue) throws {
    guard let encoder = self as? WireValueEncoder else {
      let message = "a \(value.typeName) of the wire can be encoded with WireEncoder only"
      throw WireError(.unsupported, message, path: self.codingPath.map(\.wireName))
    }
    encoder.node.set(value)
  }
}

extension Decoder {
  fileprivate func wireValue() throws -> WireValue {
    guard let decoder = self as? WireValueDecoder else {
      let message = "a value of the wire can be decoded with WireDecoder only"
      throw WireError(.unsupported, message, path: self.codingPath.map(\.wireName))
    }
    return decoder.value
  }

  fileprivate func wireMismatch(_ wanted: String) throws -> WireError {
    let message = "there is a \(try self.wireValue().typeName) instead of \(wanted)"
    return WireError(.typeMismatch, message, path: self.codingPath.map(\.wireName))
  }
}
