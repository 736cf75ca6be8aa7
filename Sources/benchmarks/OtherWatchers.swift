import Posix

extension ToolUnderTest {
  /// Returns the other watchers that are on `PATH`. Each runs `swift build` and restarts the product.
  static func others(running product: String) -> [ToolUnderTest] {
    let program = ".build/debug/\(product)"
    var tools: [ToolUnderTest] = []
    if let air = CurrentProcess.find("air") {
      let words = [
        air, "--build.cmd", "swift build", "--build.full_bin", program, "--build.include_ext", "swift",
        "--build.exclude_dir", ".build", "--tmp_dir", ".build/air",
      ]
      tools.append(ToolUnderTest("air", words, ready: nil))
      // This is the same delay as hotreload's.
      tools.append(ToolUnderTest("air --build.delay 30", words + ["--build.delay", "30"], ready: nil))
    }
    if CurrentProcess.find("entr") != nil {
      let script =
        "find Sources -name '*.swift' | exec entr -n -r sh -c 'swift build && exec \(program)'"
      tools.append(ToolUnderTest("entr -r with swift build", ["/bin/sh", "-c", script], ready: nil))
    }
    return tools
  }
}
