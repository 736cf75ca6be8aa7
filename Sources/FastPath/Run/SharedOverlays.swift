internal import FastPathPlan
internal import Glibc
internal import Posix
internal import SwiftPM

/// The overlays of all builders. This process holds their locks until it ends, and another hotreload does not
/// touch them.
package final class SharedOverlays {
  private final class Lock {
    let file: Descriptor
    init(_ file: consuming Descriptor) { self.file = file }
  }

  private var held: [String: Lock] = [:]
  /// The libraries of dependencies, which a kept program may need.
  var libraries: Set<String> = []

  /// A holder of SwiftPM's lock, which is released with the last reference.
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

  /// Returns SwiftPM's lock of a scratch directory, which several builders may share; `nil` if another
  /// process has it.
  func takeSwiftPMLock(scratch: String) -> SwiftPMLockHolder? {
    if let swiftPMLock, swiftPMLock.scratch == scratch { return swiftPMLock }
    let lock = SwiftPMLockHolder(scratch: scratch)
    swiftPMLock = lock
    return lock
  }

  /// Returns the object store of an overlay. Throws ``FallbackReason`` if its directory cannot be created.
  func store(_ overlay: Overlay) throws(FallbackReason) -> ObjectStore {
    if let store = stores[overlay.directory] { return store }
    do throws(SystemError) {
      let store = try ObjectStore(directory: overlay.objects)
      stores[overlay.directory] = store
      return store
    } catch {
      throw FallbackReason("\(error)")
    }
  }

  /// Forgets all objects of earlier builds.
  func forgetObjects() { for store in stores.values { store.forgetAll() } }

  /// Takes the lock of an overlay. Throws ``FallbackReason`` if another process has it.
  func lock(_ directory: String) throws(FallbackReason) {
    if held[directory] != nil { return }
    do throws(SystemError) {
      try FileSystem.makeDirectories(directory)
      let file = try Descriptor.open(directory + "/lock", O_WRONLY | O_CREAT)
      guard FileSystem.lock(file) else { throw SystemError("flock", directory, code: EWOULDBLOCK) }
      held[directory] = Lock(file)
    } catch {
      throw FallbackReason("\(error)")
    }
  }

  /// Removes the overlays whose lock no process has.
  func remove(_ directories: [String]) {
    for directory in directories where held[directory] == nil {
      guard let file = try? Descriptor.open(directory + "/lock", O_WRONLY | O_CREAT), FileSystem.lock(file)
      else { continue }
      FileSystem.removeAll(directory)
    }
  }
}
