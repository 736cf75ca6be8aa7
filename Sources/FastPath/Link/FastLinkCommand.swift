/// The commands that link a program from fewer or smaller files than SwiftPM's command does.
package struct FastLinkCommand {
  /// The recorded linker command.
  private let invocation: LinkerInvocation
  /// The file of each object, by its name in the command.
  private let objects: [String: String]
  /// The stub of each library, by its path or its name.
  private let stubs: [String: String]

  /// Creates the commands as variations of `invocation`.
  package init(_ invocation: LinkerInvocation, objects: [String: String], stubs: [String: String]) {
    (self.invocation, self.objects, self.stubs) = (invocation, objects, stubs)
  }

  /// Returns the command that links the program to `output`. A library of cold objects takes the place of
  /// these objects, and the program finds it in `directory`.
  ///
  /// Copy relocations are an error (`-z nocopyreloc`), because two images would each have their own variable.
  package func program(_ output: String, cold: (names: Set<String>, library: String)?, directory: String)
    -> [String]
  {
    var changes = LinkerInvocation.Changes(output: output)
    var coldLibrary = cold?.library
    changes.replaceFile = { file in
      if cold?.names.contains(file) == true {
        // The library precedes all others, as its objects did.
        defer { coldLibrary = nil }
        return coldLibrary.map { [$0] } ?? []
      }
      return [placed(file)]
    }
    changes.replaceLibrary = { stubs[$0] }
    changes.options = ["-z", "nocopyreloc", "-O0", "--no-demangle", "-rpath=\(directory)"]
    // The rest is so small that threads cost more than they save.
    if cold != nil { changes.options.append("--threads=1") }
    return invocation.program(changes)
  }

  /// Returns the command that links the cold objects to a library of this name. The symbols that it needs
  /// from the program stay undefined.
  package func coldLibrary(_ output: String, name: String, cold: Set<String>, directory: String) -> [String] {
    var changes = LinkerInvocation.Changes(output: output)
    changes.replaceFile = { file in
      objects[file] != nil && !cold.contains(file) ? [] : [placed(file)]
    }
    changes.replaceLibrary = { stubs[$0] }
    changes.options = ["-O0", "--no-demangle", "-rpath=\(directory)"]
    return invocation.library(changes, soname: name)
  }

  /// Returns the file to link under a name in the command.
  private func placed(_ file: String) -> String { objects[file] ?? stubs[file] ?? file }
}
