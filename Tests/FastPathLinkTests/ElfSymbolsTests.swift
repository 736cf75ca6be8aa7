import FastPathLink
import Testing

@Suite("The symbols of an ELF file")
struct ElfSymbolsTests {
  static let source = """
    int visible = 1;
    __attribute__((visibility("hidden"))) int hidden(void) { return 2; }
    __attribute__((weak)) int weak(void) { return 3; }
    __thread int own;
    static int local(void) { return visible; }
    extern int elsewhere;
    __attribute__((weak)) extern int perhaps(void);
    int caller(void) { return local() + hidden() + elsewhere + (perhaps ? perhaps() : 0) + own; }
    """

  /// Returns the name and letter of each symbol that is not local, as `llvm-nm` writes it.
  private func listed(_ symbols: ElfSymbols) -> Set<String> {
    Set(
      symbols.globals.map { symbol in
        let name = String(decoding: symbols.name(of: symbol), as: UTF8.self)
        let isWeak = symbol.binding == 2
        return
          "\(name) \(symbol.isDefined ? isWeak ? "weak" : "defined" : isWeak ? "weak undefined" : "undefined")"
      })
  }

  private func expected(_ toolchain: Toolchain, _ words: [String]) throws -> Set<String> {
    let letters = ["U": "undefined", "w": "weak undefined", "v": "weak undefined", "W": "weak", "V": "weak"]
    let lines = try toolchain.run(["llvm-nm", "--extern-only", "--format=posix"] + words).split(
      separator: "\n")
    return Set(
      lines.compactMap { line in
        // Swift names may contain spaces, and names of C libraries have versions.
        guard let match = line.wholeMatch(of: /(.+?)(@.*)? ([A-Za-z])( [0-9a-f]+)* */) else { return nil }
        return "\(match.1) \(letters[String(match.3)] ?? "defined")"
      })
  }

  @Test("are those that llvm-nm lists, in objects of C and Swift, and in a library")
  func listed() throws {
    let toolchain = try Toolchain()
    func compare(_ name: String, _ words: [String]) throws {
      let (read, expected) = (listed(try toolchain.symbols(name)), try expected(toolchain, words))
      #expect(read == expected)
    }
    _ = try toolchain.compileC(Self.source, to: "a.o")
    try compare("a.o", ["a.o"])
    try toolchain.write("public struct A: Hashable { var a = 1 }; print([A()])", to: "main.swift")
    try toolchain.run(["swiftc", "-c", "-g", "-enable-testing", "main.swift", "-o", "b.o"])
    try compare("b.o", ["b.o"])
    _ = try toolchain.linkLibrary(["a.o"], to: "liba.so")
    try compare("liba.so", ["-D", "liba.so"])
  }

  @Test("are sorted by who may use them")
  func sorted() throws {
    let toolchain = try Toolchain()
    _ = try toolchain.compileC(Self.source, to: "a.o")
    let object = ObjectSymbols(try toolchain.symbols("a.o"))
    func keys(_ names: String...) -> Set<ElfSymbols.Key> { Set(names.map { .init($0.utf8) }) }
    #expect(Set(object.exported) == keys("visible", "own", "caller"))
    #expect(Set(object.exportedWeak) == keys("weak"))
    #expect(Set(object.hidden) == keys("hidden"))
    #expect(Set(object.needed).isSuperset(of: keys("elsewhere", "perhaps")))
    #expect(!object.needsAllObjects && !object.belongsToProgram)
  }

  @Test(
    "tell an object that depends on the image it is in",
    arguments: [
      ("extern char __start_list[]; char *a(void) { return __start_list; }", true, false),
      ("int dladdr(const void *, void *); int a(void) { return dladdr(a, 0); }", true, false),
      ("extern void *__dso_handle; void *a(void) { return &__dso_handle; }", false, true),
    ])
  func images(source: String, needsAll: Bool, belongs: Bool) throws {
    let toolchain = try Toolchain()
    _ = try toolchain.compileC(source, to: "a.o")
    let object = ObjectSymbols(try toolchain.symbols("a.o"))
    #expect(object.needsAllObjects == needsAll)
    #expect(object.belongsToProgram == belongs)
  }

