// swift-tools-version: 6.1
import PackageDescription

// Servers as their frameworks' users write them: nothing here knows of hotreload, and none of them handles a signal. Not
// built by the tests; `benchmarks servers` measures those that are.
let package = Package(
  name: "framework-servers",
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
  ],
  targets: [
    .executableTarget(
      name: "NIOServer",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    .executableTarget(
      name: "FlyingFoxServer", dependencies: [.product(name: "FlyingFox", package: "FlyingFox")]),
    .executableTarget(
      name: "GRPCServer",
      dependencies: [
        "GenerationService",
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
      ]),
    // The load for it: `benchmarks servers` reads what it prints.
    .executableTarget(
      name: "GRPCClient",
      dependencies: [
        "GenerationService",
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
      ]),
    .target(
      name: "GenerationService", dependencies: [.product(name: "GRPCCore", package: "grpc-swift-2")]),
  ],
  swiftLanguageModes: [.v6]
)
