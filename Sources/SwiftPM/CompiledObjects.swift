internal import FoundationEssentials
internal import Posix

/// The objects that a build has made from single sources.
///
/// The driver of Swift 6.3 on Linux compares the modification times of sources in whole seconds. If a source
/// is compiled and then saved again within the second of its modification time, the driver takes it as
/// compiled. Later builds do so too, even if that compilation was cancelled. A source without an object is
/// always compiled.
package enum CompiledObjects {
  /// The entry of one source in a module's output file map.
  private struct Outputs: Decodable {
    let object: String?
  }

  /// Returns the time to wait before the next build into `directory`: until the end of the second in which a
  /// module was compiled there. The driver compares the time of a module's interface with the start of the
  /// importer's last compilation. If both are in the same second, the importer is not compiled again.
  package static func delayUntilNextSecond(in directory: String) -> Duration {
    let now = FileSystem.coarseTime
    let second = now / 1_000_000_000
    for files in BuildDirectory(products: directory).moduleFiles {
      let record = FileSystem.identity(files.record)
      if let record, record.modified / 1_000_000_000 == second {
        return .nanoseconds((second + 1) * 1_000_000_000 - now) + .milliseconds(5)
      }
    }
    return .zero
  }

  /// Removes the objects of `sources` that were built into `directory`. If it is `nil`, the objects of all
  /// sources outside SwiftPM's scratch directory are removed. Nothing happens while another SwiftPM is
  /// building there.
  package static func remove(of sources: Set<String>?, in directory: String) {
    let directory = BuildDirectory(products: directory)
    let scratch = directory.scratch
    guard sources?.isEmpty != true, let lock = SwiftPMLock(scratch: scratch) else { return }
    for files in directory.moduleFiles {
      guard let map = try? FileSystem.read(files.outputs),
        let outputs = try? JSONDecoder().decode([String: Outputs].self, from: Data(map))
      else { continue }
      for source in sources ?? Set(outputs.keys.filter { $0.hasPrefix("/") && !$0.hasPrefix(scratch + "/") })
      {
        outputs[source]?.object.map(FileSystem.remove)
      }
    }
    _ = consume lock
  }
}
