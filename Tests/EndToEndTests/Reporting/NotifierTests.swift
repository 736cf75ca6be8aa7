import Foundation
import Testing

extension EndToEnd {
  @Suite("notifications")
  struct NotifierTests {
    @Test("the terminal's bell rings when a build fails, and when it works again")
    func bell() throws {
      try withServer { package in
        let hotReload = try package.hotReload(["run", "--notify", "bell"], terminal: try Terminal())
        try hotReload.await("listens on")
        try package.save("two", "#error no")
        #expect(try hotReload.await("\u{7}").contains("build failed"))
        try package.save("three")
        #expect(try hotReload.await("\u{7}").contains("built in"))
        try hotReload.await("is live after ")
        #expect(hotReload.errors.lines(with: "\u{7}").count == 2)
      }
    }

    @Test("notify-send is called with the first error, and when the new code works again")
    func desktop() throws {
      try withServer { package in
        let log = package.directory + "/notified"
        try package.makeDirectory(
          package.directory + "/bin",
          [
            "notify-send":
              "#!/bin/sh\nfor word; do printf '%s|' \"$word\"; done >> '\(log)'\necho >> '\(log)'\n"
          ])
        chmod(package.directory + "/bin/notify-send", 0o755)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let hotReload = try package.hotReload(
          ["run", "--notify", "desktop"], environment: ["PATH": "\(package.directory)/bin:\(path)"])
        try hotReload.await("listens on")
        func notifications() -> [String] {
          (try? package.text(log))?.split(separator: "\n").map(String.init) ?? []
        }
        try package.save("two", "#error <no> & never")
        try hotReload.await("build failed after ")
        try eventually("the notification of a failure") { notifications().count == 1 }
        #expect(
          notifications()[0].hasPrefix(
            "--app-name=hotreload|--|package: the build failed|Sources/App/behaviour.h:3:2: "))
        #expect(notifications()[0].hasSuffix("&lt;no&gt; &amp; never|"))
        try package.save("three", "#define BEFORE_LISTEN exit(3)")
        try hotReload.await("before it was ready")
        try eventually("the notification of a crash") { notifications().count == 3 }
        #expect(notifications()[1] == "--app-name=hotreload|--|package: the build works again|")
        #expect(
          notifications()[2].hasPrefix(
            "--app-name=hotreload|--|package: new code failed|generation 2 exited with code 3"))
        try package.save("four")
        try hotReload.await("is live after ")
        try eventually("the notification of the end") { notifications().count == 4 }
        #expect(notifications()[3] == "--app-name=hotreload|--|package: new code works again|")
      }
    }

    @Test(
      "a missing notify-send is reported once",
      .enabled(
        if: !["/usr/bin", "/usr/local/bin", "/bin"].contains {
          FileManager.default.fileExists(atPath: $0 + "/notify-send")
        }))
    func missing() throws {
      try withServer { package in
        let hotReload = try package.serving("--notify", "desktop")
        for greeting in ["two", "three"] {
          try package.save(greeting, "#error no \(greeting)")
          try hotReload.await("build failed after ")
        }
        #expect(hotReload.errors.lines(with: "notify-send").count == 1)
        #expect(
          hotReload.errors.lines(with: "warning: cannot run 'notify-send': No such file or directory").count
            == 1)
      }
    }
  }
}
