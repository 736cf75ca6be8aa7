internal import Posix
internal import Reloader
internal import Reporting
internal import Settings
internal import SwiftPM

// The commands of a build, by SwiftPM and by the user, and their output.
extension PackageBuilder {
  /// Runs a command of the user, if there is one, and prints its output. Its environment contains the files
  /// that were saved since the last build that succeeded.
  func runHook(_ setting: Setting, _ command: SettingValue.CommandLine?, then next: @escaping () -> Void) {
    guard let command else { return next() }
    let changed = ChangedFiles(saved.changed)
    if let warning = changed.warning { console.warning("'\(setting.key)': \(warning)") }
    let environment = recipe.environment + changed.variables
    run(Command(command.words, environment: environment, directory: jobs.root), of: setting, isShown: true) {
      [unowned self] line, isComplete in
      guard isComplete else { return }
      console.passThrough(line)
      current.complain([line])
    } then: { [changed] in
      withExtendedLifetime(changed) {}
      next()
    }
  }

  /// Runs one command. Its standard error is shown, and its standard output is passed to `line`. Lines are
  /// cut at `Job.longestShown` if `isShown`. Calls `next` if the command succeeds, and ends the build
  /// otherwise.
  func run(
    _ command: Command, of setting: Setting? = nil, isShown: Bool = false,
    line: @escaping (String, Bool) -> Void,
    then next: @escaping () -> Void
  ) {
    do throws(SystemError) {
      let job = try jobs.start(command, longest: isShown ? Job.longestShown : .max) {
        [unowned self] text, isComplete, isError in
        if isError { show(current.output.take(text, isComplete: isComplete)) } else { line(text, isComplete) }
      } whenEnded: { [unowned self] ending in
        show(current.output.finish())
        phase = .deciding
        switch ending {
        case .succeeded: next()
        case .failed(let status):
          if let setting, setting.key != Setting.buildCommand.key || current.complaints.isEmpty {
            console.error("'\(setting.key)' \(status)")
            current.complain(["'\(setting.key)' \(status)"])
          }
          finish(.failed)
        case .cancelled: finish(.cancelled)
        }
      }
      phase = .command(job)
      current.hasRunCommand = true
    } catch {
      console.error(
        command.path == "swift"
          ? "cannot run 'swift': \(error.reason); install a Swift toolchain, or put its bin directory on PATH"
          : "cannot run '\(command.path)': \(error.reason)")
      finish(.failed)
    }
  }

  func show(_ items: [BuildOutput.Item]) {
    for item in items {
      switch item {
      // Later a server writes to the terminal.
      case .step(let text): console.step(text, isAlone: !saved.haveBeenBuilt)
      case .diagnostic(let lines):
        console.compilerDiagnostic(lines)
        if !lines[0].contains("warning: ") { current.complain(lines + [""]) }
      case .waiting(let pid):
        let holder = pid.map { " (pid \($0))" } ?? ""
        console.warning(
          "SwiftPM is already building here\(holder), perhaps in your editor or terminal; waiting for it to finish"
        )
      }
    }
  }
}
