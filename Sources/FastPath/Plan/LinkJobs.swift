internal import FastPathLink

/// The commands with which the driver links the program. The driver is asked for them once.
package struct LinkJobs: Equatable, Sendable {
  /// The command that writes the list of libraries for which the objects ask.
  package private(set) var autolink: [String] = []
  /// The command that links the program.
  package private(set) var link: [String] = []

  /// Returns the command that prints the jobs. It is SwiftPM's, with lld, for the objects of the overlay and
  /// the library of the dependencies (`nil` if there are none).
  package static func query(
    _ plan: Plan, compiler: String, objects: [String], library: String?, output: String
  ) -> [String] {
    var words = [compiler, "-driver-print-jobs", "-emit-executable", "-use-ld=lld", "-o", output]
    words += plan.linkArguments + objects
    if let library { words += [library, "-Xlinker", "-rpath=" + library.directory] }
    return words
  }

  /// Returns the command that links the dependencies' objects, which the file `list` names, into a library.
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

  /// Parses the driver's output. Throws ``FallbackReason`` for jobs that are not known.
  package init(_ lines: [String], _ overlay: Overlay) throws(FallbackReason) {
    let jobs = lines.filter { !$0.isEmpty }.compactMap(shellWords)
    guard jobs.count == 2, jobs[0].first?.hasSuffix("/swift-autolink-extract") == true,
      jobs[1].first?.hasSuffix("/clang") == true, let list = jobs[0].value(after: "-o"),
      jobs[1].contains("@" + list)
    else {
      throw FallbackReason("the driver links in an unsupported way")
    }
    // The driver writes the list beside the first object, which may be one of SwiftPM's.
    let own = overlay.directory + "/autolink"
    // Objects that wrap an interface ask for no libraries, and are made at the same time.
    autolink = jobs[0].filter { !$0.hasSuffix(".swiftmodule.o") }.map { $0 == list ? own : $0 }
    link = jobs[1].map { $0 == "@" + list ? "@" + own : $0 }
  }
}
