// swift-tools-version: 6.1
import PackageDescription

let package = Package(name: "PollServer", targets: [.executableTarget(name: "App")])
