import Foundation

/// Builds ``RandomSources`` with `swiftc -incremental`, as SwiftPM does, in a directory of outputs of its own.
struct DriverBuild {
  let compiler: RealCompiler
  let outputs: String

  /// Builds what these files need. Returns the sources that the driver has compiled.
  func build(_ files: [String: String]) throws -> Set<String> {
    try compiler.makeDirectory(outputs)
    // The driver compares the time of a module's interface with the begin of the last compilation of those that import
    // it, in whole seconds.
    let second = time(nil)
    while time(nil) == second { usleep(1000) }
    var compiled: Set<String> = []
    for module in RandomSources.modules {
      let sources = ModuleBuild.sources(of: module, files)
      var map = ["": ["swift-dependencies": "\(outputs)/\(module).swiftdeps"]]
      for source in sources { map[source] = paths(source) }
      let mapPath = "\(outputs)/\(module).json"
      try compiler.write(mapPath, String(decoding: JSONEncoder().encode(map), as: UTF8.self))
      let printed = try compiler.run(
        [
          "swiftc", "-incremental", "-driver-show-job-lifecycle", "-module-name", module, "-emit-module",
          "-emit-module-path", "\(outputs)/\(module).swiftmodule", "-output-file-map", mapPath, "-I", outputs,
          "-j2",
          "-c",
        ] + ModuleBuild.options + sources)
      for source in sources where printed.contains("Starting Compiling \(source.split(separator: "/")[1])\n")
      {
        compiled.insert(source)
      }
    }
    return compiled
  }

  private func paths(_ source: String) -> [String: String] {
    let stem = "\(outputs)/" + source.replacing("/", with: "-")
    return ["object": stem + ".o", "swift-dependencies": stem + ".swiftdeps"]
  }
}
