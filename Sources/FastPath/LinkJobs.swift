/// What the driver would run to link the program, asked for once.
package struct LinkJobs: Equatable, Sendable {
  /// Writes a list of the libraries that the objects ask for.
  package private(set) var autolink: [String] = []
  /// Links.
  package private(set) var link: [String] = []

  /// The command that prints the jobs: SwiftPM's, with lld, for the objects of the overlay and the library of the
  /// dependencies (nil if there are none).
  package static func query(
    _ plan: Plan, compiler: String, objects: [String], library: String?, output: String
  ) -> [String] {
    var words = [compiler, "-driver-print-jobs", "-emit-executable", "-use-ld=lld", "-o", output]
    words += plan.linkArguments + objects
    if let library { words += [library, "-Xlinker", "-rpath=" + library.directory] }
    return words
  }

  /// The command that links the dependencies' objects, named in the file `list`, into a library.
  package static func library(_ plan: Plan, compiler: String, list: String, output: String, name: String)
    -> [String]
  {
    var words = [compiler, "-emit-library", "-use-ld=lld", "-o", output, "-Xlinker", "-soname=" + name]
    var rest = plan.linkArguments[...]
    while let option = rest.popFirst() {
      switch (option, rest.first) {
      case ("-Xlinker", "--defsym"): rest = rest.dropFirst(3)  // main=App_main
      case ("-module-name", _): rest = rest.dropFirst()
      default: words.append(option)
      }
    }
    return words + ["-module-name", "HotReloadDependencies", "@" + list]
  }

  /// Reads what the driver printed. Throws ``Decline`` for jobs that are not known.
  package init(_ lines: [String], _ overlay: Overlay) throws(Decline) {
    let jobs = lines.filter { !$0.isEmpty }.compactMap(shellWords)
    guard jobs.count == 2, jobs[0].first?.hasSuffix("/swift-autolink-extract") == true,
      jobs[1].first?.hasSuffix("/clang") == true, let list = jobs[0].value(after: "-o"),
      jobs[1].contains("@" + list)
    else {
      throw Decline("the driver links in a way that is not known")
    }
    // The driver has it beside the first object, which may be one of SwiftPM's.
    let own = overlay.directory + "/autolink"
    // Objects that hold an interface ask for nothing, and are made at the same time.
    autolink = jobs[0].filter { !$0.hasSuffix(".swiftmodule.o") }.map { $0 == list ? own : $0 }
    link = jobs[1].map { $0 == "@" + list ? "@" + own : $0 }
  }
}
