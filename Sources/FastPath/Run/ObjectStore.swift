internal import FastPathLink
internal import FastPathPlan
internal import Glibc
internal import Posix

/// The objects that the fast path has made, in a directory of its own, with an index that outlives this
/// process.
///
/// Each compilation writes into a new file, so that the unfinished output of a killed compiler is never taken
/// for an object.
final class ObjectStore {
  /// The maximum disk space of remembered objects, in bytes.
  private static let limit: Int64 = 512 << 20

  private let directory: String
  private(set) var remembered = RememberedObjects()
  private var sizes: [String: Int64] = [:]
  private var lastNumber = 0
  private let prefix = String(FileSystem.fineTime, radix: 36)

  private var index: String { directory + "/index" }

  /// Reads the index in `directory`, and removes all files that are not in it.
  init(directory: String) throws(SystemError) {
    self.directory = directory
    try FileSystem.makeDirectories(directory)
    for object in readIndex() where FileSystem.exists(object.dependencies) {
      guard let file = FileSystem.identity(object.path) else { continue }
      sizes[object.path] = file.size
      _ = remembered.insert(object)
    }
    let used = Set(remembered.objects.flatMap { [$0.path, $0.dependencies] } + [index])
    for name in FileSystem.names(in: directory) where !used.contains("\(directory)/\(name)") {
      FileSystem.remove("\(directory)/\(name)")
    }
  }

  /// Returns new paths for an object and its `.swiftdeps`.
  func paths(for source: String) -> (object: String, dependencies: String) {
    lastNumber += 1
    let stem = "\(directory)/\(source.lastName)-\(prefix)-\(lastNumber)"
    return (stem + ".o", stem + ".swiftdeps")
  }

  /// Keeps an object of SwiftPM before another one replaces it. It is not remembered if that fails, or if the
  /// compiler has printed diagnostics for its source, which are lost.
  func keep(_ object: Compilation.Object, inUse: Set<String>) {
    let diagnostics = String(object.dependencies.dropLast(".swiftdeps".count)) + ".dia"
    guard object.inputHash != nil, !object.path.hasPrefix(directory + "/"),
      let bytes = try? FileSystem.read(diagnostics), holdsDiagnostics(bytes) == false
    else { return }
    let paths = paths(for: object.source)
    do throws(SystemError) {
      // The compiler never writes into an object: it renames a new one over it.
      try FileSystem.link(object.path, to: paths.object)
      try FileSystem.link(object.dependencies, to: paths.dependencies)
    } catch {
      return
    }
    let kept = Compilation.Object(
      source: object.source, text: object.text, compilerHash: object.compilerHash,
      externals: object.externals,
      inputHash: object.inputHash, path: paths.object, dependencies: paths.dependencies)
    remember([kept], inUse: inUse)
  }

  /// Remembers objects, and forgets the oldest if there are too many. Those `inUse` keep their files.
  func remember(_ objects: [Compilation.Object], inUse: Set<String>) {
    if objects.isEmpty { return }
    var forgotten: [Compilation.Object] = []
    for object in objects where object.path.hasPrefix(directory + "/") && !object.source.contains("\t") {
      sizes[object.path] = FileSystem.identity(object.path)?.size ?? 0
      forgotten += remembered.insert(object)
    }
    var size = sizes.values.reduce(0, +)
    for object in remembered.objects where size > Self.limit && !inUse.contains(object.path) {
      size -= sizes[object.path] ?? 0
      forgotten.append(object)
    }
    let paths = Set(forgotten.map(\.path))
    remembered.removeAll { paths.contains($0.path) }
    for object in forgotten {
      sizes[object.path] = nil
      if inUse.contains(object.path) { continue }
      FileSystem.remove(object.path)
      FileSystem.remove(object.dependencies)
    }
    writeIndex()
  }

  /// Forgets all objects.
  func forgetAll() {
    remembered = RememberedObjects()
    sizes = [:]
    writeIndex()
  }

  // The index has one line for each object, with its properties and the compiler's diagnostics, separated by
  // tabs.

  private func writeIndex() {
    let lines = remembered.objects.map { object in
      let numbers = [object.text, object.compilerHash, object.externals, object.inputHash ?? 0].map {
        String($0, radix: 16)
      }
      let names = [object.path.lastName, object.dependencies.lastName]
      return ([object.source] + numbers + names + object.printed.map { $0.replacing("\t", with: "    ") })
        .joined(separator: "\t")
    }
    try? FileSystem.write(lines.joined(separator: "\n") + "\n", to: index + ".new")
    try? FileSystem.move(index + ".new", to: index)
  }

  private func readIndex() -> [Compilation.Object] {
    guard let bytes = try? FileSystem.read(index) else { return [] }
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let parts = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
      guard parts.count >= 7, case let numbers = parts[1...4].compactMap({ UInt64($0, radix: 16) }),
        numbers.count == 4, !parts[5].contains("/"), !parts[6].contains("/")
      else { return nil }
      return Compilation.Object(
        source: parts[0], text: numbers[0], compilerHash: numbers[1], externals: numbers[2],
        inputHash: numbers[3],
        path: "\(directory)/\(parts[5])", dependencies: "\(directory)/\(parts[6])",
        printed: Array(parts.dropFirst(7)))
    }
  }
}
