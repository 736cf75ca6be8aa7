// swift-tools-version: 6.1
import PackageDescription

let package = Package(name: "BlockingServer", targets: [.executableTarget(name: "App")])
