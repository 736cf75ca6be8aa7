package import Posix
internal import Glibc

/// The commands of SwiftPM for one package. Their environment is the user's, the same at every call: SwiftPM plans anew
/// when it changes.
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

  /// SwiftPM 6.4 takes another build system by default, which needs about twice as long for one changed file, and has
  /// no plan for the fast path.
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

  private func command(_ arguments: [String]) -> Command {
    // SIGINT is what SwiftPM ends its compilers for; they are in process groups of their own.
    Command(
      path: "swift", arguments: ["swift"] + arguments, environment: environment,
      directory: root,
      parentDeathSignal: SIGINT)
  }
}
