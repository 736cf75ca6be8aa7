/// The objects that sources were compiled into before, by everything that they were made of: going back to an earlier text
/// costs a link and no compilation.
package struct RememberedObjects: Equatable, Sendable {
  /// A source's object, and what it was made of.
  package struct Object: Hashable, Sendable {
    package let source: String
    /// The ``SourceText/hash``.
    package let text: UInt64
    /// A hash of the compiler and its arguments.
    package let world: UInt64
    /// A hash of what was read besides the sources: headers, and the interfaces of other packages.
    package let externals: UInt64
    /// A hash of what it saw of other sources (``DependencyGraph/view(of:in:)``); `nil` until that is known.
    package var view: UInt64?
    /// The object file.
    package let path: String
    /// Its `.swiftdeps`.
    package let dependencies: String
    /// What the compiler said.
    package let printed: [String]

    /// An object with all of its parts.
    package init(
      source: String, text: UInt64, world: UInt64, externals: UInt64 = 0, view: UInt64? = nil, path: String,
      dependencies: String,
      printed: [String] = []
    ) {
      self.source = source
      self.text = text
      self.world = world
      self.externals = externals
      self.view = view
      self.path = path
      self.dependencies = dependencies
      self.printed = printed
    }
  }

  /// The oldest first.
  package private(set) var objects: [Object] = []
  private let limit: Int

  /// Remembers as many objects as `limit`.
  package init(limit: Int = 2000) { self.limit = limit }

  /// The objects that this text of a source was compiled into, the newest first.
  func objects(of source: String, text: UInt64, world: UInt64) -> [Object] {
    objects.reversed().filter {
      $0.source == source && $0.text == text && $0.world == world && $0.view != nil
    }
  }

  /// Remembers an object, in place of one that was made of the same. Returns those that are forgotten.
  package mutating func insert(_ object: Object) -> [Object] {
    let isSame = { (other: Object) in
      other.source == object.source && other.text == object.text && other.world == object.world
        && other.externals == object.externals && other.view == object.view
    }
    var forgotten = objects.filter { isSame($0) && $0.path != object.path }
    objects.removeAll(where: isSame)
    objects.append(object)
    while objects.count > limit { forgotten.append(objects.removeFirst()) }
    return forgotten
  }

  /// Forgets what is not to be found any more.
  package mutating func removeAll(where isGone: (Object) -> Bool) { objects.removeAll(where: isGone) }
}
