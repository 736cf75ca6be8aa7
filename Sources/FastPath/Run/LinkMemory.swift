internal import FastPathLink
internal import FastPathPlan
internal import Posix

/// The state that a link keeps for the next one.
final class LinkMemory {
  private var pieces: LinkPieces?
  private var requests = ObjectTable<Set<UInt64>>()

  init() {}

  /// Returns the pieces for links as this command does them. `nil` if there can be none.
  func pieces(_ linker: LinkerCommand, directory: String) -> LinkPieces? {
    if let pieces, pieces.linker == linker { return pieces }
    pieces = LinkPieces(linker, directory: directory)
    return pieces
  }

  /// Returns a hash of everything that the objects ask the linker for. `nil` if an object cannot be read.
  func request(of objects: LinkObjects) -> UInt64? {
    var all: Set<UInt64> = []
    for object in objects.compiled {
      guard let known = requests.object(at: object.path, read: { autolinkEntries($0).map(autolinkHashes) })
      else { return nil }
      all.formUnion(known.content)
    }
    return all.sorted().withUnsafeBytes { fnv1a($0) }
  }
}
