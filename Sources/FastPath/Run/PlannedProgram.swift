internal import FastPathLink
internal import FastPathPlan
internal import Posix

/// The plan of a program that SwiftPM has built, read from the files of its build system.
struct PlannedProgram {
  let plan: Plan
  /// SwiftPM's scratch directory.
  let scratch: String
  /// The files of the build system itself, which change with every build by any process.
  let notes: [String]
  /// The directory for the overlays of this program and of others from the same directory.
  let overlays: String
  /// The paths of all products that the build system knows.
  private let products: Set<String>

  /// Returns whether a build makes a product at this path.
  func isProduct(_ path: String) -> Bool { products.contains(path) }

  /// Returns SwiftPM's scratch directory for a program that it has built.
  static func scratch(of program: String) -> String {
    swiftBuildDirectory(of: program)?.directory ?? program.directory.directory.directory
  }

  /// Reads the plan of a build that began at `start`. Throws ``FallbackReason`` if the program is not a debug build
  /// of one of the build systems.
  init(_ program: String, builtSince start: Int64) throws(FallbackReason) {
    if let out = Self.swiftBuildDirectory(of: program) {
      try self.init(program, swiftBuildIn: out, builtSince: start)
    } else {
      try self.init(native: program)
    }
  }

  /// Reads the plan of the native build system. The program is `…/.build/<triple>/debug/<product>`, and the
  /// manifest is `…/.build/debug.yaml`.
  private init(native program: String) throws(FallbackReason) {
    let configuration = program.directory.lastName
    scratch = Self.scratch(of: program)
    let path = "\(scratch)/\(configuration).yaml"
    guard configuration == "debug", let text = try? FileSystem.read(path) else {
      throw FallbackReason("the fast path supports only debug builds")
    }
    let manifest = try BuildManifest(text)
    plan = try Plan(manifest, program: program, scratch: scratch)
    notes = [path, scratch + "/build.db"]
    overlays = "\(scratch)/hotreload/\(configuration)"
    products = Self.files(in: program.directory, manifest)
  }

  /// Reads the plan of Swift Build. The program is `…/.build/out/Products/Debug-linux/<product>`, and the
  /// manifest is in `…/.build/out/Intermediates.noindex/XCBuildData/<signature>.xcbuilddata`.
  private init(_ program: String, swiftBuildIn out: String, builtSince start: Int64) throws(FallbackReason) {
    let configuration = program.directory.lastName
    guard configuration.hasPrefix("Debug") else {
      throw FallbackReason("the fast path supports only debug builds")
    }
    scratch = Self.scratch(of: program)
    let data = out + "/Intermediates.noindex/XCBuildData"
    guard let newest = Self.newestDescription(in: data) else {
      throw FallbackReason("Swift Build has written no description of its build")
    }
    // Swift Build touches the description that it uses, in the background.
    guard let stamp = FileSystem.Stamp(newest), stamp.changed >= start else {
      throw FallbackReason("Swift Build does not say which of its descriptions it used")
    }
    let names = ["\(newest)/manifest.json", "\(newest)/task-store.msgpack", scratch + "/manifest.pif"]
    var texts: [[UInt8]] = []
    for name in names {
      guard let text = try? FileSystem.read(name) else {
        throw FallbackReason("Swift Build has written no \(name.lastName)")
      }
      texts.append(text)
    }
    let build = try SwiftBuildDescription(manifest: texts[0], tasks: texts[1], projects: texts[2])
    plan = try Plan(build, program: program, scratch: scratch)
    for module in plan.modules where !FileSystem.exists(module.dependencies) {
      throw FallbackReason("the compiler has not written the imports of module \(module.name)")
    }
    notes = names.prefix(2) + [newest, data + "/build.db"]
    overlays = "\(scratch)/hotreload/\(configuration)"
    products = Self.files(in: program.directory, build.manifest)
  }

  private static func swiftBuildDirectory(of program: String) -> String? {
    let products = program.directory.directory
    let out = products.directory
    return products.lastName == "Products" && FileSystem.isDirectory(out + "/Intermediates.noindex")
      ? out : nil
  }

  /// Returns the newest description. Swift Build keeps the last four, and touches the one that it uses.
  private static func newestDescription(in directory: String) -> String? {
    let found = FileSystem.names(in: directory).filter { $0.hasSuffix(".xcbuilddata") }
      .map { "\(directory)/\($0)" }
    return found.max { modified($0) < modified($1) }
  }

  private static func modified(_ path: String) -> Int64 { FileSystem.identity(path)?.modified ?? 0 }

  private static func files(in directory: String, _ manifest: BuildManifest) -> Set<String> {
    Set(manifest.producers.keys.filter { $0.hasPrefix(directory + "/") })
  }
}
