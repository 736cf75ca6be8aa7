/// The objects of a link: how they are named in the recorded commands, and where they are now.
///
/// An object keeps its name while its file changes. The names of compiled objects are paths in the overlay, where there
/// need not be a file.
package struct LinkObjects: Sendable {
  package struct Object: Equatable, Sendable {
    package let name: String
    package let place: String

    package init(name: String, place: String) { (self.name, self.place) = (name, place) }
  }

  /// The objects that have code.
  package let compiled: [Object]
  /// The file of every object, by its name.
  package let places: [String: String]
  private let directory: String

  /// `directory` is the overlay's. `interfaces` has the libraries that hold the interfaces of modules for debuggers, by the
  /// names of the objects in whose place they are linked.
  package init(_ objects: [Object], directory: String, interfaces: [String: String]) {
    self.directory = directory
    compiled = objects.filter { !$0.name.hasSuffix(".swiftmodule.o") }
    places = Dictionary(objects.map { ($0.name, $0.place) }, uniquingKeysWith: { first, _ in first })
      .merging(interfaces) { $1 }
  }

  /// Returns the words with the names of these objects: without those of sources that are gone, and with those of new
  /// sources after the others.
  package func named(_ words: [String]) -> [String] {
    var result: [String] = []
    var end: Int?
    for word in words {
      if places[word] == nil, word.hasPrefix(directory + "/"), word.hasSuffix(".o") { continue }
      result.append(word)
      if places[word] != nil { end = result.count }
    }
    let known = Set(words)
    result.insert(contentsOf: compiled.map(\.name).filter { !known.contains($0) }, at: end ?? result.count)
    return result
  }

  /// Returns the words with the files that are to be linked now.
  package func placed(_ words: [String]) -> [String] { named(words).map { places[$0] ?? $0 } }
}
