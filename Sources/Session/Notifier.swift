internal import Glibc
internal import Posix
internal import Project
internal import Reloader
internal import Reporting
internal import Settings

/// Tells the user of failures, and of their ends, as the setting `console.notify` says.
final class Notifier {
  private let console: Console
  private let children: Children
  private var failures = NotifiedFailures()

  init(console: Console, children: Children) {
    self.console = console
    self.children = children
  }

  /// Shows a failure of a service, or of the build if that is `nil`, or none any more.
  func show(failure: String?, of service: ServiceID?, _ project: Project) {
    let name = project.root.split(separator: "/").last.map(String.init) ?? "hotreload"
    let text = failure?.replacing(project.root + "/", with: "")
    guard let notification = failures.next(failure: text, of: service, project: name) else { return }
    switch project.settings.string(.notify) {
    case "bell": console.bell()
    case "desktop": send(notification)
    default: break
    }
  }

  /// Starts `notify-send`, and does not wait for it. Its failure is reported once.
  private func send(_ notification: Notification) {
    var words = ["notify-send", "--app-name=hotreload", "--", notification.summary]
    // The body may contain markup.
    if !notification.body.isEmpty {
      words.append(
        notification.body.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
          ">", with: "&gt;"))
    }
    do throws(SystemError) {
      let nothing = try Descriptor.open("/dev/null", O_WRONLY)
      let command = Command(words, environment: CurrentProcess.environment, directory: "/")
      _ = try children.start(command, output: nothing.number, error: nothing.number) { [console] status in
        if status != .exited(0) {
          console.diagnosticOnce("warning: 'notify-send' \(status) ('console.notify' is desktop)")
        }
      }
    } catch {
      console.diagnosticOnce(
        "warning: cannot run 'notify-send': \(error.reason); install libnotify, or set 'console.notify' to bell"
      )
    }
  }
}
