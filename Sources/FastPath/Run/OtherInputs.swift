internal import FastPathLink
internal import FastPathPlan
internal import Posix

// What a program is made of besides the Swift sources of its modules.

/// These, with all that is in those that are directories, such as a resource that is copied whole.
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

/// What the compilers have read for the objects besides, but for what is the system's, or made by the build. One of which
/// that is not known says nothing. Throws for a module that imports another one of the plan without being known to.
func filesRead(for plan: Plan, scratch: String) throws(Decline) -> Set<String> {
  var found: Set<String> = []
  for (index, module) in plan.modules.enumerated() {
    let inputs = inputs(in: module.dependencies)
    for other in plan.modules
    where other != module && inputs.contains(other.interface) && !other.importers.contains(index) {
      throw Decline("module \(module.name) imports \(other.name), on which its target does not depend")
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

/// What says which toolchain `swift` is, for a package at `root`: swiftly(1), asdf(1) and mise(1) go by files of the
/// directory and of all above it, and swiftly by one of its own.
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
