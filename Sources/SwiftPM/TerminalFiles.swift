internal import Glibc
internal import Posix

/// The files that record the terminals in which SwiftPM has planned.
enum TerminalFiles {
  /// Returns the path of SwiftPM's build database.
  private static func database(_ scratch: String) -> String { scratch + "/build.db" }
  /// Returns the path of hotreload's record of terminals.
  private static func memory(_ scratch: String) -> String { scratch + "/hotreload/terminals.json" }

  /// Reads the record of SwiftPM's plan; `nil` if there is none. The result is arbitrary while SwiftPM is
  /// writing.
  static func plan(in scratch: String) -> PlanRecord? {
    guard let file = OpenFile(database(scratch)) else { return nil }
    return PlanRecord(read: file.read)
  }

  /// Returns whether a manifest of the package at `root`, or its `Package.resolved`, was saved after the last
  /// plan.
  static func hasUnplannedManifest(_ root: String, _ scratch: String) -> Bool {
    let plans = ["debug", "release"].compactMap { FileSystem.identity("\(scratch)/\($0).yaml")?.modified }
    guard let planned = plans.max() else { return true }
    return FileSystem.names(in: root).contains { name in
      let isManifest = name == "Package.resolved" || name.hasPrefix("Package") && name.hasSuffix(".swift")
      return isManifest && FileSystem.identity("\(root)/\(name)").map { $0.modified > planned } ?? true
    }
  }

  /// Returns the terminals that hotreload has recorded for the scratch directory.
  static func known(in scratch: String) -> KnownTerminals {
    (try? FileSystem.read(memory(scratch))).map(KnownTerminals.init) ?? KnownTerminals()
  }

  /// Writes the record. An error is not reported, because it only makes the next hotreload's first build
  /// slower.
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

  /// Returns whether the session that began at `began`, in nanoseconds since 1970, began before SwiftPM's
  /// last build in the scratch directory ended. The result is `true` if that is not known.
  static func session(thatBegan began: Int64?, isOlderThan scratch: String) -> Bool {
    guard let began, let built = FileSystem.identity(database(scratch))?.modified else { return true }
    return began <= built
  }

  /// A file from which bytes are read at any offset (pread(2)).
  private final class OpenFile {
    private let file: Descriptor

    init?(_ path: String) {
      guard let file = try? Descriptor.open(path, O_RDONLY) else { return nil }
      self.file = file
    }

    func read(_ offset: Int, _ count: Int) -> [UInt8] { (try? file.read(at: offset, count: count)) ?? [] }
  }
}
