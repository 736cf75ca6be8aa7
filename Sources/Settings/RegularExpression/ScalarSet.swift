/// A set of Unicode scalars, made of ranges and general categories.
struct ScalarSet: Sendable, Equatable {
  /// The ranges of scalar values.
  private(set) var ranges: [ClosedRange<UInt32>] = []
  /// The general categories, by ``Unicode/GeneralCategory/bit``.
  private var categories: UInt32 = 0
  /// Whether the set contains all scalars except these.
  private var isInverted = false
  /// Whether letters match in both cases.
  private var ignoresCase = false

  /// Creates a set of ranges.
  init(_ ranges: ClosedRange<UInt32>..., ignoresCase: Bool = false) {
    self.ranges = ranges
    self.ignoresCase = ignoresCase
  }

  /// Creates a set of one scalar.
  init(_ scalar: Unicode.Scalar, ignoresCase: Bool = false) {
    self.init(scalar.value...scalar.value, ignoresCase: ignoresCase)
  }

  /// Creates a set of general categories, with one bit for each.
  init(categories: UInt32) { self.categories = categories }

  /// Returns whether the set contains a scalar.
  func contains(_ scalar: Unicode.Scalar) -> Bool {
    var isMember = holds(scalar)
    if ignoresCase, !isMember {
      isMember = scalar.otherCases.contains(where: holds)
    }
    return isMember != isInverted
  }

  /// Returns whether the ranges or categories contain a scalar, before case and inversion are considered.
  private func holds(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) }
      || categories != 0 && categories & scalar.properties.generalCategory.bit != 0
  }

  /// Adds a range.
  mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

  /// Adds the members of another set, which must be case-sensitive.
  mutating func formUnion(_ other: ScalarSet) {
    guard other.isInverted else {
      ranges += other.ranges
      categories |= other.categories
      return
    }
    // An inverted set has either ranges or categories.
    if other.categories == 0 { ranges += other.complement } else { categories |= ~other.categories }
  }

  /// The set of all other scalars.
  var inverted: ScalarSet {
    var set = self
    set.isInverted.toggle()
    return set
  }

  /// The ranges between those of the set. The set must not have categories.
  private var complement: [ClosedRange<UInt32>] {
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
      next = max(next, range.upperBound + 1)
    }
    return next <= 0x10FFFF ? gaps + [next...0x10FFFF] : gaps
  }
}

extension Unicode.Scalar {
  /// The letter in the other case, if that is a single scalar.
  fileprivate var otherCases: [Unicode.Scalar] {
    if isASCII {
      switch value {
      case 0x41...0x5A: return [Unicode.Scalar(UInt8(value + 32))]
      case 0x61...0x7A: return [Unicode.Scalar(UInt8(value - 32))]
      default: return []
      }
    }
    return [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { text in
      let scalars = text.unicodeScalars
      return scalars.count == 1 ? scalars.first : nil
    }
  }
}

extension Unicode.GeneralCategory {
  /// The general categories with their one- or two-letter names (Unicode Standard Annex 44, table 12). The
  /// index is the number of the bit.
  static let named: [(name: String, category: Unicode.GeneralCategory)] = [
    ("Lu", .uppercaseLetter), ("Ll", .lowercaseLetter), ("Lt", .titlecaseLetter), ("Lm", .modifierLetter),
    ("Lo", .otherLetter), ("Mn", .nonspacingMark), ("Mc", .spacingMark), ("Me", .enclosingMark),
    ("Nd", .decimalNumber), ("Nl", .letterNumber), ("No", .otherNumber), ("Pc", .connectorPunctuation),
    ("Pd", .dashPunctuation), ("Ps", .openPunctuation), ("Pe", .closePunctuation),
    ("Pi", .initialPunctuation), ("Pf", .finalPunctuation), ("Po", .otherPunctuation), ("Sm", .mathSymbol),
    ("Sc", .currencySymbol), ("Sk", .modifierSymbol), ("So", .otherSymbol), ("Zs", .spaceSeparator),
    ("Zl", .lineSeparator), ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format),
    ("Co", .privateUse), ("Cs", .surrogate), ("Cn", .unassigned),
  ]

  /// The bit of the category.
  fileprivate var bit: UInt32 {
    Self.named.firstIndex { $0.category == self }.map { 1 << UInt32($0) } ?? 0
  }

  /// Returns the bits of all categories whose names start with `prefix`; 0 if there are none.
  static func bits(named prefix: String) -> UInt32 {
    named.reduce(0) { $1.name.hasPrefix(prefix) ? $0 | $1.category.bit : $0 }
  }
}
