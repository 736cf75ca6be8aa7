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

  /// Whether hotreload's session, which is its terminal's, began before SwiftPM's last build in the scratch directory ended.
  static func sessionIsOlder(than scratch: String) -> Bool {
    guard let built = FileSystem.identity(database(scratch))?.modified, let began = ProcessFiles.sessionBegan
    else {
      return true
    }
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
