import FileWatching
import Testing

@testable import Doctor

@Suite("The check of inotify")
struct InotifyCheckTests {
  private func findings(_ uses: [InotifyUse], watches: Int?, instances: Int?) -> [Finding] {
    Finding.inotify(
      uses, watches: InotifyLimit(setting: "fs.inotify.max_user_watches", value: watches),
      instances: InotifyLimit(setting: "fs.inotify.max_user_instances", value: instances))
  }

  private let uses = [
    InotifyUse(pid: 1, name: "systemd", instances: 4, watches: 20),
    InotifyUse(pid: 2, name: "code", instances: 2, watches: 7000),
    InotifyUse(pid: 3, name: "idle", instances: 1, watches: 0),
    InotifyUse(pid: 4, name: "node", instances: 1, watches: 900),
    InotifyUse(pid: 5, name: "hr-supervisor", instances: 1, watches: 30),
  ]

  @Test("adds up what is in use, and names the processes that use most")
  func use() {
    let findings = findings(uses, watches: 65536, instances: 128)
    #expect(findings.map(\.severity) == [.ok, .ok])
    #expect(
      findings.map(\.text) == [
        "7950 of 65536 in use (fs.inotify.max_user_watches): code (pid 2) 7000, node (pid 4) 900, hr-supervisor (pid 5) 30",
        "9 of 128 in use (fs.inotify.max_user_instances): systemd (pid 1) 4, code (pid 2) 2, idle (pid 3) 1",
      ])
  }

  @Test("warns when less than a tenth is left, and says how to raise the limit")
  func full() {
    #expect(findings(uses, watches: 8834, instances: 128)[0].severity == .ok)
    let findings = findings(uses, watches: 8833, instances: 9)
    #expect(findings.map(\.severity) == [.warning, .warning])
    #expect(findings[0].advice?.hasSuffix(": sudo sysctl fs.inotify.max_user_watches=524288") == true)
    #expect(findings[1].advice?.hasSuffix(": sudo sysctl fs.inotify.max_user_instances=1024") == true)
  }

  @Test("says so where the system does not tell a limit")
  func unknown() {
    let findings = findings([], watches: nil, instances: nil)
    #expect(findings.map(\.text).allSatisfy { $0 == "0 in use; the system does not tell the limit" })
  }

  @Test("counts the watches of an instance")
  func watches() {
    let fdinfo = """
      pos:\t0
      flags:\t02004000
      inotify wd:2 ino:10 sdev:fe00000 mask:3cc ignored_mask:0 fhandle-bytes:8
      inotify wd:1 ino:11 sdev:fe00000 mask:3cc ignored_mask:0 fhandle-bytes:8

      """
    #expect(InotifyUse.watches(Array(fdinfo.utf8)) == 2)
    #expect(InotifyUse.watches([]) == 0)
  }
}
