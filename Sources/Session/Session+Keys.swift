internal import Glibc
internal import Posix
internal import Project
internal import Reporting
internal import Settings

// The effects of keys. The supervisor reads them, because it is in the foreground process group.
extension Session {
  func take(_ notice: SupervisorLink.Notice) {
    switch notice {
    case .key(let key): pressed(key)
    case .reading(let isRead):
      console.status.hasKeys = isRead
      statusDisplay.refresh()
    case .stopping: statusDisplay.suspend()
    case .continued: statusDisplay.resume()
    case .resized: statusDisplay.resized()
    case .edited(let code):
      console.isHeld = false
      statusDisplay.resume()
      if code == 126 || code == 127 {
        console.error("cannot run the editor '\(Editor(variable: CurrentProcess.variable)?.command ?? "")'")
      }
    }
  }

  /// Shows the status line, or not, as the settings say.
  func useStatusLine() {
    let term = CurrentProcess.variable("TERM") ?? ""
    statusDisplay.isWanted = project.settings.flag(.statusLine) && !["", "dumb"].contains(term)
  }

  /// Tells the supervisor whether keys are wanted, or else that the servers read standard input.
  func useInput() {
    let isPassed = services.current.contains { $0.project.settings.flag(.stdin) }
    supervisor?.send(.keys(!isPassed && project.settings.flag(.keys)))
    if !isPassed { resources.children.setInput(nil) }
    guard isPassed, !resources.children.haveInput, let supervisor else { return }
    do throws(SystemError) {
      let pipe = try Pipe()
      try supervisor.passInput(to: pipe.writing)
      // Opened again, because a server expects that its standard input is blocking.
      try resources.children.setInput(Descriptor.open("/proc/self/fd/\(pipe.reading.number)", O_RDONLY))
    } catch { console.error("cannot pass standard input on to the server: \(error)") }
  }

  private func pressed(_ key: Key) {
    if end.hasBegun { return }
    switch key {
    case .build: controlReload()
    case .restart: controlRestart(nil)
    case .pause:
      if isPaused { controlResume() } else { controlPause() }
    case .clear: console.clear()
    case .open: openInBrowser()
    case .lastLines: showLastLines()
    case .edit: editFirstError()
    case .help: console.importantLine("keys:\n" + Key.list)
    case .quit: controlStop()
    }
  }

  /// The server writes to the terminal itself, so its lines are not kept.
  private func showLastLines() {
    console.importantLine("the server writes to the terminal itself; its last lines are above")
  }

  private func editFirstError() {
    guard let error = console.diagnostics.firstError, let file = error.file else {
      return console.importantLine("there is no error to open")
    }
    guard let editor = Editor(variable: CurrentProcess.variable) else {
      return console.importantLine("set $EDITOR to the editor that opens errors")
    }
    let path = file.hasPrefix("/") ? file : "\(project.root)/\(file)"
    let words = editor.words(path, line: error.line, column: error.column)
    if editor.hasWindow { return run(words) { "'\(editor.command)' \($0)" } }
    statusDisplay.suspend()
    console.isHeld = true
    do throws(SystemError) { try supervisor?.edit(words) } catch {
      console.isHeld = false
      statusDisplay.resume()
      console.error("cannot run the editor: \(error.reason)")
    }
  }

  private func openInBrowser() {
    guard let address = openAddress else { return console.importantLine("there is no address to open yet") }
    console.importantLine("opening \(address)")
    run(["/bin/sh", "-c", Self.browsers, "sh", address]) { _ in
      "no browser was found; open \(address) yourself"
    }
  }

  /// Runs the first browser that is installed. setsid(1) takes it out of the process group that ends with the script.
  private static let browsers = """
    for browser in ${BROWSER:-} xdg-open wslview sensible-browser; do
      command -v "$browser" > /dev/null && exec setsid -f "$browser" "$1" > /dev/null 2>&1
    done
    exit 127
    """

  /// Runs a command with a window of its own, which goes on when hotreload ends. `problem` returns the message if it
  /// fails.
  private func run(_ words: [String], problem: @escaping (ExitStatus) -> String) {
    let command = Command(
      words, environment: CurrentProcess.environment + [Children.spared], directory: project.root)
    do throws(SystemError) {
      _ = try resources.children.start(command) { [console] status in
        if status != .exited(0) { console.warning(problem(status)) }
      }
    } catch { console.warning("cannot run '\(words[0])': \(error.reason)") }
  }
}
