// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil, resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: path, resources: resources, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: settings)
}

let package = Package(
  name: "hotreload",
  products: [
    .executable(name: "hotreload", targets: ["HotReloadCLI"]),
    .executable(name: "hello-server", targets: ["HelloServer"]),
    .library(name: "HotReload", targets: ["HotReload"]),
  ],
  targets: [
    // The stages of a save, in the order in which it passes through them.
    .executableTarget(
      name: "HotReloadCLI", dependencies: ["Runtime", "Project", "Settings", "TOML", "Reporting", "Posix"],
      swiftSettings: settings),
    module("Reloader"),
    module(
      "Runtime",
      [
        "Browser", "Building", "Reporting", "FastPathRun", "FileWatching", "Git", "GitIgnore", "Handoff", "Interposer",
        "Posix", "Project", "Reloader", "Serving", "Settings", "SwiftPM", "Watching",
      ]),
    module(
      "Project",
      [
        "Building", "FileWatching", "Git", "GitIgnore", "Handoff", "Posix", "Reloader", "Serving", "Settings",
        "SwiftPM", "TOML",
      ]),
    module("FileWatching", ["CPosix", "GitIgnore"], path: "Sources/Watching/Files"),
    module("Watching", ["FileWatching", "Git", "Posix"], path: "Sources/Watching/Saves"),
    module("GitIgnore", path: "Sources/Git/Ignore"),
    module("Git", ["GitIgnore", "Posix"], path: "Sources/Git/Repository"),
    module("SwiftPM", ["Posix"]),
    module("Building", ["FastPathRun", "Posix", "Reloader", "Reporting", "Settings", "SwiftPM"]),
    module("FastPathLink", path: "Sources/FastPath/Link"),
    module("FastPathPlan", ["FastPathLink"], path: "Sources/FastPath/Plan"),
    module(
      "FastPathRun", ["FastPathLink", "FastPathPlan", "Posix", "Reporting", "SwiftPM"],
      path: "Sources/FastPath/Run"),
    module("Serving", ["Handoff", "Interposer", "Posix", "Reloader", "Settings"]),
    module("Handoff", ["Posix"]),
    module("Interposer", ["Posix"], resources: [.embedInCode("Preloaded")]),
    module("Reporting", ["Posix", "Reloader"]),
    module("Browser", ["Handoff", "Posix"]),
    module("Settings", ["GitIgnore", "TOML"]),
    module("TOML"),
    module("Posix", ["CPosix"]),
    .target(name: "CPosix"),

    // What an app may link, for more than unmodified servers get.
    module("HotReload"),

    // Measures what the README claims: swift run -c release benchmarks
    .executableTarget(
      name: "benchmarks", dependencies: ["Runtime", "Project", "Serving", "Reloader", "Posix"], swiftSettings: settings),

    // The server of the README's first command.
    .executableTarget(name: "HelloServer", swiftSettings: settings),

    tests(of: "Posix"),
    tests(of: "Reloader", ["RandomNumbers"]),
    // The tests of the watcher save files from a process of its own, at the speed at which editors do.
    tests(of: "FileWatching", ["RandomNumbers", "WatchingTestSupport", "watching-probe"]),
    tests(of: "Watching", ["RandomNumbers"]),
    .target(
      name: "WatchingTestSupport", dependencies: ["RandomNumbers"], path: "Tests/WatchingTestSupport",
      swiftSettings: settings),
    .executableTarget(
      name: "watching-probe", dependencies: ["FileWatching", "WatchingTestSupport"],
      path: "Tests/WatchingProbe", swiftSettings: settings),
    tests(of: "GitIgnore", ["RandomNumbers"]),
    tests(of: "Handoff", ["Posix"]),
    tests(of: "Interposer", ["CHTTP1"]),
    tests(of: "SwiftPM", ["Posix"]),
    tests(of: "Building"),
    .testTarget(
      name: "FastPathTests", dependencies: ["FastPathLink", "FastPathPlan", "RandomNumbers"],
      swiftSettings: settings),
    tests(of: "Reporting", ["Reloader"]),
    tests(of: "Browser"),
    tests(of: "Project", ["Settings"]),
    tests(of: "Settings", ["RandomNumbers"]),
    tests(of: "HotReload", ["RandomNumbers"]),
    tests(of: "TOML"),
    // For tests whose cases are made by chance.
    .target(name: "RandomNumbers", path: "Tests/RandomNumbers", swiftSettings: settings),
    // The interposer's parser again, as a module that a test can call.
    .target(name: "CHTTP1", path: "Tests/CHTTP1"),

    // The built program, from the outside, on the package in Tests/Fixtures.
    .testTarget(
      name: "EndToEndTests", dependencies: ["Posix", "RandomNumbers", "WatchingTestSupport"],
      exclude: ["Golden"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
