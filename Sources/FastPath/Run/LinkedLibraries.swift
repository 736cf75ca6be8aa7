internal import FastPathLink
internal import Posix

/// The libraries in an overlay that are made for single links of the program: of cold objects, and for debuggers.
enum LinkedLibraries {
  /// Returns the name of a library of cold objects.
  static func cold(_ hash: UInt64) -> String { "\(coldPrefix)\(String(hash, radix: 16)).so" }

  /// Returns the name of a module's library for debuggers.
  static func ast(_ module: String, _ number: Int) -> String { "\(astPrefix)\(number)-\(module).so" }

  /// Returns the number in the name of a library for debuggers; `nil` for another name.
  static func number(ofAst name: String) -> Int? {
    name.hasPrefix(astPrefix) ? Int(name.dropFirst(astPrefix.count).prefix { $0 != "-" }) : nil
  }

  /// Returns whether a library has one of these names.
  static func isOfOneLink(_ name: String) -> Bool { name.hasPrefix(coldPrefix) || name.hasPrefix(astPrefix) }

  /// Removes the libraries in `directory` that the next link does not use and no kept program asks for. A kept program may
  /// be started again, and needs the libraries that it was linked against.
  static func removeUnneeded(in directory: String, but used: Set<String>, program: String) {
    let bin = program.directory
    // The prefix of `KeptPrograms`, which the program that was linked just now has too.
    let prefix = ".\(program.lastName).hotreload-"
    var needed = Set(used.map(\.lastName))
    for name in FileSystem.names(in: bin) where name.hasPrefix(prefix) {
      guard let dynamic = ElfFile(path: "\(bin)/\(name)").flatMap(ElfDynamic.init) else {
        // A program that is still being written may need any library.
        return
      }
      needed.formUnion(dynamic.needed)
    }
    for name in FileSystem.names(in: directory) where isOfOneLink(name) && name.hasSuffix(".so") {
      if !needed.contains(name) { FileSystem.remove("\(directory)/\(name)") }
    }
  }

  private static let coldPrefix = "libhotreload-cold-"
  private static let astPrefix = "libhotreload-ast-"
}
