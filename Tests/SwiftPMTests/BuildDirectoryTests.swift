import SwiftPM
import Foundation
import Testing

@Suite("A directory of products")
final class BuildDirectoryTests {
  private let root = NSTemporaryDirectory() + "products-\(UUID().uuidString)"

  deinit { try? FileManager.default.removeItem(atPath: root) }

  private func write(_ path: String, _ text: String = "") throws {
    let url = URL(filePath: "\(root)/\(path)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: false, encoding: .utf8)
  }

  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(root)/\(path)") }

  @Test("that of the native build system is two levels below the scratch directory")
  func native() {
    let directory = BuildDirectory(products: root + "/.build/x86_64/debug")
    #expect(directory.swiftBuild == nil)
    #expect(directory.scratch == root + "/.build")
  }

  @Test("that of Swift Build is beside its intermediate files, in a directory of its own")
  func swiftBuild() throws {
    try write(".build/out/Intermediates.noindex/x")
    let directory = BuildDirectory(products: root + "/.build/out/Products/Debug-linux")
    #expect(directory.swiftBuild == root + "/.build/out")
    #expect(directory.scratch == root + "/.build")
  }

  @Test(
    "has objects of saved sources removed",
    arguments: [
      ("x86_64/debug", "x86_64/debug/App.build/output-file-map.json"),
      (
        "out/Products/Debug-linux",
        "out/Intermediates.noindex/p.build/Debug-linux/App.build/Objects-normal/x86_64/App-OutputFileMap.json"
      ),
    ])
  func objects(products: String, map: String) throws {
    let map = ".build/" + map
    try write("App.o")
    try write("Other.o")
    try write(
      map, #"{"/p/App.swift":{"object":"\#(root)/App.o"},"/p/O.swift":{"object":"\#(root)/Other.o"}}"#)
    CompiledObjects.remove(of: ["/p/App.swift"], in: "\(root)/.build/\(products)")
    #expect(!exists("App.o") && exists("Other.o"))
    CompiledObjects.remove(of: nil, in: "\(root)/.build/\(products)")
    #expect(!exists("Other.o"))
  }

  @Test(
    "has the next build wait for the end of the second in which a module was compiled",
    arguments: [
      ("x86_64/debug", "x86_64/debug/App.build/primary.priors"),
      (
        "out/Products/Debug-linux",
        "out/Intermediates.noindex/p.build/Debug-linux/App.build/Objects-normal/x86_64/App-primary.priors"
      ),
    ])
  func second(products: String, record: String) throws {
    let map = record.replacing("App-primary.priors", with: "App-OutputFileMap.json")
    if map != record { try write(".build/" + map, "{}") }
    try write(".build/" + record)
    let path = "\(root)/.build/\(record)"
    let directory = "\(root)/.build/\(products)"
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
    #expect(CompiledObjects.delayUntilNextSecond(in: directory) == .zero)
    let now = Date(timeIntervalSinceNow: 0).timeIntervalSince1970.rounded(.down)
    let seconds = stride(from: now, through: now + 2, by: 1)
    // The test may itself run over the end of a second.
    let waits = try seconds.map { second in
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: second + 0.5)], ofItemAtPath: path)
      return CompiledObjects.delayUntilNextSecond(in: directory)
    }
    #expect(waits.contains { $0 > .zero })
  }
}
