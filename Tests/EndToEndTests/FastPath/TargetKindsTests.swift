import Foundation
import Testing
import TestTraits

extension EndToEnd {
  /// The targets of this program are of every kind that SwiftPM builds.
  @Suite("the fast path, with targets of other kinds", .long)
  struct TargetKindsTests {
    private static let files = [
      "Package.swift": """
      // swift-tools-version: 6.0
      import PackageDescription
      let package = Package(
        name: "kinds", dependencies: [.package(path: "Dependency")],
        targets: [
          .target(name: "Engine"),
          .systemLibrary(name: "System"),
          .executableTarget(name: "Generator"),
          .plugin(name: "Generating", capability: .buildTool(), dependencies: ["Generator"]),
          .target(
            name: "Library", dependencies: ["Engine"], resources: [.process("number.txt")],
            swiftSettings: [.interoperabilityMode(.Cxx), .unsafeFlags(["-DUNSAFE"])]),
          .executableTarget(
            name: "App",
            dependencies: ["Library", "System", .product(name: "Dependency", package: "Dependency")],
            swiftSettings: [.interoperabilityMode(.Cxx), .define("DEFINED")],
            linkerSettings: [.linkedLibrary("dl")], plugins: ["Generating"]),
          .testTarget(
            name: "LibraryTests", dependencies: ["Library"], swiftSettings: [.interoperabilityMode(.Cxx)]),
        ], cxxLanguageStandard: .cxx17)
      """,
      "Dependency/Package.swift": """
      // swift-tools-version: 6.0
      import PackageDescription
      let package = Package(
        name: "Dependency", products: [.library(name: "Dependency", targets: ["Dependency"])],
        targets: [.target(name: "Dependency")])
      """,
      "Dependency/Sources/Dependency/Dependency.swift": "public func dependency() -> Int { 1 }\n",
      "Sources/Engine/engine.cpp": """
      #include "engine.h"
      #include <string>
      int Engine::length() const { return std::string("engine").size(); }

      """,
      "Sources/Engine/include/engine.h": """
      #pragma once
      struct Engine { int length() const; };

      """,
      "Sources/System/module.modulemap": "module System { header \"system.h\" link \"m\" }\n",
      "Sources/System/system.h": "#ifdef __cplusplus\nextern \"C\"\n#endif\ndouble tgamma(double);\n",
      "Sources/Generator/main.swift": """
      import Foundation
      let paths = CommandLine.arguments
      let number = try String(contentsOfFile: paths[1], encoding: .utf8)
      try "let generated = \\(number)".write(toFile: paths[2], atomically: true, encoding: .utf8)

      """,
      "Plugins/Generating/plugin.swift": """
      import PackagePlugin
      @main struct Generating: BuildToolPlugin {
        func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
          let input = context.package.directoryURL.appending(path: "Sources/App/generated.txt")
          let output = context.pluginWorkDirectoryURL.appending(path: "Generated.swift")
          return [
            .buildCommand(
              displayName: "generated", executable: try context.tool(named: "Generator").url,
              arguments: [input.path, output.path], inputFiles: [input], outputFiles: [output])
          ]
        }
      }

      """,
      "Sources/Library/number.txt": "1\n",
      "Sources/Library/Library.swift": """
      import Engine
      import Foundation
      #if UNSAFE
      func hidden() -> Int { 1 }
      #endif
      public func library() -> String {
        let path = Bundle.module.path(forResource: "number", ofType: "txt") ?? ""
        let resource = (try? String(contentsOfFile: path, encoding: .utf8))?.prefix(1) ?? "none"
        return "library \\(hidden()) engine \\(Engine().length()) resource \\(resource)"
      }

      """,
      "Sources/App/generated.txt": "1\n",
      "Sources/App/main.swift": """
      import Dependency
      import Library
      import System
      #if DEFINED
      print("app 1 \\(library()) dependency \\(dependency()) generated \\(generated) system \\(Int(tgamma(2.0)))")
      #endif

      """,
      "Tests/LibraryTests/LibraryTests.swift": """
      import Testing
      @testable import Library
      @Test func number() { #expect(hidden() > 0) }

      """,
    ]

    @Test("makes the program that swift build makes, or leaves it to that")
    func kinds() throws {
      try withPackage { package in
        try FileManager.default.removeItem(atPath: package.root + "/Sources")
        var expected = [
          "app": 1, "library": 1, "engine": 6, "resource": 1, "dependency": 1, "generated": 1, "system": 1,
        ]
        let order = ["app", "library", "engine", "resource", "dependency", "generated", "system"]
        func line() -> String { order.map { "\($0) \(expected[$0] ?? 0)" }.joined(separator: " ") }
        for (path, text) in Self.files {
          let file = URL(filePath: "\(package.root)/\(path)")
          try package.makeDirectory(file.deletingLastPathComponent().path, [file.lastPathComponent: text])
        }
        let hotReload = try package.hotReload(["run", "--verbose", "App"])
        try hotReload.output.await(line())
        try hotReload.await("fast builds are ready")

        let edits = [
          ("Sources/App/main.swift", "app 1", "app 2", "app", 2, true),
          ("Sources/Library/Library.swift", "{ 1 }", "{ 2 }", "library", 2, true),
          ("Dependency/Sources/Dependency/Dependency.swift", "{ 1 }", "{ 2 }", "dependency", 2, true),
          ("Sources/Engine/engine.cpp", "\"engine\"", "\"engines\"", "engine", 7, false),
          ("Sources/App/main.swift", "2.0", "3.0", "system", 2, true),
          ("Sources/Library/number.txt", "1", "2", "resource", 2, false),
          ("Sources/App/generated.txt", "1", "2", "generated", 2, false),
          ("Sources/Generator/main.swift", "= \\(number)", "= 1\\(number)", "generated", 12, false),
          ("Sources/Library/Library.swift", "{ 1 }", "{ 3 }", "library", 3, true),
        ]
        for (path, old, new, word, value, isFast) in edits {
          let text = Self.files[path] ?? ""
          let edited =
            path == "Sources/App/main.swift" && word == "system"
            ? text.replacing("app 1", with: "app 2") : text
          try package.replace("\(package.root)/\(path)", edited.replacing(old, with: new))
          expected[word] = value
          try hotReload.output.await(line())
          if isFast {
            try hotReload.await("(fast)")
          } else {
            try hotReload.await("falling back to swift build: ")
            try hotReload.await("fast builds are ready")
          }
        }
        let (ending, text) = try ReferenceBuild.run(
          ["/usr/bin/env", "swift", "build", "--build-tests", "--package-path", package.root],
          package.environment())
        #expect(ending == .exited(0), "\(text)")
      }
    }
  }
}
