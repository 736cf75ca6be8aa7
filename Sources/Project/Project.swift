internal import Posix
package import Settings

/// What is built and served: where it is, and with which settings.
package struct Project: Sendable {
  /// The package's root; of a project that has a build command of its own, the directory of its settings.
  package let root: String
  /// The settings in force.
  package private(set) var settings: Settings
  /// The file that they were read from, or that will be read once it is there.
  package let settingsFile: String

  /// Whether there is something that `swift build` can build.
  private let isPackage: Bool

  /// What builds it in place of `swift build`; of a project that is no package, and says nothing of it, nothing.
  package var buildCommand: SettingValue.CommandLine? {
    settings.command(.buildCommand) ?? (isPackage ? nil : .arguments(["true"]))
  }

  /// The service of it that is meant, of a project that has several.
  package let service: String?

  /// Finds the project that a command line means, and reads its settings: all of them, with those of its services. Throws
  /// ``UsageFailure`` and `SettingsError`.
  package init(_ invocation: Invocation) throws {
    guard let start = FileSystem.realPath(invocation.packagePath), FileSystem.isDirectory(start) else {
      throw UsageFailure(
        "'\(invocation.packagePath)' is not a directory; give the package's with --package-path")
    }
    let packageRoot = nearestDirectory(from: start, with: "Package.swift")
    let file = try findSettingsFile(invocation, start: start, packageRoot: packageRoot)
    var settings = Settings()
    if FileSystem.exists(file) { try settings.read(file: file) }
    let names = CurrentProcess.environment.compactMap { $0.split(separator: "=").first.map(String.init) }
    try settings.read(variable: CurrentProcess.variable, names: names)
    for given in invocation.given { settings.add(given) }
    settings.resolvePaths(fileDirectory: file.parentPath, workingDirectory: CurrentProcess.directory)
    try settings.checkAll()
    self.settings = settings
    settingsFile = file
    service = nil
    isPackage = packageRoot != nil
    if let packageRoot {
      root = packageRoot
    } else if settings.command(.buildCommand) != nil || settings.isSomeCommandRun {
      root = file.parentPath
    } else {
      throw UsageFailure(
        """
        no Package.swift in \(start) or a directory above it; run hotreload in a package's directory, \
        name it with --package-path, or say in .reload.toml what to build and run ('build.command', 'run.command')
        """)
    }
  }

  private init(_ service: ServiceSettings, of project: Project) {
    var settings = project.settings.settings(of: service)
    settings.services = []
    self.settings = settings
    (root, settingsFile, self.service) = (project.root, project.settingsFile, service.name)
    isPackage = project.isPackage
  }

  /// Those that ``services()`` would run with: of one service, if the command line names one. Throws ``UsageFailure``.
  package var settingsOfWhatRuns: Settings {
    get throws {
      settings.services.isEmpty || settings.string(.product) == nil ? settings : try services()[0].settings
    }
  }

  /// What is to be run: one project for each service, or the one that the command line names; this one where there is none.
  /// Throws ``UsageFailure``.
  package func services() throws -> [Project] {
    let all = settings.services
    if all.isEmpty { return [self] }
    guard let wanted = settings.string(.product) else {
      try settings.refuseSharedAddresses()
      return all.map { Project($0, of: self) }
    }
    guard let service = all.first(where: { $0.name == wanted }) else {
      let names = all.map(\.name)
      let guess = nearest(to: wanted, among: names).map { ". Did you mean '\($0)'?" } ?? ""
      throw UsageFailure("no service '\(wanted)'; there are \(names.joined(separator: ", "))\(guess)")
    }
    var project = self
    project.settings.remove(.product)
    return [Project(service, of: project)]
  }
}

private func findSettingsFile(_ invocation: Invocation, start: String, packageRoot: String?) throws -> String
{
  guard let path = invocation.configPath else {
    // Up to the package's root: settings above it are another package's.
    var directory = start
    while true {
      let file = directory + "/.reload.toml"
      if FileSystem.exists(file) { return file }
      if directory == packageRoot || directory == "/" { break }
      directory = directory.parentPath
    }
    return (packageRoot ?? start) + "/.reload.toml"
  }
  guard let file = FileSystem.realPath(path), !FileSystem.isDirectory(file) else {
    throw UsageFailure("no such file: '\(path)', which --config names; 'hotreload init' writes one")
  }
  return file
}

/// The nearest directory, from `path` upwards, with a file of this name.
func nearestDirectory(from path: String, with name: String) -> String? {
  var directory = path
  while true {
    if FileSystem.exists("\(directory)/\(name)") { return directory }
    if directory == "/" { return nil }
    directory = directory.parentPath
  }
}

extension Settings {
  fileprivate mutating func read(file path: String) throws {
    let bytes: [UInt8]
    do { bytes = try FileSystem.read(path) } catch {
      throw SettingsError("cannot read \(path): \(error.reason)")
    }
    try read(toml: bytes, path: path)
  }

  /// Lists that are given more than once are put together; everything else is replaced.
  fileprivate mutating func add(_ given: Invocation.Given) {
    var value = given.value
    if case .option = entry(given.setting).origin {
      switch (self.value(given.setting), value) {
      case (.strings(let first), .strings(let more)): value = .strings(first + more)
      case (.table(let first), .table(let more)): value = .table(first + more)
      default: break
      }
    }
    set(given.setting, to: value, from: .option(given.option))
  }

  fileprivate var isSomeCommandRun: Bool {
    command(.runCommand) != nil || services.contains { settings(of: $0).command(.runCommand) != nil }
  }

  /// Makes paths absolute: those in a file are relative to it, others to the working directory.
  fileprivate mutating func resolvePaths(fileDirectory: String, workingDirectory: String) {
    for setting in Setting.all {
      let entry = entry(setting)
      let base = if case .file = entry.origin { fileDirectory } else { workingDirectory }
      set(
        setting,
        to: Entry(value: entry.value.resolved(setting, base), origin: entry.origin, places: entry.places))
    }
    resolvePathsOfServices { $1.resolved($0, fileDirectory) }
  }
}

extension SettingValue {
  /// With the paths in it absolute.
  fileprivate func resolved(_ setting: Setting, _ base: String) -> SettingValue {
    switch (setting.kind, self) {
    case (.path, .string(let path)): .string(absolute(path, base))
    case (.strings(paths: true), .strings(let paths)): .strings(paths.map { absolute($0, base) })
    default: self
    }
  }
}
