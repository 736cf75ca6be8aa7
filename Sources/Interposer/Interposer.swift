internal import Posix
internal import Glibc

/// The shared object that is preloaded into servers. Its C source is part of this program and is compiled on
/// first use.
package enum Interposer {
  /// The reason why the shared object could not be made, or not be loaded.
  package enum Failure: Error, CustomStringConvertible {
    case noCompiler
    case compiler(String, output: String)
    case notPrivate(String)
    case noExecutablePlace([String])

    package var description: String {
      switch self {
      case .noCompiler:
        """
        no C compiler found: hotreload compiles a small library once, with the 'clang' beside 'swift' or the first \
        of clang, cc, gcc on PATH; install one, or put the Swift toolchain's bin directory on PATH
        """
      case .compiler(let compiler, let output):
        "\(compiler) could not compile hotreload's library:\n\(output)"
      case .notPrivate(let path):
        """
        \(path) must belong to you and have mode 0700; remove it, \
        or set XDG_CACHE_HOME
        """
      case .noExecutablePlace(let directories):
        """
        no server can load hotreload's library from \(directories.joined(separator: " or ")): that file system does \
        not allow code to be executed ('noexec'); set XDG_CACHE_HOME to a directory where programs can run
        """
      }
    }
  }

  /// Returns the path of the shared object. Compiles it, which takes about a second, unless this compiler has
  /// compiled this version before.
  ///
  /// Throws ``Failure`` or `SystemError`.
  package static func install() throws -> String {
    guard let compiler = findCompiler() else { throw Failure.noCompiler }
    var unusable: [String] = []
    do {
      // Another user who can write there could run code in the servers.
      if let directory = userCache, !FileSystem.isWritableByOthers(directory) {
        let library = try install(in: directory, compiler)
        if FileSystem.canMapCode(library) { return library }
        unusable.append(library)
      }
    } catch is SystemError {}  // the home directory does not exist or is not writable
    do {
      let library = try install(in: temporaryCache(), compiler)
      if FileSystem.canMapCode(library) { return library }
      unusable.append(library)
    } catch  where !unusable.isEmpty {}
    // A file in memory (`memfd_create(2)`) is on no file system that is mounted with 'noexec'.
    if let memory = try? FileSystem.copyToMemory(unusable[0]), FileSystem.canMapCode(memory) { return memory }
    throw Failure.noExecutablePlace(unusable.map(\.parentPath))
  }

  /// Returns a directory in `/tmp` that only this user can enter, which is created on first use.
  private static func temporaryCache() throws -> String {
    let directory = "/tmp/hotreload-cache-\(CurrentProcess.user)"
    try FileSystem.makeDirectories(directory)
    guard FileSystem.isPrivateDirectory(directory) else { throw Failure.notPrivate(directory) }
    return directory
  }

  /// Returns the path of the shared object in `directory`, where it is compiled if it is not there. The last
  /// step is a rename, so that another hotreload never sees an incomplete file.
  private static func install(in directory: String, _ compiler: String) throws -> String {
    let library = "\(directory)/interposer-\(version(with: compiler)).so"
    if FileSystem.exists(library) { return library }
    try FileSystem.makeDirectories(directory)
    let work = "\(directory)/.\(CurrentProcess.identifier)"
    try FileSystem.makeDirectories(work)
    defer { FileSystem.removeAll(work) }
    for source in sources {
      try FileSystem.makeDirectories("\(work)/\(source.path)".parentPath)
      try FileSystem.write(String(decoding: source.bytes, as: UTF8.self), to: "\(work)/\(source.path)")
    }
    if let output = try compile(in: work, with: compiler) { throw Failure.compiler(compiler, output: output) }
    try FileSystem.move("\(work)/interposer.so", to: library)
    return library
  }

  /// Returns a hash of everything that the shared object depends on: the flags, the compiler and the sources.
  private static func version(with compiler: String) -> String {
    var hash = fnv1a(Array((flags + [compiler]).joined(separator: " ").utf8))
    if let identity = FileSystem.identity(compiler) {
      hash = fnv1a(Array("\(identity.size) \(identity.modified)".utf8), from: hash)
    }
    for source in sources { hash = fnv1a(source.bytes, from: hash) }
    return String(hash, radix: 16)
  }

  /// The user's cache directory. `nil` if there is none, or if `LD_PRELOAD` cannot name it: blanks and colons
  /// separate paths there, and `$` begins a token (`ld.so(8)`).
  private static var userCache: String? {
    var cache = CurrentProcess.variable("XDG_CACHE_HOME") ?? ""
    if !cache.hasPrefix("/") { cache = CurrentProcess.variable("HOME").map { $0 + "/.cache" } ?? "" }
    return cache.hasPrefix("/") && !cache.contains { " :$".contains($0) } ? cache + "/hotreload" : nil
  }

  /// Returns the path of the `clang` beside `swift`, or of the first of `clang`, `cc` and `gcc` on `PATH`.
  /// `nil` if there is none.
  package static func findCompiler() -> String? {
    if let swift = CurrentProcess.find("swift").flatMap(FileSystem.realPath),
      let slash = swift.lastIndex(of: "/")
    {
      let beside = swift[..<slash] + "/clang"
      if FileSystem.isExecutable(String(beside)) { return String(beside) }
    }
    return ["clang", "cc", "gcc"].lazy.compactMap(CurrentProcess.find).first
  }

  /// Runs the compiler. Returns `nil` if it succeeded, and its output otherwise.
  private static func compile(in directory: String, with compiler: String) throws(SystemError) -> String? {
    let log = "\(directory)/log"
    let output = try Descriptor.open(log, O_WRONLY | O_CREAT | O_TRUNC)
    let input = try Descriptor.open("/dev/null", O_RDONLY)
    let files = sources.map(\.path).filter { $0.hasSuffix(".c") }
    let command = Command(
      path: compiler, arguments: [compiler] + flags + files, environment: CurrentProcess.environment,
      directory: directory, parentDeathSignal: SIGKILL)
    let status = try command.run(input: input.number, output: output.number, error: output.number)
    if status == .exited(0) { return nil }
    return String(decoding: try FileSystem.read(log), as: UTF8.self)
  }
}
