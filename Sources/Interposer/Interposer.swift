internal import Posix
internal import Glibc

/// The shared object that is preloaded into servers: its C source is part of this program, and is compiled on first use.
package enum Interposer {
  /// Why it could not be made.
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
        \(path) must be a directory of yours that nobody else can enter (mode 0700); remove it, \
        or set XDG_CACHE_HOME
        """
      case .noExecutablePlace(let directories):
        """
        no server can load hotreload's library from \(directories.joined(separator: " or ")): what is there cannot be \
        executed ('noexec'); set XDG_CACHE_HOME to a directory where programs run
        """
      }
    }
  }

  /// The path of the library, compiled now if this version of it never was by this compiler. Takes about a second then.
  /// Throws ``Failure`` or `SystemError`.
  package static func install() throws -> String {
    guard let compiler = findCompiler() else { throw Failure.noCompiler }
    var unusable: [String] = []
    do {
      // Whoever can write there decides what runs in the servers.
      if let directory = userCache, !FileSystem.isWritableByOthers(directory) {
        let library = try install(in: directory, compiler)
        if FileSystem.canMapCode(library) { return library }
        unusable.append(library)
      }
    } catch is SystemError {}  // a home that is not there, or may not be written to
    do {
      let library = try install(in: temporaryCache(), compiler)
      if FileSystem.canMapCode(library) { return library }
      unusable.append(library)
    } catch  where !unusable.isEmpty {}
    // Memory is on no file system that could be mounted with 'noexec'.
    if let memory = try? FileSystem.copyToMemory(unusable[0]), FileSystem.canMapCode(memory) { return memory }
    throw Failure.noExecutablePlace(unusable.map(\.parentPath))
  }

  private static func temporaryCache() throws -> String {
    let directory = "/tmp/hotreload-cache-\(CurrentProcess.user)"
    try FileSystem.makeDirectories(directory)
    guard FileSystem.isPrivateDirectory(directory) else { throw Failure.notPrivate(directory) }
    return directory
  }

  private static func install(in directory: String, _ compiler: String) throws -> String {
    let library = "\(directory)/interposer-\(version(with: compiler)).so"
    if FileSystem.exists(library) { return library }
    try FileSystem.makeDirectories(directory)
    let work = "\(directory)/.\(CurrentProcess.identifier)"
    try FileSystem.makeDirectories(work)
    defer { removeWork(work) }
    for (name, bytes) in sources {
      try FileSystem.write(String(decoding: bytes, as: UTF8.self), to: "\(work)/\(name)")
    }
    if let output = try compile(in: work, with: compiler) { throw Failure.compiler(compiler, output: output) }
    try FileSystem.move("\(work)/interposer.so", to: library)
    return library
  }

  private static let sources: [(name: String, bytes: [UInt8])] = [
    ("accept.c", PackageResources.accept_c), ("arrivals.c", PackageResources.arrivals_c),
    ("bound.c", PackageResources.bound_c),
    ("commands.c", PackageResources.commands_c), ("connection.h", PackageResources.connection_h),
    ("connections.c", PackageResources.connections_c), ("copies.c", PackageResources.copies_c),
    ("datagrams.c", PackageResources.datagrams_c),
    ("descriptors.c", PackageResources.descriptors_c), ("epoll.c", PackageResources.epoll_c),
    ("exchanges.c", PackageResources.exchanges_c), ("files.c", PackageResources.files_c),
    ("gate.c", PackageResources.gate_c),
    ("http1.c", PackageResources.http1_c), ("http1.h", PackageResources.http1_h),
    ("http2.c", PackageResources.http2_c), ("http2.h", PackageResources.http2_h),
    ("interest.c", PackageResources.interest_c), ("interest.h", PackageResources.interest_h),
    ("interposer.h", PackageResources.interposer_h), ("library.c", PackageResources.library_c),
    ("link.c", PackageResources.link_c), ("listeners.c", PackageResources.listeners_c),
    ("listening.c", PackageResources.listening_c), ("moving.c", PackageResources.moving_c),
    ("names.c", PackageResources.names_c), ("naming.c", PackageResources.naming_c),
    ("notice.c", PackageResources.notice_c), ("notice.h", PackageResources.notice_h),
    ("own.c", PackageResources.own_c),
    ("parting.c", PackageResources.parting_c), ("paths.c", PackageResources.paths_c),
    ("poll.c", PackageResources.poll_c), ("real.c", PackageResources.real_c),
    ("records.c", PackageResources.records_c), ("retiring.c", PackageResources.retiring_c),
    ("rings.c", PackageResources.rings_c),
    ("select.c", PackageResources.select_c), ("start.c", PackageResources.start_c),
    ("status.c", PackageResources.status_c), ("streams.c", PackageResources.streams_c),
    ("threads.c", PackageResources.threads_c), ("workers.c", PackageResources.workers_c),
    ("writing.c", PackageResources.writing_c),
  ]

  private static let flags = [
    "-shared", "-fPIC", "-O2", "-g", "-fvisibility=hidden", "-ftls-model=initial-exec", "-Wl,-z,defs",
    "-o", "interposer.so",
  ]

  private static func version(with compiler: String) -> String {
    var hash = fnv1a(Array((flags + [compiler]).joined(separator: " ").utf8))
    if let identity = FileSystem.identity(compiler) {
      hash = fnv1a(Array("\(identity.size) \(identity.modified)".utf8), from: hash)
    }
    for source in sources { hash = fnv1a(source.bytes, from: hash) }
    return String(hash, radix: 16)
  }

  /// The user's cache directory; nil where there is none, or none that `LD_PRELOAD` can name: blanks and colons end a
  /// path there (ld.so(8)).
  private static var userCache: String? {
    var cache = CurrentProcess.variable("XDG_CACHE_HOME") ?? ""
    if !cache.hasPrefix("/") { cache = CurrentProcess.variable("HOME").map { $0 + "/.cache" } ?? "" }
    return cache.hasPrefix("/") && !cache.contains { " :$".contains($0) } ? cache + "/hotreload" : nil
  }

  private static func findCompiler() -> String? {
    if let swift = CurrentProcess.find("swift").flatMap(FileSystem.realPath),
      let slash = swift.lastIndex(of: "/")
    {
      let beside = swift[..<slash] + "/clang"
      if FileSystem.isExecutable(String(beside)) { return String(beside) }
    }
    return ["clang", "cc", "gcc"].lazy.compactMap(CurrentProcess.find).first
  }

  /// Runs the compiler; nil if it succeeded, else what it said.
  private static func compile(in directory: String, with compiler: String) throws(SystemError) -> String? {
    let log = "\(directory)/log"
    let output = try Descriptor.open(log, O_WRONLY | O_CREAT | O_TRUNC)
    let input = try Descriptor.open("/dev/null", O_RDONLY)
    let files = sources.map(\.name).filter { $0.hasSuffix(".c") }
    let command = Command(
      path: compiler, arguments: [compiler] + flags + files, environment: CurrentProcess.environment,
      directory: directory, parentDeathSignal: SIGKILL)
    let status = try command.run(input: input.number, output: output.number, error: output.number)
    if status == .exited(0) { return nil }
    return String(decoding: try FileSystem.read(log), as: UTF8.self)
  }

  private static func removeWork(_ directory: String) {
    for name in FileSystem.names(in: directory) { FileSystem.remove("\(directory)/\(name)") }
    FileSystem.removeDirectory(directory)
  }
}
