internal import FastPathLink
internal import FastPathPlan

/// How a program is linked.
struct Linking {
  var jobs: LinkJobs?
  /// The linker's command line; `nil` if clang must be asked for it.
  var command: LinkerCommand?
  let memory = LinkMemory()
  /// The library of the dependencies; `nil` if there are none.
  var library: String?
  /// The path at which fast builds put the program.
  var output = ""
}
