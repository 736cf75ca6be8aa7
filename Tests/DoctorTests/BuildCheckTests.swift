import Testing

@testable import Doctor

@Suite("The check of the build")
struct BuildCheckTests {
  @Test("says what builds a save")
  func buildSystem() {
    #expect(
      BuildSystem().finding.text
        == "saves are built by the fast path, or else by swift build (--build-system native)")
    #expect(
      BuildSystem(name: "swiftbuild", fastPathBlocker: "'build.fast' is false").finding.text
        == "every save is built by swift build (--build-system swiftbuild): 'build.fast' is false")
    #expect(BuildSystem(hasCommand: true).finding.text == "every save is built by 'build.command'")
    #expect(BuildSystem(buildsNothing: true).finding.severity == .ok)
  }

  @Test("warns where the linker of the fast path does not run")
  func linker() {
    #expect(
      Linker(path: "/bin/ld.lld", version: "LLD 21.1.6").finding == .ok(.linker, "LLD 21.1.6 (/bin/ld.lld)"))
    #expect(Linker(path: "/bin/ld.lld", version: nil).finding.severity == .warning)
    #expect(
      Linker.shortVersion("LLD 21.1.6 (https://github.com/swiftlang/llvm-project.git abc) (compatible)\n")
        == "LLD 21.1.6")
    #expect(Linker.shortVersion("") == nil)
  }

  @Test("sees the preloaded library in the memory map of a program, and not in a complaint about it")
  func memoryMap() {
    let line = "7f0000000000-7f0000001000 r-xp 00000000 fe:00 42 "
    #expect(
      Preload.maps(
        line + "/home/you/.cache/hotreload/interposer-1.so\n",
        contain: "/home/you/.cache/hotreload/interposer-1.so"))
    #expect(!Preload.maps(line + "/usr/lib/libc.so.6\n", contain: "/c/interposer-1.so"))
    #expect(
      !Preload.maps(
        "ERROR: ld.so: object '/c/interposer-1.so' from LD_PRELOAD cannot be preloaded: ignored.\n",
        contain: "/c/interposer-1.so"))
    #expect(Preload.maps(line + "/memfd:hotreload (deleted)\n", contain: "/proc/12/fd/5"))
  }

  @Test("finds a program that does not load the library a problem")
  func notLoaded() {
    #expect(Preload.notLoaded(library: "/l.so", output: "").finding.severity == .problem)
    #expect(
      Preload.notMade("no C compiler found").finding == .problem(.library, "no C compiler found", advice: nil)
    )
    #expect(Preload.loaded(library: "/l.so").finding.severity == .ok)
  }
}
