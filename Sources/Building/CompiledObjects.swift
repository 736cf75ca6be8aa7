internal import FoundationEssentials
internal import Posix

/// What a build has made of single sources.
///
/// The driver of Swift 6.3 on Linux compares the times of sources in whole seconds: one that is saved again within the
/// second in which it was when it was compiled is taken for compiled, also by later builds, and when the first of them was
/// cancelled. Where there is no object, it compiles.
package enum CompiledObjects {
  /// The part of a module's output file map that is about one source.
  private struct Outputs: Decodable {
    let object: String?
  }

  /// How long to wait before the next build that puts products into `directory`: until the second is over in which
  /// a module was compiled there. Modules that import one which is made anew within that second would be taken for compiled
  /// with it: the driver compares the time of the one's interface with the begin of the other's last compilation.
  package static func waitForNextSecond(in directory: String) -> Duration {
    let now = FileSystem.now
    let second = now / 1_000_000_000
    for files in BuildDirectory(products: directory).moduleFiles {
      let record = FileSystem.identity(files.record)
      if let record, record.modified / 1_000_000_000 == second {
        return .nanoseconds((second + 1) * 1_000_000_000 - now) + .milliseconds(5)
      }
    }
    return .zero
  }

  /// Removes the objects of these sources, which a build has made that puts products into `directory`; `nil`: of all
  /// sources outside of SwiftPM's scratch directory. Not while another SwiftPM builds there.
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
