/// What the driver (`swiftc`) would run for a module: asked for once, with `-driver-print-jobs`, because the driver
/// itself takes longer than a job.
package struct ModuleJobs: Equatable, Sendable {
  /// Makes the interface.
  package private(set) var emitModule: [String] = []
  /// Compiles one source; by its path.
  package private(set) var compile: [String: [String]] = [:]

  /// The command that prints the jobs of a module for an overlay: SwiftPM's, with other outputs.
  package static func query(_ module: Plan.Module, _ overlay: Overlay) -> [String] {
    var words = [module.arguments[0], "-driver-print-jobs", "-I", overlay.interfaces]
    var rest = module.arguments.dropFirst()
    while let option = rest.popFirst() {
      switch option {
      case "-parseable-output", "-enable-batch-mode": break
      case "-index-store-path": rest = rest.dropFirst()
      case "-emit-module-path":
        rest = rest.dropFirst()
        words += [option, overlay.interface(of: module)]
      case "-emit-objc-header-path":
        rest = rest.dropFirst()
        words += [option, overlay.header(of: module)]
      case "-output-file-map":
        rest = rest.dropFirst()
        words += [option, overlay.outputFileMapPath(module)]
      default: words.append(option)
      }
    }
    return words + ["-driver-filelist-threshold=1000000"]
  }

  /// Reads what the driver printed. Throws ``Decline`` for jobs that are not known.
  package init(_ lines: [String], of module: Plan.Module, _ overlay: Overlay) throws(Decline) {
    for line in lines where !line.isEmpty {
      guard let job = shellWords(line) else {
        throw Decline("a job of module \(module.name) is not understood")
      }
      let primaries = job.indices.filter { job[$0] == "-primary-file" }.map { job[$0 + 1] }
      if job.contains("-modulewrap") { continue }
      try Self.check(job, writesOnlyTo: overlay)
      if primaries.count == 1, job.contains("-c") {
        compile[primaries[0]] = job
      } else if primaries.isEmpty, job.contains("-emit-module"), emitModule.isEmpty {
        emitModule = job
      } else {
        throw Decline(
          "module \(module.name) has a job that is not known: \(job.prefix(3).joined(separator: " "))")
      }
    }
    guard !emitModule.isEmpty, Set(compile.keys) == Set(module.sources) else {
      throw Decline("the driver does not compile each source of module \(module.name) by itself")
    }
  }

  /// The command that puts the interface into an object.
  package func wrap(_ module: Plan.Module, _ overlay: Overlay) -> [String] {
    let target = emitModule.value(after: "-target").map { ["-target", $0] } ?? []
    return [emitModule[0], "-modulewrap", overlay.interface(of: module), "-o", overlay.wrapped(module)]
      + target
  }

  private static func check(_ job: [String], writesOnlyTo overlay: Overlay) throws(Decline) {
    for (option, value) in zip(job, job.dropFirst()) {
      let isOutput =
        option == "-o"
        || (option.hasPrefix("-emit-") || option.hasPrefix("-serialize-")) && option.hasSuffix("-path")
      if isOutput, !value.hasPrefix(overlay.directory + "/") { throw Decline("a job would write \(value)") }
    }
  }
}
