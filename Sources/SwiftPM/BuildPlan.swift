internal import Posix

/// SwiftPM's stored plan of a build.
package enum BuildPlan {
  /// Removes the plan for the products in `directory`, so that SwiftPM plans again. With Swift Build it
  /// always does. Nothing happens while another SwiftPM is building there.
  package static func remove(for directory: String) {
    let scratch = BuildDirectory(products: directory).scratch
    guard let lock = SwiftPMLock(scratch: scratch) else { return }
    let configuration = directory.split(separator: "/").last ?? ""
    FileSystem.remove("\(scratch)/\(configuration).yaml")
    _ = consume lock
  }
}
