internal import Posix
package import Settings

/// The project that is built and served: its directory and its settings.
package struct Project: Sendable {
  /// The package's root, or the directory of the settings for a project with a build command of its own.
  package let root: String
  /// The settings in force.
  package private(set) var settings: Settings
  /// The path of the file from which the settings were read, or will be read once it exists.
  package let settingsFile: String

  /// Whether there is a package for `swift build`.
  private let isPackage: Bool

  /// The command that replaces `swift build`; `nil` for `swift build` itself. A project that is no package
  /// and names no command has one that does nothing.
  package var buildCommand: SettingValue.CommandLine? {
    settings.command(.buildCommand) ?? (isPackage ? nil : .arguments(["true"]))
  }

  /// The service that this value stands for; `nil` for the project as a whole.
  package let service: String?

  /// Finds the project of a command line, and reads all its settings, including those of its services. Throws
  /// ``UsageFailure`` or `SettingsError`.
  package init(_ invocation: Invocation) throws {
    guard let start = FileSystem.realPath(invocation.packagePath), FileSystem.isDirectory(start) else {
      throw UsageFailure(
        "'\(invocation.packagePath)' is not a directory; name the package's with --package-path")
    }
    let packageRoot = nearestDirectory(from: start, with: "Package.swift")
    let file = try findSettingsFile(invocation, start: start, packageRoot: packageRoot)
    var settings = Settings()
    if FileSystem.exists(file) { try settings.read(file: file) }
    let names = CurrentProcess.environment.compactMap { $0.split(separator: "=").first.map(String.init) }
    try settings.read(variable: CurrentProcess.variable, names: names)
    for given in invocation.given { settings.add(given) }
    settings.resolvePaths(fileDirectory: file.parentPath, workingDirectory: CurrentProcess.directory)
    try settings.validateAll()
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
        name it with --package-path, or set in .reload.toml what to build and run ('build.command', 'run.command')
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

  /// The settings with which ``services()`` would run: those of one service, if the command line names one.
  /// Throws ``UsageFailure``.
  package var settingsOfWhatRuns: Settings {
    get throws {
      settings.services.isEmpty || settings.string(.product) == nil ? settings : try services()[0].settings
    }
  }

  /// Returns the projects to run: one for each service, the service that the command line names, or this
  /// project if it has no services. Throws ``UsageFailure`` or `SettingsError`.
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
      throw UsageFailure("no service named '\(wanted)'; available: \(names.joined(separator: ", "))\(guess)")
    }
    var project = self
    project.settings.remove(.product)
    return [Project(service, of: project)]
  }
}

private func findSettingsFile(_ invocation: Invocation, start: String, packageRoot: String?) throws -> String
{
  guard let path = invocation.configPath else {
    // The search ends at the package's root, because settings above it belong to another package.
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

/// Returns the nearest directory, from `path` upwards, that contains a file of this name; `nil` if there is
/// none.
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

  /// Adds a setting of the command line. Lists that are given more than once are concatenated. Other values
  /// are replaced.
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

  /// Makes paths absolute. Paths in a file are relative to its directory, and others to the working
  /// directory.
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
  /// Returns the value with absolute paths.
  fileprivate func resolved(_ setting: Setting, _ base: String) -> SettingValue {
    switch (setting.kind, self) {
    case (.path, .string(let path)): .string(absolute(path, base))
    case (.strings(paths: true), .strings(let paths)): .strings(paths.map { absolute($0, base) })
    default: self
    }
  }
}
