import FastPath
import Testing

extension Compilation.Step {
  fileprivate var module: Int {
    switch self {
    case .emitModule(let index), .compile(let index, _), .wrap(let index): index
    }
  }
}

extension Compilation {
  /// Whether every object is new, once no step is running.
  fileprivate var isDone: Bool {
    var copy = self
    return count == 0 && copy.next() == []
  }
}

@Suite("A compilation")
struct CompilationTests {
  private let low = 0
  private let app = 1
  private let lowSource = "/p/Sources/Low/Low.swift"
  private let otherSource = "/p/Sources/Low/Sub/Other.swift"
  private let appSource = "/p/Sources/App/App.swift"

  private func compilation() throws -> Compilation { Compilation(try SampleManifest().plan().modules) }

  @Test("of a changed body is one source and the interface")
  func body() throws {
    var compilation = try compilation()
    compilation.begin(changed: [lowSource])
    #expect(compilation.next() == [.emitModule(low), .compile(low, lowSource)])
    #expect(compilation.next() == [])
    compilation.succeeded(.compile(low, lowSource), changed: false)
    compilation.succeeded(.emitModule(low), changed: false)
    #expect(compilation.isDone)
    #expect(compilation.replaced == [lowSource])
    #expect(compilation.rewrapped == [])
  }

  @Test("of a source whose last edit changed the interface does not wait to see whether this one does")
  func suspect() throws {
    var compilation = try compilation()
    compilation.begin(changed: [appSource])
    _ = compilation.next()
    compilation.succeeded(.emitModule(app), changed: true)
    compilation.succeeded(.compile(app, appSource), changed: false)
    compilation.begin(changed: [lowSource])
    #expect(compilation.next().contains(.compile(low, otherSource)) == false)
    compilation.succeeded(.emitModule(low), changed: true)
    compilation.begin(changed: [lowSource])
    #expect(compilation.next().contains(.compile(low, otherSource)))
    compilation.succeeded(.emitModule(low), changed: false)
    for source in [lowSource, otherSource] { compilation.succeeded(.compile(low, source), changed: false) }
    compilation.succeeded(.wrap(low), changed: false)
    compilation.confirm()
    compilation.begin(changed: [lowSource])
    #expect(compilation.next().contains(.compile(low, otherSource)) == false)
  }

  @Test("of a changed interface goes on to the rest of the module, and then to those that import it")
  func interface() throws {
    var compilation = try compilation()
    compilation.begin(changed: [lowSource])
    _ = compilation.next()
    compilation.succeeded(.emitModule(low), changed: true)
    #expect(compilation.next() == [.wrap(low), .compile(low, otherSource)])
    compilation.succeeded(.compile(low, lowSource), changed: false)
    compilation.succeeded(.wrap(low), changed: false)
    #expect(compilation.next() == [])
    compilation.succeeded(.compile(low, otherSource), changed: false)
    #expect(compilation.next() == [.emitModule(app), .compile(app, appSource)])
    compilation.succeeded(.emitModule(app), changed: false)
    compilation.succeeded(.compile(app, appSource), changed: false)
    #expect(compilation.isDone)
    #expect(compilation.rewrapped == [low])
  }

  @Test("of modules that do not import each other begins with both")
  func independent() throws {
    var manifest = SampleManifest()
    manifest.appImports = []
    var compilation = Compilation(try manifest.plan().modules)
    compilation.begin(changed: [lowSource, appSource])
    let steps = compilation.next()
    #expect(steps.count == 4)
    #expect(Set(steps.map(\.module)) == [0, 1])
  }

  @Test("during which sources may have changed is done again", arguments: [true, false])
  func unconfirmed(isConfirmed: Bool) throws {
    var compilation = try compilation()
    compilation.begin(changed: [lowSource])
    _ = compilation.next()
    compilation.succeeded(.emitModule(low), changed: false)
    compilation.succeeded(.compile(low, lowSource), changed: false)
    if isConfirmed { compilation.confirm() }
    compilation.begin(changed: [otherSource])
    #expect(compilation.next().contains(.compile(low, lowSource)) == !isConfirmed)
  }

  @Test("that had errors is taken up by the next one")
  func afterErrors() throws {
    var compilation = try compilation()
    compilation.begin(changed: [lowSource])
    _ = compilation.next()
    compilation.succeeded(.emitModule(low), changed: true)
    #expect(compilation.count == 3)
    compilation.begin(changed: [otherSource])
    #expect(
      compilation.next() == [.emitModule(low), .compile(low, lowSource), .compile(low, otherSource)])
    compilation.succeeded(.emitModule(low), changed: false)
    compilation.succeeded(.compile(low, lowSource), changed: false)
    compilation.succeeded(.compile(low, otherSource), changed: false)
    #expect(compilation.next() == [.wrap(low), .emitModule(app), .compile(app, appSource)])
    #expect(!compilation.isDone)
  }
}
