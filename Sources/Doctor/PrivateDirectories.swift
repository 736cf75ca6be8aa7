internal import Handoff

extension Finding {
  /// Creates the finding about the directory for sockets and locks, after a trial to make it.
  static func readDirectories() -> Finding {
    do {
      let parent = try RuntimeDirectory.usableParent()
      return .ok(.directories, "sockets and locks are in \(parent), which only you can enter")
    } catch {
      return .problem(.directories, "\(error)", advice: nil)  // the text says what to do
    }
  }
}
