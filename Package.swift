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
    // The modules, in the order in which a save passes through them. Each depends only on modules below it.
    // Therefore Reloader is near the bottom: modules above it use its types. Each comment says what a module
    // does, and what it must not know.
    .executableTarget(
      name: "HotReloadCLI",
      dependencies: [
        "Control", "Doctor", "Handoff", "Posix", "Project", "Reporting", "Session", "Settings", "TOML",
      ],
      swiftSettings: settings),
    // Checks the machine and the project before a run. Must not know a session.
    module(
      "Doctor",
      [
        "Building", "FileWatching", "Handoff", "Interposer", "Posix", "Project", "Reporting", "Serving",
        "Settings",
      ]),
    // Connects the modules of one run, and performs the reloader's actions. Knows all of them.
    module(
      "Session",
      [
        "Browser", "Building", "Control", "FastPathRun", "FileWatching", "Handoff", "Interposer", "Posix",
        "Project", "Reloader", "Reporting", "SelfWrites", "Serving", "Settings", "SwiftPM", "Watching",
      ]),
    // Speaks with whoever asks a running hotreload for something. Must not know how it is done.
    module("Control", ["Handoff", "Posix", "Reporting"]),
    // Translates the settings for each module below. Must not know what runs, or what is printed.
    module(
      "Project",
      [
        "Building", "FileWatching", "Git", "GitIgnore", "Handoff", "Posix", "Reloader", "Serving", "Settings",
        "SwiftPM", "TOML",
      ]),
    // Collects saves into batches. Must not know settings, builds or servers: it is told.
    module("Watching", ["FileWatching", "Git", "Posix", "SelfWrites"], path: "Sources/Watching/Saves"),
    // Knows what servers write. Must not know who starts them, or who asks.
    module("SelfWrites", ["Posix"], path: "Sources/Watching/SelfWrites"),
    // Tells which files have changed. Must not know who changed them, or what is done about it.
    module("FileWatching", ["CPosix", "GitIgnore"], path: "Sources/Watching/Files"),
    // Finds repositories, and tells when git is at rest. Must not know who asks.
    module("Git", ["GitIgnore", "Posix"], path: "Sources/Git/Repository"),
    // Builds programs. Must not know who watches, or how a program is started.
    module("Building", ["FastPathRun", "Posix", "Reloader", "Reporting", "Settings", "SwiftPM"]),
    // Runs the compilers and the linker of the fast path. Must not know settings, or other builds.
    module(
      "FastPathRun", ["FastPathLink", "FastPathPlan", "Posix", "Reporting", "SwiftPM"],
      path: "Sources/FastPath/Run"),
    // Pure: decides what the fast path compiles. Must not know the file system, or processes.
    module("FastPathPlan", ["FastPathLink"], path: "Sources/FastPath/Plan"),
    // Pure: ELF files and the linker's commands. Must not know what is compiled.
    module("FastPathLink", path: "Sources/FastPath/Link"),
    // Calls SwiftPM, and reads what it prints and writes. Must not know when a build starts.
    module("SwiftPM", ["Posix"]),
    // Runs the processes of the generations. Must not know builds, projects or the terminal.
    module("Serving", ["Handoff", "Interposer", "Posix", "Reloader", "SelfWrites", "Settings"]),
    // Serves pages to a browser. Must not know why they reload.
    module("Browser", ["Handoff", "Posix"]),
    // Compiles the preloaded library. Must not know which program loads it. Its C is one module of floors, because it
    // is one shared object: see base.h.
    module(
      "Interposer", ["Handoff", "LibraryInterface", "Posix"], resources: [.embedInCode("Preloaded")]),
    // Keeps what outlives a process, and speaks the protocol. Must not know who starts a process.
    module("Handoff", ["CPosix", "LibraryInterface", "Posix"]),
    // Prints lines and writes events. Must not know what causes them.
    module("Reporting", ["Posix", "Reloader"]),
    // Pure: decides about builds and generations. Must not know the modules above, which use its types.
    module("Reloader"),
    // Pure: every setting and its value. Must not know what a setting means.
    module("Settings", ["GitIgnore", "TOML"]),
    module("TOML"),
    // Pure: git's patterns and its index. Below Settings, which uses the patterns.
    module("GitIgnore", path: "Sources/Git/Ignore"),
    // Wraps system calls. Must not know hotreload.
    module("Posix", ["CPosix"]),
    .target(name: "CPosix"),

    // What an app may link, for more than unmodified servers get.
    module("HotReload", ["LibraryInterface"]),
    // Pure: the values on which that library and hotreload agree. Must not know either of them.
    module("LibraryInterface"),

    // Measures what the README claims: swift run -c release benchmarks
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "Posix", "Project", "Reloader", "SelfWrites", "Serving", "Session", "Settings",
      ],
      swiftSettings: settings),

    // The server of the README's first command.
    .executableTarget(name: "HelloServer", swiftSettings: settings),

    tests(of: "HotReloadCLI", ["Posix", "Project", "Settings", "WatchingTestSupport"]),
    tests(of: "Doctor", ["FileWatching", "Posix", "Project", "Reporting", "Serving", "WatchingTestSupport"]),
    tests(
      of: "Session",
      [
        "Building", "FastPathRun", "LoopTestSupport", "Posix", "Project", "Reloader", "Reporting", "Serving",
        "Settings",
        "WatchingTestSupport",
      ]),
    tests(of: "Control", ["Handoff", "LoopTestSupport", "Posix", "Reporting"]),
    tests(of: "Project", ["Building", "Posix", "Reloader", "Serving", "Settings", "WatchingTestSupport"]),
    tests(of: "Watching", ["FileWatching", "Posix", "RandomNumbers", "SelfWrites", "WatchingTestSupport"]),
    // The tests of the watcher save files from a process of its own, at the speed at which editors do.
    tests(of: "FileWatching", ["RandomNumbers", "TestTraits", "WatchingTestSupport", "watching-probe"]),
    .target(
      name: "WatchingTestSupport", dependencies: ["RandomNumbers"], path: "Tests/Support/WatchingTestSupport",
      swiftSettings: settings),
    .executableTarget(
      name: "watching-probe", dependencies: ["FileWatching", "WatchingTestSupport"],
      path: "Tests/Support/WatchingProbe", swiftSettings: settings),
    tests(of: "Git", ["GitIgnore", "Posix", "WatchingTestSupport"]),
    tests(
      of: "Building",
      [
        "FastPathRun", "LoopTestSupport", "Posix", "Reloader", "Reporting", "Settings", "SwiftPM",
        "WatchingTestSupport",
      ]),
    tests(
      of: "FastPathRun", ["FastPathLink", "FastPathPlan", "Posix", "WatchingTestSupport"]),
    tests(of: "FastPathPlan", ["FastPathLink", "RandomNumbers", "TestTraits"]),
    tests(of: "FastPathLink", ["FastPathPlan"]),
    tests(of: "SwiftPM", ["Posix"]),
    tests(
      of: "Serving", ["Handoff", "LoopTestSupport", "Posix", "Reloader", "Settings", "WatchingTestSupport"]),
    tests(of: "Browser"),
    tests(of: "Handoff", ["Posix"]),
    tests(of: "SelfWrites", ["Posix"]),
    tests(of: "Interposer", ["CHTTP1", "FastPathLink", "Posix"]),
    tests(of: "Reporting", ["Reloader"]),
    tests(of: "Reloader", ["RandomNumbers"]),
    tests(of: "Settings", ["RandomNumbers"]),
    tests(of: "TOML"),
    tests(of: "GitIgnore", ["RandomNumbers"]),
    tests(of: "Posix", ["LoopTestSupport", "WatchingTestSupport"]),
    // For tests of what a loop and its children do.
    .target(
      name: "LoopTestSupport", dependencies: ["Posix"], path: "Tests/Support/LoopTestSupport",
      swiftSettings: settings
    ),
    tests(of: "HotReload", ["LibraryInterface", "RandomNumbers"]),
    // For tests whose cases are made by chance.
    .target(name: "RandomNumbers", path: "Tests/Support/RandomNumbers", swiftSettings: settings),
    // When tests run.
    .target(name: "TestTraits", path: "Tests/Support/TestTraits", swiftSettings: settings),
    // The interposer's parser again, as a module that a test can call.
    .target(name: "CHTTP1", path: "Tests/Support/CHTTP1"),

    // The built program, from the outside, on the package in Tests/Fixtures.
    .testTarget(
      name: "EndToEndTests", dependencies: ["Posix", "RandomNumbers", "TestTraits", "WatchingTestSupport"],
      exclude: ["Golden"], swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
