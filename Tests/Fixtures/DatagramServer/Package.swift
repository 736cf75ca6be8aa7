// swift-tools-version: 6.1
import PackageDescription

let package = Package(name: "DatagramServer", targets: [.executableTarget(name: "App")])
