internal import Glibc
internal import Posix

/// The files from which is known in which terminal SwiftPM has planned.
enum TerminalFiles {
  private static func database(_ scratch: String) -> String { scratch + "/build.db" }
  private static func memory(_ scratch: String) -> String { scratch + "/hotreload/terminals.json" }

  /// Reads SwiftPM's notes about its plan in the scratch directory. While it writes that, this may be anything.
  static func plan(in scratch: String) -> PlanRecord? {
    guard let file = OpenFile(database(scratch)) else { return nil }
    return PlanRecord(read: file.read)
  }

  /// Whether a manifest of the package at `root`, or its `Package.resolved`, was saved after SwiftPM's last plan.
  static func hasUnplannedManifest(_ root: String, _ scratch: String) -> Bool {
    let plans = ["debug", "release"].compactMap { FileSystem.identity("\(scratch)/\($0).yaml")?.modified }
    guard let planned = plans.max() else { return true }
    return FileSystem.names(in: root).contains { name in
      let isManifest = name == "Package.resolved" || name.hasPrefix("Package") && name.hasSuffix(".swift")
      return isManifest && FileSystem.identity("\(root)/\(name)").map { $0.modified > planned } ?? true
    }
  }

  /// The terminals that hotreload remembers for the scratch directory.
  static func known(in scratch: String) -> KnownTerminals {
    (try? FileSystem.read(memory(scratch))).map(KnownTerminals.init) ?? KnownTerminals()
  }

  /// Remembers them. Nothing is reported if that fails: the next hotreload only takes longer for its first build.
  static func write(_ known: KnownTerminals, in scratch: String) {
    let path = memory(scratch)
    let new = "\(path).\(CurrentProcess.identifier)"
    do throws(SystemError) {
      try FileSystem.makeDirectories(path.parentPath)
      try FileSystem.write(known.json, to: new)
      try FileSystem.move(new, to: path)
    } catch {
      FileSystem.remove(new)
    }
  }

  /// Whether the session that began at `began`, which is that of hotreload's terminal, began before SwiftPM's last build in
  /// the scratch directory ended; `true` if that is not known.
  static func session(thatBegan began: Int64?, isOlderThan scratch: String) -> Bool {
    guard let began, let built = FileSystem.identity(database(scratch))?.modified else { return true }
    return began <= built
  }

  private final class OpenFile {
    private let file: Descriptor

    init?(_ path: String) {
      guard let file = try? Descriptor.open(path, O_RDONLY) else { return nil }
      self.file = file
    }

    func read(_ offset: Int, _ count: Int) -> [UInt8] { (try? file.read(at: offset, count: count)) ?? [] }
  }
}
