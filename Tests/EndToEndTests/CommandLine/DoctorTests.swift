import Foundation
import Testing

extension EndToEnd {
  @Suite("hotreload doctor")
  struct DoctorTests {
    private struct Finding: Decodable {
      let check, severity, text: String
      let advice: String?
    }

    /// Runs it, and returns its findings and its exit code.
    private func examine(
      _ package: TemporaryPackage, _ options: String..., environment: [String: String?] = [:],
      in directory: String? = nil
    ) throws -> (findings: [Finding], ending: ChildProcess.Ending) {
      let running = try package.hotReload(
        ["doctor", "--json"] + options, environment: environment, in: directory)
      let ending = try running.process.awaitEnd()
      let findings = try JSONDecoder().decode([Finding].self, from: Data(running.output.awaitEnd().utf8))
      return (findings, ending)
    }

    @Test("finds a machine and a package in order, and leaves nothing behind")
    func order() throws {
      try withPackage { package in
        let before = try FileManager.default.contentsOfDirectory(atPath: package.root).sorted()
        let (findings, ending) = try examine(package, environment: ["PORT": nil])
        #expect(ending == .exited(0))
        #expect(!findings.contains { $0.severity == "problem" })
        let checks = ["project", "toolchain", "build", "linker", "library", "events", "directories", "ports"]
        for check in checks {
          #expect(findings.first { $0.check == check }?.severity == "ok", "\(check)")
        }
        for check in ["watches", "instances", "container", "terminal"] {
          #expect(findings.contains { $0.check == check }, "\(check)")
        }
        #expect(findings[0].text == "\(package.root), with no settings")
        #expect(try FileManager.default.contentsOfDirectory(atPath: package.root).sorted() == before)
      }
    }

    @Test("prints a line for each check")
    func lines() throws {
      try withServer { package in
        let running = try package.hotReload([
          "doctor", "-C", package.directory, "--build-command", "true", "--run-command", "true",
        ])
        let lines = try running.output.awaitEnd().split(separator: "\n")
        #expect(try running.process.awaitEnd() == .exited(0))
        #expect(lines.contains("ok       build        every save is built by 'build.command'"))
        #expect(lines.allSatisfy { $0.hasPrefix("ok ") || $0.hasPrefix("warning ") })
      }
    }

    @Test("names the process that has a wanted port, and what to do, and exits with 1")
    func takenPort() throws {
      try withServer { package in
        _ = try package.serving()
        let holder = try package.answer().pid
        let listen = "127.0.0.1:\(package.port)"
        let options = ["--build-command", "true", "--run-command", "true"]
        let first = try examine(package, options[0], options[1], options[2], options[3], "--listen", listen)
        let held = try #require(first.findings.first { $0.text.hasPrefix("\(listen) (swap.listen)") })
        // The socket is that of hotreload too, which runs here.
        #expect(held.severity == "ok", "\(held.text)")
        #expect(first.ending == .exited(0))
        let socket = try Listener(port: Ports.free())
        let second = try examine(
          package, options[0], options[1], options[2], options[3], "--listen", "127.0.0.1:\(socket.port)")
        let taken = try #require(second.findings.first { $0.text.hasPrefix("127.0.0.1:\(socket.port) ") })
        #expect(taken.severity == "problem")
        #expect(taken.text.contains("is taken by process \(getpid()) ("))
        #expect(taken.advice == "stop it, or choose another address")
        #expect(second.ending == .exited(1))
        #expect(try package.answer().pid == holder)
      }
    }

    @Test("checks the machine where there is no project")
    func noProject() throws {
      try withPackage { package in
        let (findings, ending) = try examine(package, in: package.directory)
        #expect(ending == .exited(0))
        #expect(findings[0].check == "project" && findings[0].severity == "warning")
        #expect(
          findings[0].text.hasPrefix("no Package.swift in \(package.directory) or a directory above it"))
        #expect(findings.contains { $0.check == "library" && $0.severity == "ok" })
        #expect(!findings.contains { $0.check == "ports" })
      }
    }

    @Test("finds wrong settings a problem")
    func wrongSettings() throws {
      try withPackage { package in
        try package.replace(package.root + "/.reload.toml", "[run]\nprodukt = \"App\"\n")
        let (findings, ending) = try examine(package)
        #expect(ending == .exited(1))
        #expect(findings[0].severity == "problem")
        #expect(findings[0].text.hasPrefix("\(package.root)/.reload.toml:2:1: error: unknown key 'produkt'"))
      }
    }

    @Test("finds a library that cannot be compiled a problem")
    func noCompiler() throws {
      try withPackage { package in
        let (findings, ending) = try examine(package, environment: ["PATH": "/nowhere"])
        #expect(ending == .exited(1))
        for check in ["toolchain", "library"] {
          #expect(findings.first { $0.check == check }?.severity == "problem", "\(check)")
        }
      }
    }
  }
}

/// A listening socket of the tests.
private final class Listener {
  let port: UInt16
  private let number: Int32

  init(port: UInt16) throws {
    self.port = port
    number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard bound == 0, listen(number, 8) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  }

  deinit { close(number) }
}
