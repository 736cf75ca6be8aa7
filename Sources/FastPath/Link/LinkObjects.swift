/// The objects of a link, with their names in the recorded commands and their current files.
///
/// An object keeps its name when its file changes. The name of a compiled object is a path in the overlay,
/// where a file need not exist.
package struct LinkObjects: Sendable {
  /// An object to link.
  package struct Object: Equatable, Sendable {
    /// The name in the recorded commands.
    package let name: String
    /// The path of the file.
    package let path: String

    package init(name: String, path: String) { (self.name, self.path) = (name, path) }
  }

  /// The objects that contain code.
  package let compiled: [Object]
  /// The file of each object, by its name.
  package let paths: [String: String]
  /// The overlay's directory.
  private let directory: String

  /// Creates the objects of the overlay in `directory`. `interfaces` maps names of objects to the libraries
  /// with module interfaces for debuggers that are linked in their place.
  package init(_ objects: [Object], directory: String, interfaces: [String: String]) {
    self.directory = directory
    compiled = objects.filter { !$0.name.hasSuffix(".swiftmodule.o") }
    paths = Dictionary(objects.map { ($0.name, $0.path) }, uniquingKeysWith: { first, _ in first })
      .merging(interfaces) { $1 }
  }

  /// Returns a recorded command with the names of these objects. Those of deleted sources are left out, and
  /// those of new sources follow the others.
  package func named(_ words: [String]) -> [String] {
    var result: [String] = []
    var end: Int?
    for word in words {
      if paths[word] == nil, word.hasPrefix(directory + "/"), word.hasSuffix(".o") { continue }
      result.append(word)
      if paths[word] != nil { end = result.count }
    }
    let known = Set(words)
    result.insert(contentsOf: compiled.map(\.name).filter { !known.contains($0) }, at: end ?? result.count)
    return result
  }

  /// Returns a recorded command with the current files of these objects.
  package func placed(_ words: [String]) -> [String] { named(words).map { paths[$0] ?? $0 } }
}
