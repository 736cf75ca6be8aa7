/// The division of a program's objects between the program and a library beside it.
///
/// Objects that are likely to change are *hot*, and are linked at every save. The others are *cold*. A symbol
/// that is hidden from other images must be in the same image as the objects that use it, which makes more
/// objects hot.
package struct HotColdSplit: Equatable, Sendable {
  /// The indices of the hot objects.
  package private(set) var hot: Set<Int>

  /// Finds the division in which at least the objects `hot` are hot. Returns `nil` if the objects must stay
  /// together.
  package init?(_ objects: [ObjectSymbols], hot wanted: Set<Int>) {
    if objects.contains(where: \.needsAllObjects) { return nil }
    hot = wanted.union(objects.indices.filter { objects[$0].belongsToProgram })
    let bonds = Self.bonds(objects)
    var isStable = false
    while !isStable {
      isStable = true
      for (index, bonds) in bonds.enumerated() {
        for definers in bonds {
          if hot.contains(index) {
            if hot.isDisjoint(with: definers), let first = definers.first {
              hot.insert(first)
              isStable = false
            }
          } else if hot.isSuperset(of: definers) {
            hot.insert(index)
            isStable = false
            break
          }
        }
      }
    }
  }

  /// Returns, for each object and each symbol that it needs from its own image, the objects that define the
  /// symbol.
  private static func bonds(_ objects: [ObjectSymbols]) -> [[[Int]]] {
    let needed = Set(objects.lazy.flatMap(\.needed))
    let neededHidden = Set(objects.lazy.flatMap(\.neededHidden))
    var definers: [ElfSymbols.Key: [Int]] = [:]
    for (index, object) in objects.enumerated() {
      for key in object.hidden where needed.contains(key) || neededHidden.contains(key) {
        definers[key, default: []].append(index)
      }
      for key in object.exported + object.exportedWeak where neededHidden.contains(key) {
        definers[key, default: []].append(index)
      }
    }
    return objects.map { object in (object.needed + object.neededHidden).compactMap { definers[$0] } }
  }
}
