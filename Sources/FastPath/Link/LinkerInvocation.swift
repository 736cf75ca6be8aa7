/// A linker command that links a program, with its words classified so that other files can be linked the
/// same way.
package struct LinkerInvocation: Equatable, Sendable {
  /// A word with its meaning.
  private enum Word: Equatable, Sendable {
    /// The place of the output, without its path.
    case output
    /// The path of an object, an archive or a library.
    case file(String)
    /// The name of a library, as in `-l`.
    case library(String)
    /// A directory in which libraries are searched, as in `-L`.
    case searchPath(String)
    /// Options and files that are only used to link programs.
    case programOnly([String])
    /// The option for a build ID.
    case buildID
    /// Any other known option.
    case option([String])
  }

  /// The path of the linker.
  private let linker: String
  /// The words after the linker's path, in order.
  private var words: [Word] = []

  /// Classifies the words. Returns `nil` if one of them is not known.
  package init?(_ command: [String]) {
    guard let linker = command.first else { return nil }
    self.linker = linker
    var rest = command.dropFirst()
    while let word = rest.popFirst() {
      let value = Self.withValue.contains(word) ? rest.popFirst() : ""
      guard let value, let known = Self.meaning(of: word, value) else { return nil }
      words.append(known)
    }
    guard words.filter({ $0 == .output }).count == 1, words.contains(.programOnly(["-pie"])) else {
      return nil
    }
  }

  /// The options that take the next word as their value.
  private static let withValue: Set = ["-o", "-dynamic-linker", "--defsym", "-m", "-z", "-rpath", "-L", "-l"]
  /// The options without a value that are the same for programs and libraries.
  private static let options: Set = [
    "--eh-frame-hdr", "--as-needed", "--no-as-needed", "-EL", "--fix-cortex-a53-843419", "--enable-new-dtags",
    "--disable-new-dtags",
  ]

  /// Returns the meaning of a word and its value; `nil` if it is not known.
  private static func meaning(of word: String, _ value: String) -> Word? {
    switch word {
    case "-o": .output
    case "-pie": .programOnly([word])
    case "-dynamic-linker": .programOnly([word, value])
    case "--defsym": value.hasPrefix("main=") ? .programOnly([word, value]) : nil
    case "-m", "-z", "-rpath": .option([word, value])
    case "-L": value.hasPrefix("=") ? nil : .searchPath(value)
    case "-l": .library(value)
    case _ where options.contains(word): .option([word])
    case _ where word.hasPrefix("--build-id"): .buildID
    case _ where word.hasPrefix("--hash-style=") || word.hasPrefix("-rpath="): .option([word])
    case _ where word.hasPrefix("-L="): nil
    case _ where word.hasPrefix("-L"): .searchPath(String(word.dropFirst(2)))
    case _ where word.hasPrefix("-l"): .library(String(word.dropFirst(2)))
    case _ where word.hasPrefix("-") || word.hasPrefix("@"): nil
    case _ where word.lastName == "Scrt1.o": .programOnly([word])
    // These belong to programs that are not position-independent, or are linked statically.
    case _ where ["crt1.o", "crtbegin.o", "crtbeginT.o"].contains(word.lastName): nil
    default: .file(word)
    }
  }

  /// The files, in order.
  package var files: [String] { words.compactMap { if case .file(let path) = $0 { path } else { nil } } }

  /// The names of the libraries, in order.
  package var libraries: [String] {
    words.compactMap { if case .library(let name) = $0 { name } else { nil } }
  }

  /// The symbol that is linked as `main`. It is `main` itself if there is no `--defsym`.
  package var mainSymbol: String {
    for case .programOnly(let words) in words where words[0] == "--defsym" {
      return String(words[1].dropFirst(5))
    }
    return "main"
  }

  /// Returns the paths at which the linker looks for a library. It takes the first file that exists.
  package func candidates(for library: String) -> [String] {
    let names =
      library.hasPrefix(":") ? [String(library.dropFirst())] : ["lib\(library).so", "lib\(library).a"]
    let directories = words.compactMap { if case .searchPath(let directory) = $0 { directory } else { nil } }
    return directories.flatMap { directory in names.map { "\(directory)/\($0)" } }
  }

  /// Returns whether archives with content are linked. Each image would have its own copy of their variables.
  /// The compiler's own archives are made for that, and do not count. `size` returns the size of a file in
  /// bytes, or `nil` if it does not exist.
  package func hasArchives(_ size: (String) -> Int?) -> Bool {
    let paths = files + libraries.compactMap { candidates(for: $0).first { size($0) != nil } }
    return paths.contains { path in
      let name = path.lastName
      return name.hasSuffix(".a") && !["libgcc.a", "libgcc_eh.a"].contains(name)
        && !name.hasPrefix("libclang_rt.builtins") && (size(path) ?? 0) > 8  // "!<arch>\n"
    }
  }

  /// The differences of a link from the recorded one.
  package struct Changes {
    /// The path of the output.
    package var output: String
    /// Returns the files to link in place of a file.
    package var replaceFile: (String) -> [String] = { [$0] }
    /// Returns the file to link in place of a library; `nil` links the library itself.
    package var replaceLibrary: (String) -> String? = { _ in nil }
    /// Additional options.
    package var options: [String] = []

    package init(output: String) { self.output = output }
  }

  /// Returns the command that links a program.
  package func program(_ changes: Changes) -> [String] { command(changes, soname: nil) }

  /// Returns the command that links a shared library.
  package func library(_ changes: Changes, soname: String) -> [String] { command(changes, soname: soname) }

  /// Returns the command with the changes. If there is a `soname`, it links a shared library.
  private func command(_ changes: Changes, soname: String?) -> [String] {
    var result = [linker]
    if let soname { result += ["-shared", "-soname=\(soname)"] }
    for word in words {
      switch word {
      case .output: result += ["-o", changes.output]
      case .file(let path): result += changes.replaceFile(path)
      case .library(let name): result.append(changes.replaceLibrary(name) ?? "-l\(name)")
      case .searchPath(let directory): result.append("-L\(directory)")
      case .programOnly(let words): if soname == nil { result += words }
      case .buildID: break  // costs time, and is not needed
      case .option(let words): result += words
      }
    }
    return result + changes.options
  }
}
