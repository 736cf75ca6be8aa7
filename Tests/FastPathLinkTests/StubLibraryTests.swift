import FastPathLink
import Foundation
import Glibc
import Testing

@Suite("A stub of a library")
struct StubLibraryTests {
  private let symbols: [StubLibrary.Symbol] = [
    .init(name: Array("function".utf8), type: 2, binding: 1, visibility: 3),
    .init(name: Array("variable".utf8), type: 1, binding: 1, size: 4),
    .init(name: Array("perhaps".utf8), type: 2, binding: 2),
    .init(name: Array("own".utf8), type: 6, binding: 1, size: 4),
    .init(name: Array("needed".utf8), type: 0, binding: 1, isDefined: false),
  ]

  @Test("is a library with these symbols and this name")
  func content() throws {
    let stub = StubLibrary(soname: "libreal.so", machine: 62, symbols: symbols)
    let file = try #require(elf(stub.bytes))
    #expect(file.kind == .library && file.machine == 62)
    #expect(ElfDynamic(file)?.soname == "libreal.so")
    #expect(ElfDynamic(file)?.needed == [])
    let read = try #require(ElfSymbols(file))
    #expect(read.count == symbols.count + 1)
    for (symbol, written) in zip(read.globals, symbols) {
      #expect(Array(read.name(of: symbol)) == written.name)
      #expect(symbol.type == written.type && symbol.binding == written.binding)
      #expect(symbol.size == written.size && symbol.isDefined == written.isDefined)
      #expect(symbol.other & 3 == written.visibility)
    }
    for count in stride(from: 0, to: stub.bytes.count, by: 1) { _ = readAll(Array(stub.bytes.prefix(count))) }
  }

  @Test("can be loaded, and has nothing then")
  func loaded() throws {
    let toolchain = try Toolchain()
    for list in [symbols.filter(\.isDefined), []] {
      _ = try toolchain.compileC("int a;", to: "a.o")
      let machine = try toolchain.file("a.o").machine
      let name = "libstub\(list.count).so"
      try toolchain.write(StubLibrary(soname: name, machine: machine, symbols: list).bytes, to: name)
      let handle = try #require(dlopen(toolchain.path(name), RTLD_NOW))
      for name in ["function", "absent"] { #expect(dlsym(handle, name) == nil) }
      dlclose(handle)
    }
  }

  @Test(
    "stands for the real library when a program is linked: the program is the same, and runs with the real one"
  )
  func linked() throws {
    let toolchain = try Toolchain()
    _ = try toolchain.compileC(
      "int variable = 5; int function(int n) { return n + variable; } __thread int own = 2; int unused(void) { return 0; }"
        + "int both(void) { return 1; } int callBoth(void) { return both(); }",
      to: "real.o")
    _ = try toolchain.linkLibrary(["real.o"], to: "libreal.so")
    _ = try toolchain.compileC(
      """
      extern int variable; extern __thread int own; int function(int); int callBoth(void); int printf(const char *, ...);
      int both(void) { return 7; }
      int main(void) { printf("%d %d %d %d", function(variable), own, callBoth(), function != 0); }
      """, to: "main.o")
    var set = StubSet(count: 1)
    set.add(try toolchain.symbols("main.o"))
    #expect(!set.isComplete)
    let library = try #require(StubSet.Library(try toolchain.file("libreal.so")))
    #expect(set.complete(from: [library]) == [0])
    #expect(set.isComplete && set.complete(from: [library]) == [])
    let stub = try #require(set.stubs[0])
    #expect(
      Set(stub.symbols.map { String(decoding: $0.name, as: UTF8.self) })
        == ["variable", "function", "own", "both", "callBoth"])
    try toolchain.run(["mkdir", "stubs"])
    try toolchain.write(stub.bytes, to: "stubs/0.so")
    for (library, program) in [("libreal.so", "full"), ("stubs/0.so", "short")] {
      try toolchain.run([
        "clang", "-fuse-ld=lld", "main.o", library, "-o", program, "-Wl,-rpath,\(toolchain.directory)",
        "-Wl,--build-id=none", "-Wl,-z,nocopyreloc",
      ])
    }
    let (short, full) = (try toolchain.run(["./short"]), try toolchain.run(["./full"]))
    #expect(short == "10 2 7 1" && full == short)
    let (shortFile, fullFile) = (try toolchain.read("short"), try toolchain.read("full"))
    #expect(shortFile == fullFile)
  }

  @Test("is not made where a symbol that is needed has a version, nor of what is no library")
  func versions() throws {
    let toolchain = try Toolchain()
    _ = try toolchain.compileC("int one(void) { return 1; } int two(void) { return 2; }", to: "real.o")
    try toolchain.write("V { one; };", to: "versions")
    _ = try toolchain.linkLibrary(["real.o"], to: "libreal.so", ["-Wl,--version-script=versions"])
    let library = StubSet.Library(try toolchain.file("libreal.so"))
    for (name, hasStub) in [("one", false), ("two", true)] {
      _ = try toolchain.compileC("int \(name)(void); int user(void) { return \(name)(); }", to: "user.o")
      var set = StubSet(count: 2)
      set.add(try toolchain.symbols("user.o"))
      _ = set.complete(from: [library, nil])
      #expect((set.stubs[0] != nil) == hasStub)
      #expect(set.stubs[1] == nil)
    }
    let object = try toolchain.file("real.o")
    #expect(StubSet.Library(object) == nil)
  }

  @Test("gets what is named later")
  func extended() throws {
    let toolchain = try Toolchain()
    _ = try toolchain.compileC("int one(void) { return 1; } int two(void) { return 2; }", to: "real.o")
    _ = try toolchain.linkLibrary(["real.o"], to: "libreal.so")
    let library = StubSet.Library(try toolchain.file("libreal.so"))
    var set = StubSet(count: 1)
    for (name, count) in [("one", 1), ("two", 2), ("one", 2), ("three", 2)] {
      _ = try toolchain.compileC("int \(name)(void); int user(void) { return \(name)(); }", to: "user.o")
      set.add(try toolchain.symbols("user.o"))
      _ = set.complete(from: [library])
      #expect(set.stubs[0]?.symbols.count == count)
    }
  }
}
