package import Posix
internal import Glibc

/// The commands of SwiftPM for one package. Their environment is that of its last plan: SwiftPM plans anew when it changes
/// (``SwiftPMTerminals``).
package struct SwiftPM: Sendable {
  /// The package's root, absolute.
  package let root: String
  /// `debug`, `release`, or nil for SwiftPM's default.
  package let configuration: String?
  /// What the user has it build with besides.
  let arguments: [String]
  private let environment: [String]

  /// For the package at `root`.
  package init(
    root: String, configuration: String?, arguments: [String],
    environment: [String] = CurrentProcess.environment
  ) {
    self.root = root
    self.configuration = configuration
    self.arguments = arguments
    self.environment = environment
  }

  /// The native build system where the user has not chosen one: SwiftPM 6.4 takes Swift Build by default, which needs about
  /// twice as long for one changed file.
  private var buildSystem: [String] {
    arguments.contains { $0 == "--build-system" || $0.hasPrefix("--build-system=") }
      ? [] : ["--build-system", "native"]
  }

  private var options: [String] { (configuration.map { ["-c", $0] } ?? []) + buildSystem + arguments }

  /// `swift build` for this product only, or for everything: that is faster when there is no other executable.
  package func build(product: String?) -> Command {
    command(["build"] + options + (product.map { ["--product", $0] } ?? []))
  }

  /// Prints the directory of the built products.
  package var showBinPath: Command { command(["build"] + options + ["--show-bin-path"]) }

  /// Prints ``PackageDescription`` as JSON.
  package var describe: Command { command(["package"] + locations + ["describe", "--type", "json"]) }

  /// Prints the ``PackageManifest`` of another package as JSON. Takes no lock, and writes nothing into that package.
  package func dump(_ root: String) -> Command {
    command(["package", "--package-path", root, "dump-package"])
  }

  /// Where dependencies are, and come from, if that is not where they usually are.
  private var locations: [String] {
    let options = ["--scratch-path", "--cache-path", "--config-path", "--security-path", "--netrc-file"]
    return arguments.indices.dropLast().filter { options.contains(arguments[$0]) }.flatMap {
      arguments[$0...($0 + 1)]
    }
  }

  /// The directory that SwiftPM builds in. A relative path is relative to the package's root, where the commands are run.
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

  private func command(_ arguments: [String]) -> Command {
    // SIGINT is what SwiftPM ends its compilers for; they are in process groups of their own.
    Command(
      path: "swift", arguments: ["swift"] + arguments, environment: environment,
      directory: root,
      parentDeathSignal: SIGINT)
  }
}
