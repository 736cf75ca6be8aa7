internal import FastPathLink

/// The files of the fast path, beside those of SwiftPM. The fast path only reads SwiftPM's files, so the next
/// SwiftPM build finds them as its last build has left them.
package struct Overlay: Equatable, Sendable {
  /// The path of the directory, `.build/hotreload/debug/<product>`.
  package let directory: String

  /// Creates the paths, and no files.
  package init(directory: String) { self.directory = directory }

  /// The directory of the module interfaces. The compiler finds them before those of SwiftPM.
  package var interfaces: String { directory + "/Modules" }

  /// The directory of the compiled objects, current and remembered.
  package var objects: String { directory + "/objects" }

  /// The name of the program in recorded commands, independent of where it is made.
  package var program: String { directory + "/program" }

  /// The directory of the driver's answers, by a hash of the question.
  package var answers: String { directory + "/answers" }

  /// Returns the directory of a module's other files.
  package func files(of module: Plan.Module) -> String { "\(directory)/\(module.name).build" }

  /// Returns the path of a module's `.swiftmodule` file.
  package func interface(of module: Plan.Module) -> String { "\(interfaces)/\(module.name).swiftmodule" }

  /// Returns the path of a module's header for C and Objective-C. The header is not used.
  package func header(of module: Plan.Module) -> String { "\(files(of: module))/\(module.name)-Swift.h" }

  /// Returns the path of the object that wraps a module's interface.
  package func wrapped(_ module: Plan.Module) -> String {
    "\(files(of: module))/\(module.name).swiftmodule.o"
  }

  /// Returns the path of the object that replaces one of SwiftPM's.
  package func object(_ object: String, of module: Plan.Module) -> String {
    "\(files(of: module))/\(object.lastName)"
  }

  /// Returns the path of ``outputFileMap(_:)``.
  package func outputFileMapPath(_ module: Plan.Module) -> String {
    files(of: module) + "/output-file-map.json"
  }

  /// Returns the content for the driver's option `-output-file-map`.
  package func outputFileMap(_ module: Plan.Module) -> String {
    let files = files(of: module)
    var entries = [#"  "": { "swift-dependencies": \#(json("\(files)/module.swiftdeps")) }"#]
    for (source, object) in zip(module.sources, module.objects) {
      let stem = "\(files)/\(object.lastName)"
      let outputs = [
        ("object", stem), ("dependencies", stem + ".d"), ("swift-dependencies", stem + ".swiftdeps"),
        ("diagnostics", stem + ".dia"), ("swiftmodule", stem + "~partial.swiftmodule"),
      ]
      let text = outputs.map { "\(json($0.0)): \(json($0.1))" }.joined(separator: ", ")
      entries.append("  \(json(source)): { \(text) }")
    }
    return "{\n" + entries.joined(separator: ",\n") + "\n}\n"
  }

  /// Returns a text as a JSON string.
  private func json(_ text: String) -> String {
    "\"" + text.flatMap { "\"\\".contains($0) ? "\\\($0)" : String($0) } + "\""
  }
}