  @Test("are found by name in a library, with whether they have a version")
  func lookup() throws {
    let toolchain = try Toolchain()
    let count = 300
    let functions = (0..<count).map { "int function\($0)(void) { return \($0); }" }.joined(separator: "\n")
    _ = try toolchain.compileC(functions + "\nextern int other; int *g(void) { return &other; }", to: "a.o")
    _ = try toolchain.linkLibrary(["a.o"], to: "liba.so")
    try toolchain.write("V2 { function1; };", to: "versions")
    _ = try toolchain.linkLibrary(["a.o"], to: "libb.so", ["-Wl,--version-script=versions"])
    try compare(toolchain, count, isLazy: false)
    try compare(toolchain, count, isLazy: true)
  }

  private func compare(_ toolchain: Toolchain, _ count: Int, isLazy: Bool) throws {
    let plain = try #require(ElfSymbols(try toolchain.file("liba.so"), isLazy: isLazy))
    let versioned = try #require(ElfSymbols(try toolchain.file("libb.so"), isLazy: isLazy))
    func found(_ name: String, _ symbols: ElfSymbols) -> (name: String, isVersioned: Bool)? {
      let bytes = Array(name.utf8)
      return symbols.definition(of: .init(bytes), bytes[...]).map {
        (String(decoding: symbols.name(of: $0.symbol), as: UTF8.self), $0.isVersioned)
      }
    }
    for number in 0..<count { #expect(found("function\(number)", plain)?.name == "function\(number)") }
    #expect(found("function1", plain)?.isVersioned == false)
    #expect(found("function1", versioned)?.isVersioned == true)
    #expect(found("function2", versioned)?.isVersioned == false)
    for name in ["other", "function", "function300", ""] { #expect(found(name, plain) == nil) }
  }

  @Test("those of a library come with its name and those of the libraries that it asks for")
  func dynamic() throws {
    let toolchain = try Toolchain()
    _ = try toolchain.compileC("int a;", to: "a.o")
    _ = try toolchain.linkLibrary(["a.o"], to: "liba.so")
    _ = try toolchain.linkLibrary(["a.o", "liba.so"], to: "libb.so")
    let dynamic = try #require(ElfDynamic(try toolchain.file("libb.so")))
    #expect(dynamic.soname == "libb.so")
    #expect(dynamic.needed.first == "liba.so")
    let object = try toolchain.file("a.o")
    #expect(ElfDynamic(object) == nil)
  }

  @Test("are not read from a file that is cut off anywhere, or has other bytes, and nothing crashes")
  func garbage() throws {
    let toolchain = try Toolchain()
    let object = try toolchain.compileC(Self.source, to: "a.o")
    let library = try toolchain.linkLibrary(["a.o"], to: "liba.so")
    for file in [object, library] {
      #expect(readAll(file))
      for count in 0..<file.count where !(count > 4096 && count % 7 > 0) {
        #expect(!readAll(Array(file.prefix(count))))
      }
      var state: UInt64 = 1
      for _ in 0..<3000 {
        var changed = file
        for _ in 0..<4 {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          // Most changes are in the part with numbers.
          let places = state % 2 == 0 ? 64 : changed.count
          changed[Int(state >> 33) % places] =
            [0, 1, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: state >> 20)][
              Int(state >> 40) % 6]
        }
        _ = readAll(changed)
        // The section headers, which are last.
        changed = file
        let start = max(0, changed.count - 64 * 30)
        for _ in 0..<3 {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          changed[start + Int(state >> 33) % (changed.count - start)] = UInt8(truncatingIfNeeded: state >> 24)
        }
        _ = readAll(changed)
      }
    }
  }
}
