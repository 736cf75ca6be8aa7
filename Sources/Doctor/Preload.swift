internal import Interposer
internal import Posix

/// The library that hotreload preloads into servers.
enum Preload: Equatable {
  /// It cannot be made, for this reason.
  case notMade(String)
  /// A program that was started with it has not loaded it, and has written this.
  case notLoaded(library: String, output: String)
  /// A program has loaded it.
  case loaded(library: String)

  /// The finding about it.
  var finding: Finding {
    switch self {
    case .notMade(let reason): .problem(.library, reason, advice: nil)
    case .notLoaded(let library, let output):
      .problem(
        .library,
        "a program does not load \(library) with LD_PRELOAD" + (output.isEmpty ? "" : ": \(output)"),
        advice: "without it every server is stopped and started again at each build; a security module "
          + "(AppArmor, SELinux) may forbid it, or 'cat' on PATH is not linked against glibc")
    case .loaded(let library): .ok(.library, "programs load \(library)")
    }
  }
}

extension Preload {
  /// Compiles the library, unless that was done before, and starts a program with it.
  static func read() -> Preload {
    let library: String
    do { library = try Interposer.install() } catch { return .notMade("\(error)") }
    let output = Tool.output(["cat", "/proc/self/maps"], variables: ["LD_PRELOAD=\(library)"]) ?? ""
    if maps(output, contain: FileSystem.realPath(library) ?? library) { return .loaded(library: library) }
    let complaint = output.split(separator: "\n").first { $0.contains("LD_PRELOAD") }
    return .notLoaded(library: library, output: complaint.map(String.init) ?? "")
  }

  /// Returns whether the library is among the files of `/proc/<pid>/maps`. `/proc/<pid>/fd/<number>` stands for a file
  /// in memory (memfd_create(2)).
  static func maps(_ maps: String, contain library: String) -> Bool {
    let name = library.hasPrefix("/proc/") ? "/memfd:hotreload" : library
    return maps.split(separator: "\n").contains { $0.contains(name) && !$0.contains("LD_PRELOAD") }
  }
}

extension Finding {
  /// Creates the finding about a program of the project into which nothing can be preloaded.
  static func blocked(_ program: String, _ blocker: PreloadBlocker) -> Finding {
    .warning(
      .library, "\(program) cannot load it, so it is stopped and started again at each build",
      advice: "\(blocker)")
  }
}
