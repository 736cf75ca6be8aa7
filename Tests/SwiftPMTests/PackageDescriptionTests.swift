import SwiftPM
import Testing

@Suite("The product to run")
struct PackageDescriptionTests {
  private func package(_ executables: [String], unused type: String = "library") throws -> PackageDescription
  {
    let products = executables.map { #"{"name": "\#($0)", "targets": ["T"], "type": {"executable": null}}"# }
    return try PackageDescription(
      json: """
        {"name": "p", "path": "/p", "platforms": [],
         "dependencies": [{"identity": "local", "path": "/local", "type": "fileSystem"},
           {"identity": "nio", "type": "sourceControl", "url": "https://example.com"}],
         "products": [\((products + [#"{"name": "Lib", "targets": [], "type": {"library": ["automatic"]}}"#]).joined(separator: ","))],
         "targets": [
           {"name": "T", "path": "Sources/T", "type": "executable", "target_dependencies": ["Core", "Core2"]},
           {"name": "Core", "path": "Core", "type": "library", "target_dependencies": ["Core2"]},
           {"name": "Core2", "path": "Sources/Core2", "type": "library"},
           {"name": "Unused", "path": "Sources/Unused", "type": "\(type)"},
           {"name": "Generate", "path": "Plugins/Generate", "type": "plugin", "target_dependencies": ["Tool"]},
           {"name": "Tool", "path": "Sources/Tool", "type": "executable", "target_dependencies": ["Text"]},
           {"name": "Text", "path": "Sources/Text", "type": "library"},
           {"name": "TTests", "path": "Tests/TTests", "type": "test", "module_type": "SwiftTarget"}]}
        """)
  }

  @Test("is the only executable")
  func only() throws {
    #expect(try package(["App"]).executable(named: nil) == "App")
    #expect(try package(["App", "Tool"]).executable(named: "Tool") == "Tool")
  }

  @Test("cannot be guessed among several, and errors name what there is")
  func errors() throws {
    #expect(throws: ProductSelectionFailure.several(["App", "Tool"])) {
      try package(["Tool", "App"]).executable(named: nil)
    }
    #expect(throws: ProductSelectionFailure.none) { try package([]).executable(named: nil) }
    #expect(throws: ProductSelectionFailure.noSuch("Ap", available: ["App"])) {
      try package(["App"]).executable(named: "Ap")
    }
    #expect(
      "\(ProductSelectionFailure.several(["App", "Tool"]))"
        == "multiple executable products available: App, Tool; name one: hotreload run <product>")
    #expect(
      "\(ProductSelectionFailure.noSuch("Ap", available: ["App"]))"
        == "no executable product named 'Ap'; available: App")
  }

  @Test("is built alone where there are targets that it does not need, or other executables")
  func alone() throws {
    #expect(try package(["App"]).hasMore(than: "App"))
    #expect(try !package(["App"], unused: "test").hasMore(than: "App"))
    #expect(try package(["App", "Tool"], unused: "test").hasMore(than: "App"))
  }

  @Test("is built from the targets that it depends on, plugins and theirs, and packages in the file system")
  func sources() throws {
    #expect(
      try package(["App"]).sources(of: ["App"]).map(\.directory)
        == [
          "/p/Sources/T", "/p/Core", "/p/Sources/Core2", "/p/Plugins/Generate", "/p/Sources/Tool",
          "/p/Sources/Text",
        ])
    #expect(try package(["App"]).localDependencies == ["/local"])
  }
}
