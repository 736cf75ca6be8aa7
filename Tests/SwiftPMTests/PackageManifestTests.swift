import SwiftPM
import Testing

@Suite("A manifest")
struct PackageManifestTests {
  @Test("says where targets are, and which packages of the file system it uses")
  func read() throws {
    let manifest = try PackageManifest(
      json: """
        {"name": "Lib", "cLanguageStandard": null,
         "dependencies": [{"fileSystem": [{"identity": "core", "path": "/Core", "productFilter": null}]},
           {"sourceControl": [{"identity": "nio", "location": {"remote": ["https://example.com"]}}]}],
         "targets": [{"name": "A", "path": null, "type": "regular"}, {"name": "B", "type": "executable"},
           {"name": "C", "path": "CLibs/C", "type": "regular"}, {"name": "T", "path": "T", "type": "test"}]}
        """)
    #expect(manifest.targetPaths == ["CLibs/C"])
    #expect(manifest.localDependencies == ["/Core"])
  }
}
