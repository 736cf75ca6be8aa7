/// Objects of earlier builds, with everything from which they were made. A return to an earlier text then
/// needs a link and no compilation.
package struct RememberedObjects: Equatable, Sendable {
  /// The object of a source, with the input from which it was made.
  package struct Object: Hashable, Sendable {
    /// The path of the source.
    package let source: String
    /// The source's ``SourceText/hash``.
    package let text: UInt64
    /// A hash of the compiler and its arguments.
    package let compilerHash: UInt64
    /// A hash of the other files that were read, such as headers and the interfaces of other packages.
    package let externals: UInt64
    /// A hash of everything that the source uses of others (``DependencyGraph/inputHash(of:in:)``); `nil` if it is
    /// not known yet.
    package var inputHash: UInt64?
    /// The path of the object.
    package let path: String
    /// The path of its `.swiftdeps` file.
    package let dependencies: String
    /// The lines that the compiler has printed.
    package let printed: [String]

    /// Creates an object with its input.
    package init(
      source: String, text: UInt64, compilerHash: UInt64, externals: UInt64 = 0, inputHash: UInt64? = nil,
      path: String,
      dependencies: String,
      printed: [String] = []
    ) {
      self.source = source
      self.text = text
      self.compilerHash = compilerHash
      self.externals = externals
      self.inputHash = inputHash
      self.path = path
      self.dependencies = dependencies
      self.printed = printed
    }
  }

  /// The objects, the oldest first.
  package private(set) var objects: [Object] = []
  /// The maximum number of objects.
  private let limit: Int

  /// Creates a memory of at most `limit` objects.
  package init(limit: Int = 2000) { self.limit = limit }

  /// Returns the objects that were compiled from this text of a source, the newest first.
  func objects(of source: String, text: UInt64, compilerHash: UInt64) -> [Object] {
    objects.reversed().filter {
      $0.source == source && $0.text == text && $0.compilerHash == compilerHash && $0.inputHash != nil
    }
  }

  /// Remembers an object in place of one with the same input. Returns the objects that are forgotten.
  package mutating func insert(_ object: Object) -> [Object] {
    let isSame = { (other: Object) in
      other.source == object.source && other.text == object.text && other.compilerHash == object.compilerHash
        && other.externals == object.externals && other.inputHash == object.inputHash
    }
    var forgotten = objects.filter { isSame($0) && $0.path != object.path }
    objects.removeAll(where: isSame)
    objects.append(object)
    while objects.count > limit { forgotten.append(objects.removeFirst()) }
    return forgotten
  }

  /// Forgets the objects for which `isGone` returns true.
  package mutating func removeAll(where isGone: (Object) -> Bool) { objects.removeAll(where: isGone) }
}
