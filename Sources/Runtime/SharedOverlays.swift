internal import FastPath
internal import Glibc
internal import Posix

/// The overlays of all builders. They are ours for as long as we live: another hotreload does not touch them.
final class SharedOverlays {
  private final class Lock {
    let file: Descriptor
    init(_ file: consuming Descriptor) { self.file = file }
  }

  private var held: [String: Lock] = [:]
  /// Of dependencies: a program that is kept may need them.
  var libraries: Set<String> = []

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
