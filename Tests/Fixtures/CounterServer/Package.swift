// swift-tools-version: 6.1
import PackageDescription

// The tests put a copy of the library beside App: what they start watches no sources but its own.
let package = Package(
  name: "CounterServer",
  targets: [
    .target(name: "LibraryInterface"), .target(name: "HotReload", dependencies: ["LibraryInterface"]),
    .executableTarget(name: "App", dependencies: ["HotReload"]),
  ],
  swiftLanguageModes: [.v6]
)
