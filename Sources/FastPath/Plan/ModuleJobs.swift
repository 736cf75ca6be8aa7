/// The frontend commands for a module, as the driver (`swiftc`) would run them. The driver takes longer than
/// a job, so its commands are read once from `-driver-print-jobs` and then made for any sources.
package struct ModuleJobs: Equatable, Sendable {
  /// A command without its list of sources.
  private struct Template: Equatable, Sendable {
    /// The words before the sources.
    var head: [String]
    /// The words after the sources.
    var tail: [String]
  }

  /// The command that makes the module's interface.
  private var emitModule: Template
  /// The command that compiles sources.
  private var compile: Template

  /// The options that name an output of one source. The frontend takes them once for each primary file, in
  /// order.
  private static let outputsOfSource = [
    "-emit-dependencies-path", "-emit-reference-dependencies-path", "-serialize-diagnostics-path", "-o",
  ]

  /// Returns the command that prints the jobs of a module. It is SwiftPM's, with outputs in the overlay.
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

  /// Parses the driver's output. Throws ``FallbackReason`` for jobs that are not known, or differ between sources.
  package init(_ lines: [String], of module: Plan.Module, _ overlay: Overlay) throws(FallbackReason) {
    var compile: (template: Template, count: Int)?
    var emitModule: Template?
    for line in lines where !line.isEmpty {
      guard let job = shellWords(line) else {
        throw FallbackReason("cannot read a job of module \(module.name)")
      }
      if job.contains("-modulewrap") { continue }
      try Self.check(job, writesOnlyTo: overlay)
      let primaries = job.indices.filter { job[$0] == "-primary-file" }.map { job[$0 + 1] }
      if primaries.count == 1, job.contains("-c") {
        let template = try Self.template(job, of: module, primary: primaries[0])
        guard compile == nil || compile?.template == template else {
          throw FallbackReason("the driver compiles the sources of module \(module.name) in different ways")
        }
        compile = (template, (compile?.count ?? 0) + 1)
      } else if primaries.isEmpty, job.contains("-emit-module"), emitModule == nil {
        emitModule = try Self.template(job, of: module, primary: nil)
      } else {
        throw FallbackReason(
          "module \(module.name) has an unsupported job: \(job.prefix(3).joined(separator: " "))")
      }
    }
    guard let emitModule, let compile, compile.count == module.sources.count else {
      throw FallbackReason("the driver does not compile each source of module \(module.name) separately")
    }
    (self.emitModule, self.compile) = (emitModule, compile.template)
  }

  /// Returns the command that compiles `primaries`, which are among `sources`. `outputs` returns the paths of
  /// the object and the `.swiftdeps` file of a source.
  package func compile(
    _ primaries: [String], of sources: [String], outputs: (String) -> (object: String, dependencies: String)
  ) -> [String] {
    let wanted = Set(primaries)
    let files = sources.flatMap { wanted.contains($0) ? ["-primary-file", $0] : [$0] }
    let made = sources.filter(wanted.contains).map(outputs)
    return compile.head + files + made.flatMap { ["-emit-reference-dependencies-path", $0.dependencies] }
      + compile.tail + made.flatMap { ["-o", $0.object] }
  }

  /// Returns the command that makes the module's interface.
  package func emitModule(of sources: [String]) -> [String] { emitModule.head + sources + emitModule.tail }

  /// Returns the command that wraps the interface into an object (`-modulewrap`).
  package func wrap(_ module: Plan.Module, _ overlay: Overlay) -> [String] {
    let target = emitModule.tail.value(after: "-target").map { ["-target", $0] } ?? []
    return [emitModule.head[0], "-modulewrap", overlay.interface(of: module), "-o", overlay.wrapped(module)]
      + target
  }

  /// Returns the template of a job that compiles `primary`, or that makes the interface if it is `nil`.
  private static func template(_ job: [String], of module: Plan.Module, primary: String?)
    throws(FallbackReason)
    -> Template
  {
    let sources = module.sources.flatMap { $0 == primary ? ["-primary-file", $0] : [$0] }
    guard let first = sources.first, let start = job.firstIndex(of: first), start > 0,
      job[start...].starts(with: sources)
    else {
      throw FallbackReason("a job of module \(module.name) does not name its sources")
    }
    var tail: [String] = []
    var rest = job[(start + sources.count)...]
    while let option = rest.popFirst() {
      guard primary != nil, outputsOfSource.contains(option) else {
        tail.append(option)
        continue
      }
      rest = rest.dropFirst()
    }
    // Any other output option would name one file for all sources.
    if primary != nil, let option = tail.first(where: isOutput) {
      throw FallbackReason("the compiler of module \(module.name) has an unsupported output: \(option)")
    }
    return Template(head: Array(job[..<start]), tail: tail)
  }

  /// Throws ``FallbackReason`` if a job would write outside the overlay.
  private static func check(_ job: [String], writesOnlyTo overlay: Overlay) throws(FallbackReason) {
    for (option, value) in zip(job, job.dropFirst()) where isOutput(option) {
      if !value.hasPrefix(overlay.directory + "/") { throw FallbackReason("a job would write \(value)") }
    }
  }

  /// Returns whether an option names an output.
  private static func isOutput(_ option: String) -> Bool {
    option == "-o"
      || (option.hasPrefix("-emit-") || option.hasPrefix("-serialize-")) && option.hasSuffix("-path")
  }
}
