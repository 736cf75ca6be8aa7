internal import FileWatching
internal import Interposer
internal import Posix
package import Project
internal import Settings

/// The checks of the machine and, if there is one, of the project.
package struct Doctor {
  /// The project as a whole; `nil` if there is none, or if it cannot be used.
  private let project: Project?
  /// The projects of the services.
  private let services: [Project]
  /// The finding about the project.
  private let projectFinding: Finding

  /// Finds the project of a command line. No project, or one that cannot be used, is a finding. Throws `UsageFailure` if
  /// the command line names a directory or a file that does not exist.
  package init(_ invocation: Invocation) throws {
    let found: Project
    do { found = try Project(invocation) } catch {
      let isNamed = invocation.configPath != nil || !FileSystem.isDirectory(invocation.packagePath)
      if error is UsageFailure, isNamed { throw error }
      (project, services) = (nil, [])
      projectFinding =
        error is UsageFailure
        ? .warning(.project, "\(error)", advice: "only the machine is checked")
        : .problem(.project, "\(error)", advice: "only the machine is checked")
      return
    }
    project = found
    do {
      let services = try found.services()
      for service in services { try service.refuseDangerousRoots() }
      self.services = services
      let settings =
        FileSystem.exists(found.settingsFile) ? "the settings of \(found.settingsFile)" : "no settings"
      projectFinding = .ok(.project, "\(found.root), with \(settings)")
    } catch {
      services = []
      projectFinding = .problem(.project, "\(error)", advice: nil)  // the text says what to do
    }
  }

  /// Makes all checks, and calls `report` with each finding as soon as it is known.
  package func examine(_ report: (Finding) -> Void) {
    report(projectFinding)
    let directory = project?.root ?? CurrentProcess.directory
    let toolchain = Toolchain.read(in: directory)
    report(toolchain.finding(need))
    if let project { report(BuildSystem(project).finding) }
    if let compilers = toolchain.directory { report(Linker.read(in: compilers).finding) }
    report(Preload.read().finding)
    for finding in blockedPrograms { report(finding) }
    Finding.inotify(InotifyUse.read(), watches: .watches(), instances: .instances()).forEach(report)
    report(events(in: directory))
    report(.readDirectories())
    for finding in ports { report(finding) }
    report(Container.read().finding)
    let settings = project?.settings
    report(TerminalState.read(wanted: settings?.string(.color)).finding)
    let notification = Finding.notification(
      settings?.string(.notify), program: CurrentProcess.find("notify-send"),
      isTerminal: standardError.isTerminal)
    if let notification { report(notification) }
  }

  private var need: Toolchain.Need {
    guard let project else { return .unknown }
    return project.buildCommand == nil ? .needed : .notNeeded
  }

  /// The findings about programs that cannot load the library: those that are known and built.
  private var blockedPrograms: [Finding] {
    services.compactMap { service in
      guard let path = service.programPath, let blocker = PreloadBlocker(in: path) else { return nil }
      return .blocked(path, blocker)
    }
  }

  private func events(in directory: String) -> Finding {
    if project?.settings.flag(.poll) == true {
      return .ok(.events, "files are polled, because 'watch.poll' is true")
    }
    let table = MountTable(
      String(decoding: (try? FileSystem.read("/proc/self/mountinfo")) ?? [], as: UTF8.self))
    let place = EventProbe.Place(
      directory: directory, type: table.mount(of: directory)?.type,
      silentName: WatchOptions().silentFileSystem(at: directory))
    return EventProbe.finding(EventProbe.run(in: directory), place)
  }

  private var ports: [Finding] {
    if services.isEmpty { return [] }
    do {
      let wanted = try WantedPort.all(of: services)
      return wanted.isEmpty
        ? [
          .ok(.ports, "no address is known before the server starts ('swap.listen', 'browser.listen', PORT)")
        ]
        : wanted.map(\.finding)
    } catch {
      return [.problem(.ports, "\(error)", advice: nil)]
    }
  }
}

extension Project {
  /// The path of the program that is run, if the settings name it and it exists.
  fileprivate var programPath: String? {
    if case .arguments(let words) = settings.command(.runCommand) {
      guard let program = words.first else { return nil }
      return program.contains("/") ? absolute(program, root) : CurrentProcess.find(program)
    }
    guard let product = settings.string(.product) else { return nil }
    let path = "\(root)/.build/\(settings.string(.configuration) ?? "debug")/\(product)"
    return FileSystem.exists(path) ? path : nil
  }
}
