internal import Building
internal import Project
internal import Settings

/// How the saves of the project are built.
struct BuildSystem: Equatable {
  /// Whether a command of the user's builds.
  var hasCommand = false
  /// Whether nothing is built, because there is neither a package nor a command.
  var buildsNothing = false
  /// The value of `--build-system`; `nil` for hotreload's choice, the native one.
  var name: String?
  /// The setting that switches the fast path off; `nil` if it is on.
  var fastPathBlocker: String?

  /// The finding about them.
  var finding: Finding {
    if buildsNothing {
      return .ok(.build, "nothing is built: there is no Package.swift and no 'build.command'")
    }
    if hasCommand { return .ok(.build, "every save is built by 'build.command'") }
    let system = name ?? "native"
    if let fastPathBlocker {
      return .ok(.build, "every save is built by swift build (--build-system \(system)): \(fastPathBlocker)")
    }
    return .ok(
      .build, "saves are built by the fast path, or else by swift build (--build-system \(system))")
  }
}

extension BuildSystem {
  /// Creates the build system of a project.
  init(_ project: Project) {
    let settings = project.settings
    buildsNothing = project.buildCommand != nil && settings.command(.buildCommand) == nil
    hasCommand = settings.command(.buildCommand) != nil
    let arguments = settings.strings(.buildArguments)
    if let index = arguments.firstIndex(of: "--build-system"), index + 1 < arguments.count {
      name = arguments[index + 1]
    } else {
      name = arguments.last { $0.hasPrefix("--build-system=") }.map { String($0.dropFirst(15)) }
    }
    fastPathBlocker = project.recipe.fastPathBlocker
    if fastPathBlocker == nil, let configuration = settings.string(.configuration), configuration != "debug" {
      fastPathBlocker = "the fast path is for debug builds, and 'build.configuration' is \(configuration)"
    }
  }
}
