internal import Posix

/// SwiftPM's plan of a build.
package enum BuildPlan {
  /// Has SwiftPM plan anew for its `directory` of a configuration, as it always does with Swift Build. Not while another
  /// SwiftPM builds there.
  package static func remove(for directory: String) {
    let scratch = BuildDirectory(products: directory).scratch
    guard let lock = SwiftPMLock(scratch: scratch) else { return }
    let configuration = directory.split(separator: "/").last ?? ""
    FileSystem.remove("\(scratch)/\(configuration).yaml")
    _ = consume lock
  }
}
