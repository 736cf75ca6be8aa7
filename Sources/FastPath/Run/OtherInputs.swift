internal import FastPathLink
internal import FastPathPlan
internal import Posix

// The inputs of a program besides the Swift sources of its modules.

/// Returns the inputs, together with all files in those that are directories, such as a resource that is
/// copied as a whole.
func filesBelow(_ inputs: [String]) -> [String] {
  var found: [String] = []
  var open = inputs
  while let path = open.popLast() {
    found.append(path)
    if !path.hasSuffix("/") { continue }
    for entry in FileSystem.names(in: path).map({ path + $0 }) {
      let isLink = FileSystem.identity(ofLink: entry) != nil
      open.append(!isLink && FileSystem.isDirectory(entry) ? entry + "/" : entry)
    }
  }
  return found
}

/// Returns the files that compilers have read for the objects, except sources, files of the system and
/// outputs of the build. A dependency file that cannot be read counts as empty. Throws ``FallbackReason`` for a
/// module that imports another module of the plan on which its target does not depend.
func filesRead(for plan: Plan, scratch: String) throws(FallbackReason) -> Set<String> {
  var found: Set<String> = []
  for (index, module) in plan.modules.enumerated() {
    let inputs = inputs(in: module.dependencies)
    for other in plan.modules
    where other != module && inputs.contains(other.interface) && !other.importers.contains(index) {
      throw FallbackReason("module \(module.name) imports \(other.name), on which its target does not depend")
    }
    found.formUnion(inputs)
  }
  for object in plan.ownObjects where !object.hasSuffix(".swift.o") {
    found.formUnion(inputs(in: DependencyFile.path(of: object)))
  }
  let toolchain = (plan.modules.first?.arguments[0] ?? "").directory.directory
  let elsewhere = [scratch, toolchain + "/lib", toolchain + "/include", "/usr/lib", "/usr/include"].map {
    $0 + "/"
  }
  return found.subtracting(plan.modules.flatMap(\.sources)).filter { path in
    !elsewhere.contains(where: path.hasPrefix)
  }
}

private func inputs(in file: String) -> Set<String> {
  guard let text = try? FileSystem.read(file) else { return [] }
  return Set(DependencyFile(text).inputs.filter { $0.hasPrefix("/") })
}

/// Returns the files that select the toolchain of `swift` for a package at `root`. swiftly(1), asdf(1) and
/// mise(1) read files in the directory and in all above it, and swiftly its own configuration too.
func toolchainChoice(root: String) -> Set<String> {
  let home = CurrentProcess.variable("HOME") ?? ""
  let swiftly = CurrentProcess.variable("SWIFTLY_HOME_DIR") ?? home + "/.local/share/swiftly"
  var found: Set = [CurrentProcess.find("swift") ?? "", swiftly + "/config.json"]
  for directory in sequence(first: root, next: { $0 == "/" ? nil : $0.parentPath }) {
    for name in [".swift-version", ".tool-versions", "mise.toml", ".mise.toml"] {
      found.insert((directory == "/" ? "" : directory) + "/" + name)
    }
  }
  return found
}
