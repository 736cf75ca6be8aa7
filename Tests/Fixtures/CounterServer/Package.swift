// swift-tools-version: 6.1
import PackageDescription

// The test puts the path of this repository in place of the word below.
let package = Package(
  name: "CounterServer",
  dependencies: [.package(name: "hotreload", path: "HOTRELOAD")],
  targets: [
    .executableTarget(name: "App", dependencies: [.product(name: "HotReload", package: "hotreload")])
  ],
  swiftLanguageModes: [.v6]
)
