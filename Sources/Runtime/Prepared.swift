internal import Building
internal import FastPath
internal import Posix

/// What the fast path knows of a program that SwiftPM has built: the plan, the jobs, and how the files were then.
final class Prepared {
  let program: String
  let scratch: String
  let plan: Plan
  let overlay: Overlay
  /// The overlays of products that are not in the package any more.
  let abandonedOverlays: [String]
  /// `swiftc`.
  let compiler: String
  /// SwiftPM's own notes; they change with every build of anybody's.
  private let notes: [String]
  private var stamps: [String: FileSystem.Stamp] = [:]
  private var tree: SourceTree
  /// What else the program is made of: files of the plan, and headers.
  private var otherInputs: Set<String>

  /// The jobs of each module.
  var jobs: [ModuleJobs] = []
  var link: LinkJobs?
  /// Nil: clang is to be asked.
  var linker: LinkerCommand?
  /// The library that the dependencies are in; nil if there are none.
  var library: String?
  /// A hash of the interface of each module, as it is in the overlay.
  var interfaces: [UInt64] = []
  var compilation: Compilation

  /// Reads SwiftPM's plan for a program of the package at `root`.
  init(program: String, root: String) throws(Decline) {
    // …/.build/<triple>/debug/<product>; of the other build system: …/.build/out/Products/Debug-linux/<product>
    let configuration = program.directory.lastName
    scratch = program.directory.directory.directory
    let manifestPath = "\(scratch)/\(configuration).yaml"
    guard configuration == "debug", let text = try? FileSystem.read(manifestPath) else {
      throw Decline("the fast path is for debug builds by SwiftPM's native build system")
    }
    self.program = program
    notes = [manifestPath, scratch + "/build.db"]
    let manifest = try BuildManifest(text)
    plan = try Plan(manifest, program: program, scratch: scratch)
    guard let first = plan.modules.first else {
      throw Decline("no module of the program has sources to edit")
    }
    compiler = first.arguments[0]
    let overlays = "\(scratch)/hotreload/\(configuration)"
    overlay = Overlay(directory: "\(overlays)/\(program.lastName)")
    if overlay.directory.contains(":") {
      throw Decline("the dynamic loader splits the path of .build at its ':'")
    }
    abandonedOverlays = FileSystem.names(in: overlays)
      .filter { manifest.producers["\(program.directory)/\($0)"] == nil }.map { "\(overlays)/\($0)" }
    compilation = Compilation(plan.modules)
    tree = SourceTree(plan.directories)
    otherInputs = Set(filesBelow(plan.otherInputs)).union(try filesRead(for: plan, scratch: scratch))
      .union(toolchainChoice(root: root))
  }

  /// Notes how all files are, after a build that began at `start`. Throws for a source that may be newer than the build.
  func takeStamps(builtSince start: Int64) throws(Decline) {
    for path in notes + otherInputs + plan.modules.flatMap(\.sources) {
      stamps[path] = FileSystem.Stamp(path)
    }
    for source in plan.modules.flatMap(\.sources) where stamps[source] == nil {
      throw Decline("\(source) is gone")
    }
    for (path, stamp) in stamps where !path.hasPrefix(scratch + "/") && stamp.changed >= start {
      throw Decline("\(path.lastName) was saved while SwiftPM was building")
    }
    if plan.modules.flatMap(\.sources).allSatisfy({ stamps[$0]?.isOfWholeSecond == true }) {
      throw Decline("the sources' file system notes times in whole seconds, and two saves may be in one")
    }
  }

  /// The sources that have changed since they were last asked for. Throws when anything else has.
  func takeChangedSources() throws(Decline) -> Set<String> {
    for path in notes where FileSystem.Stamp(path) != stamps[path] {
      throw Decline("SwiftPM has built or planned since")
    }
    for path in otherInputs where FileSystem.Stamp(path) != stamps[path] {
      throw Decline("\(path) has changed")
    }
    if tree.hasChanged() { throw Decline("a source has come or gone") }
    var changed: [String: FileSystem.Stamp] = [:]
    for source in plan.modules.flatMap(\.sources) {
      guard let stamp = FileSystem.Stamp(source) else { throw Decline("\(source) is gone") }
      if stamp != stamps[source] { changed[source] = stamp }
    }
    stamps.merge(changed) { $1 }
    return Set(changed.keys)
  }

  /// After a round of jobs: what they have compiled counts, unless a source has changed meanwhile.
  func confirmCompilation() {
    let sources = plan.modules.flatMap(\.sources)
    if sources.allSatisfy({ FileSystem.Stamp($0) == stamps[$0] }) { compilation.confirm() }
  }

  /// Whether the program is made of this file.
  func reads(_ path: String) -> Bool { compiles(path) || otherInputs.contains(path) }

  /// Whether it is a source of one of the modules.
  private func compiles(_ path: String) -> Bool { plan.modules.contains { $0.sources.contains(path) } }

  /// Throws for a file that is not a source of one of the modules.
  func check(_ saved: Set<String>) throws(Decline) {
    if let other = saved.filter({ !compiles($0) }).min() {
      throw Decline("\(other.lastName) is not a Swift source that was there at the last build")
    }
  }

  /// A hash of the interface of a module as it is in the overlay now.
  func readInterface(_ index: Int) throws(Decline) -> UInt64 {
    let path = overlay.interface(of: plan.modules[index])
    guard let bytes = try? FileSystem.read(path) else { throw Decline("the compiler made no \(path)") }
    return fnv1a(bytes)
  }

  /// All objects of the modules, under the names that they have in the overlay, and where they are now.
  var objects: [(inOverlay: String, now: String)] {
    var places: [String: (inOverlay: String, now: String)] = [:]
    for (index, module) in plan.modules.enumerated() {
      for (source, object) in zip(module.sources, module.objects) {
        let other = overlay.object(object, of: module)
        places[object] = (other, compilation.replaced.contains(source) ? other : object)
      }
      guard let object = module.wrapped else { continue }
      let other = overlay.wrapped(module)
      places[object] = (other, compilation.rewrapped.contains(index) ? other : object)
    }
    return plan.ownObjects.map { places[$0] ?? ($0, $0) }
  }
}
