import FastPathLink
import Testing

@Suite("The words of a linker's command")
struct LinkerInvocationTests {
  static let words = [
    "/t/ld.lld", "--hash-style=gnu", "--eh-frame-hdr", "-m", "elf_x86_64", "-pie", "-dynamic-linker",
    "/lib/ld.so",
    "-o", "/o/App", "/lib/Scrt1.o", "/lib/crti.o", "/lib/crtbeginS.o", "-L/t/swift", "-L", "/lib",
    "--build-id",
    "-rpath", "/t/swift", "/t/swiftrt.o", "/o/A.o", "/o/B.o", "/o/Main.o", "/o/M.swiftmodule.o",
    "/o/libdep.so",
    "-lswiftCore", "-lm", "--defsym", "main=App_main", "-rpath=$ORIGIN", "-lgcc", "--as-needed", "-lgcc_s",
    "--no-as-needed", "-lc", "/lib/crtendS.o", "/lib/crtn.o",
  ]

  private func command() throws -> FastLinkCommand {
    FastLinkCommand(
      try #require(LinkerInvocation(Self.words)),
      objects: [
        "/o/A.o": "/n/A.o", "/o/B.o": "/n/B.o", "/o/Main.o": "/o/Main.o", "/o/M.swiftmodule.o": "/o/ast.so",
      ],
      stubs: ["/o/libdep.so": "/s/dep", "swiftCore": "/s/core"])
  }

  @Test("make the same program of stubs and of the objects where they are now")
  func program() throws {
    #expect(
      try command().program("/o/New", cold: nil, directory: "/o") == [
        "/t/ld.lld", "--hash-style=gnu", "--eh-frame-hdr", "-m", "elf_x86_64", "-pie", "-dynamic-linker",
        "/lib/ld.so",
        "-o", "/o/New", "/lib/Scrt1.o", "/lib/crti.o", "/lib/crtbeginS.o", "-L/t/swift", "-L/lib", "-rpath",
        "/t/swift",
        "/t/swiftrt.o", "/n/A.o", "/n/B.o", "/o/Main.o", "/o/ast.so", "/s/dep", "/s/core", "-lm", "--defsym",
        "main=App_main", "-rpath=$ORIGIN", "-lgcc", "--as-needed", "-lgcc_s", "--no-as-needed", "-lc",
        "/lib/crtendS.o", "/lib/crtn.o", "-z", "nocopyreloc", "-O0", "--no-demangle", "-rpath=/o",
      ])
  }

  @Test("make a program of the hot objects, with the library where the first of the others was")
  func hot() throws {
    let words = try command().program("/o/New", cold: (["/o/A.o", "/o/B.o"], "/o/cold.so"), directory: "/o")
    let start = try #require(words.firstIndex(of: "/t/swiftrt.o"))
    #expect(words[start...].prefix(5) == ["/t/swiftrt.o", "/o/cold.so", "/o/Main.o", "/o/ast.so", "/s/dep"])
    #expect(words.filter { $0 == "/o/cold.so" }.count == 1)
  }

  @Test("make a library of the cold objects, with nothing that belongs to a program")
  func cold() throws {
    #expect(
      try command().coldLibrary("/o/new.so", name: "libcold.so", cold: ["/o/A.o", "/o/B.o"], directory: "/o")
        == [
          "/t/ld.lld", "-shared", "-soname=libcold.so", "--hash-style=gnu", "--eh-frame-hdr", "-m",
          "elf_x86_64", "-o",
          "/o/new.so", "/lib/crti.o", "/lib/crtbeginS.o", "-L/t/swift", "-L/lib", "-rpath", "/t/swift",
          "/t/swiftrt.o",
          "/n/A.o", "/n/B.o", "/s/dep", "/s/core", "-lm", "-rpath=$ORIGIN", "-lgcc", "--as-needed", "-lgcc_s",
          "--no-as-needed", "-lc", "/lib/crtendS.o", "/lib/crtn.o", "-O0", "--no-demangle", "-rpath=/o",
        ])
  }

  @Test("say what main is, and where libraries are looked for")
  func questions() throws {
    let invocation = try #require(LinkerInvocation(Self.words))
    #expect(invocation.mainSymbol == "App_main")
    #expect(LinkerInvocation(["ld", "-o", "a", "-pie"])?.mainSymbol == "main")
    #expect(
      invocation.candidates(for: "m") == [
        "/t/swift/libm.so", "/t/swift/libm.a", "/lib/libm.so", "/lib/libm.a",
      ])
    #expect(invocation.candidates(for: ":libx.so.1") == ["/t/swift/libx.so.1", "/lib/libx.so.1"])
    #expect(invocation.libraries.contains("swiftCore") && invocation.files.contains("/o/libdep.so"))
  }

  @Test("say whether an archive is linked that has something in it")
  func archives() throws {
    let invocation = try #require(LinkerInvocation(Self.words))
    #expect(!invocation.hasArchives { $0 == "/lib/libm.so" || $0 == "/lib/libgcc.a" ? 9000 : nil })
    #expect(!invocation.hasArchives { $0 == "/lib/libm.a" ? 8 : nil })
    #expect(invocation.hasArchives { $0 == "/lib/libm.a" ? 9000 : nil })
    let other = try #require(LinkerInvocation(Self.words + ["/x/libx.a"]))
    #expect(other.hasArchives { _ in 9000 })
  }

  @Test(
    "are not sorted where one is not known",
    arguments: [
      ["-static"], ["--defsym", "other=x"], ["@/tmp/response"], ["-T", "script"], ["-o", "twice"], ["-z"],
      ["/lib/crt1.o"],
      ["/lib/crtbeginT.o"], ["-L=/usr/lib"], ["--sysroot=/s"], ["--wrap=malloc"],
    ])
  func unknown(more: [String]) {
    #expect(LinkerInvocation(Self.words + more) == nil)
    #expect(LinkerInvocation(Self.words.filter { $0 != "-pie" }) == nil)
    #expect(LinkerInvocation([]) == nil)
  }
}
