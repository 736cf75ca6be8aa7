package import Posix
internal import Glibc

/// The SwiftPM commands for one package. Their environment is that of the last plan, because SwiftPM plans
/// again if it changes (``SwiftPMTerminals``).
package struct SwiftPM: Sendable {
  /// The absolute path of the package's root.
  package let root: String
  /// The configuration, `debug` or `release`; `nil` for SwiftPM's default.
  package let configuration: String?
  /// The user's additional arguments.
  let arguments: [String]
  /// The environment of the commands, as `NAME=value`.
  private let environment: [String]

  /// Creates the commands for the package at `root`.
  package init(
    root: String, configuration: String?, arguments: [String],
    environment: [String] = CurrentProcess.environment
  ) {
    self.root = root
    self.configuration = configuration
    self.arguments = arguments
    self.environment = environment
  }

  /// The option for the native build system, unless the user has chosen one. SwiftPM 6.4 uses Swift Build by
  /// default, which takes about twice as long for one changed file.
  private var buildSystem: [String] {
    arguments.contains { $0 == "--build-system" || $0.hasPrefix("--build-system=") }
      ? [] : ["--build-system", "native"]
  }

  /// The options of every build.
  private var options: [String] { (configuration.map { ["-c", $0] } ?? []) + buildSystem + arguments }

  /// Returns `swift build` for one product. If it is `nil`, everything is built, which is faster if there is
  /// no other executable.
  package func build(product: String?) -> Command {
    command(["build"] + options + (product.map { ["--product", $0] } ?? []))
  }

  /// The command that prints the directory of the products.
  package var showBinPath: Command { command(["build"] + options + ["--show-bin-path"]) }

  /// The command that prints the ``PackageDescription`` as JSON.
  package var describe: Command { command(["package"] + locations + ["describe", "--type", "json"]) }

  /// Returns the command that prints the ``PackageManifest`` of another package as JSON. It takes no lock,
  /// and does not write into that package.
  package func dump(_ root: String) -> Command {
    command(["package", "--package-path", root, "dump-package"])
  }

  /// The options that state where dependencies are stored, and how they are fetched.
  private var locations: [String] {
    let options = ["--scratch-path", "--cache-path", "--config-path", "--security-path", "--netrc-file"]
    return arguments.indices.dropLast().filter { options.contains(arguments[$0]) }.flatMap {
      arguments[$0...($0 + 1)]
    }
  }

  /// Returns SwiftPM's scratch directory. A relative path is relative to the package's root, in which the
  /// commands run.
  static func scratch(root: String, arguments: [String], environment: [String]) -> String {
    var path =
      environment.last { $0.hasPrefix("SWIFTPM_BUILD_DIR=") }.map { String($0.dropFirst(18)) } ?? ".build"
    for option in ["--build-path", "--scratch-path"] {
      for index in arguments.indices {
        if arguments[index] == option, index + 1 < arguments.count { path = arguments[index + 1] }
        if arguments[index].hasPrefix(option + "=") {
          path = String(arguments[index].dropFirst(option.count + 1))
        }
      }
    }
    return path.hasPrefix("/") ? path : "\(root)/\(path)"
  }

  /// Returns the command for SwiftPM with these arguments.
  private func command(_ arguments: [String]) -> Command {
    // SIGINT, because it is the only signal on which SwiftPM stops its compilers, which run in their own
    // process groups.
    Command(
      path: "swift", arguments: ["swift"] + arguments, environment: environment,
      directory: root,
      parentDeathSignal: SIGINT)
  }
}
