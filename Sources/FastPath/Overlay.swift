/// Where the fast path writes: files of its own beside SwiftPM's, which it only reads. So SwiftPM's next build finds
/// everything as its last one has left it.
package struct Overlay: Equatable, Sendable {
  /// `.build/hotreload/debug/<product>`.
  package let directory: String

  /// Nothing is created.
  package init(directory: String) { self.directory = directory }

  /// Interfaces, which the compiler finds before SwiftPM's.
  package var interfaces: String { directory + "/Modules" }

  /// Objects that replace SwiftPM's, and those that were made before.
  package var objects: String { directory + "/objects" }

  /// What the program is called in recorded commands, wherever it is made.
  package var program: String { directory + "/program" }

  /// What the driver has answered, by a hash of the question.
  package var answers: String { directory + "/answers" }

  /// What is written for a module.
  package func files(of module: Plan.Module) -> String { "\(directory)/\(module.name).build" }

  /// Our `.swiftmodule`.
  package func interface(of module: Plan.Module) -> String { "\(interfaces)/\(module.name).swiftmodule" }

  /// Our header for C and Objective-C, which nobody reads.
  package func header(of module: Plan.Module) -> String { "\(files(of: module))/\(module.name)-Swift.h" }

  /// Our object that holds the interface.
  package func wrapped(_ module: Plan.Module) -> String {
    "\(files(of: module))/\(module.name).swiftmodule.o"
  }

  /// Our object in place of one of SwiftPM's.
  package func object(_ object: String, of module: Plan.Module) -> String {
    "\(files(of: module))/\(object.lastName)"
  }

  /// Where ``outputFileMap(_:)`` is written.
  package func outputFileMapPath(_ module: Plan.Module) -> String {
    files(of: module) + "/output-file-map.json"
  }

  /// The driver's `-output-file-map`.
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

  private func json(_ text: String) -> String {
    "\"" + text.flatMap { "\"\\".contains($0) ? "\\\($0)" : String($0) } + "\""
  }
}
