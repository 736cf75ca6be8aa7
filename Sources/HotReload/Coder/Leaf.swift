/// A type whose values are encoded as one ``Node`` without a container.
protocol Leaf {
  /// The value as a node.
  var node: Node { get }
  /// Creates the value of a node. `nil` if the node has another type, or is out of range.
  init?(leaf: Parsed)
}

extension Bool: Leaf {
  var node: Node { .bool(self) }

  init?(leaf: Parsed) {
    guard case .bool(let value) = leaf else { return nil }
    self = value
  }
}

extension String: Leaf {
  var node: Node { .string(self) }

  init?(leaf: Parsed) {
    guard case .string(let value) = leaf else { return nil }
    self = value
  }
}

// Floating-point numbers are kept by their bits, so that a NaN keeps its payload and a zero its sign.
extension Double: Leaf {
  var node: Node { .double(bitPattern) }

  init?(leaf: Parsed) {
    switch leaf {
    case .double(let bits): self.init(bitPattern: bits)
    case .float(let bits): self.init(Float(bitPattern: bits))  // exact
    default: return nil
    }
  }
}

extension Float: Leaf {
  var node: Node { .float(bitPattern) }

  init?(leaf: Parsed) {
    switch leaf {
    case .float(let bits): self.init(bitPattern: bits)
    case .double(let bits):  // the new code has a narrower type
      guard let value = Float(exactly: Double(bitPattern: bits)) else { return nil }
      self = value
    default: return nil
    }
  }
}

extension [UInt8]: Leaf {
  var node: Node { .bytes(self) }

  init?(leaf: Parsed) {
    switch leaf {
    case .bytes(let value): self = value
    case .array(let elements):
      self.init()
      for element in elements {
        guard let byte = UInt8(leaf: element) else { return nil }
        append(byte)
      }
    default: return nil
    }
  }
}

extension Leaf where Self: FixedWidthInteger {
  var node: Node {
    if let value = Int64(exactly: self) { return .integer(value) }
    if let value = UInt64(exactly: self) { return .unsigned(value) }
    if let value = Int128(exactly: self) { return .wide(value) }
    return .wideUnsigned(UInt128(self))
  }

  init?(leaf: Parsed) {
    switch leaf {
    case .integer(let value): self.init(exactly: value)
    case .unsigned(let value): self.init(exactly: value)
    case .wide(let value): self.init(exactly: value)
    case .wideUnsigned(let value): self.init(exactly: value)
    default: return nil
    }
  }
}

extension Int: Leaf {}
extension Int8: Leaf {}
extension Int16: Leaf {}
extension Int32: Leaf {}
extension Int64: Leaf {}
extension Int128: Leaf {}
extension UInt: Leaf {}
extension UInt8: Leaf {}
extension UInt16: Leaf {}
extension UInt32: Leaf {}
extension UInt64: Leaf {}
extension UInt128: Leaf {}
