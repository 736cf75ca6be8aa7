internal import FastPathPlan
internal import Glibc
internal import Posix
internal import SwiftPM

/// The overlays of all builders. They are ours for as long as we live: another hotreload does not touch them.
package final class SharedOverlays {
  private final class Lock {
    let file: Descriptor
    init(_ file: consuming Descriptor) { self.file = file }
  }

  private var held: [String: Lock] = [:]
  /// Of dependencies: a program that is kept may need them.
  var libraries: Set<String> = []

  /// SwiftPM's lock, for as long as somebody has this.
  final class SwiftPMLockHolder {
    fileprivate let scratch: String
    private let lock: SwiftPMLock

    fileprivate init?(scratch: String) {
      guard let lock = SwiftPMLock(scratch: scratch) else { return nil }
      self.scratch = scratch
      self.lock = lock
    }
  }

  private weak var swiftPMLock: SwiftPMLockHolder?
  private var stores: [String: ObjectStore] = [:]

  /// Creates an empty set of overlays.
  package init() {}

  /// SwiftPM's lock of a scratch directory, which several builders may have together; `nil` if another process has it.
  func takeSwiftPMLock(scratch: String) -> SwiftPMLockHolder? {
    if let swiftPMLock, swiftPMLock.scratch == scratch { return swiftPMLock }
    let lock = SwiftPMLockHolder(scratch: scratch)
    swiftPMLock = lock
    return lock
  }

  /// The objects that were made in one. Throws ``Decline`` where there can be none.
  func store(_ overlay: Overlay) throws(Decline) -> ObjectStore {
    if let store = stores[overlay.directory] { return store }
    do throws(SystemError) {
      let store = try ObjectStore(directory: overlay.objects)
      stores[overlay.directory] = store
      return store
    } catch {
      throw Decline("\(error)")
    }
  }

  /// None of the objects that were made before is used again.
  func forgetObjects() { for store in stores.values { store.forgetAll() } }

  /// Takes the lock of one. Throws ``Decline`` if another has it.
  func lock(_ directory: String) throws(Decline) {
    if held[directory] != nil { return }
    do throws(SystemError) {
      try FileSystem.makeDirectories(directory)
      let file = try Descriptor.open(directory + "/lock", O_WRONLY | O_CREAT)
      guard FileSystem.lock(file) else { throw SystemError("flock", directory, code: EWOULDBLOCK) }
      held[directory] = Lock(file)
    } catch {
      throw Decline("\(error)")
    }
  }

  /// Removes those that nobody has the lock of.
  func remove(_ directories: [String]) {
    for directory in directories where held[directory] == nil {
      guard let file = try? Descriptor.open(directory + "/lock", O_WRONLY | O_CREAT), FileSystem.lock(file)
      else { continue }
      FileSystem.removeAll(directory)
    }
  }
}
