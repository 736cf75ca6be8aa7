internal import Posix

/// The container or virtual machine in which hotreload runs, as far as it can be seen from inside.
struct Container: Equatable {
  /// Whether there is `/.dockerenv`.
  var hasDockerFile = false
  /// Whether there is `/run/.containerenv`.
  var hasPodmanFile = false
  /// The control groups of process 1 (cgroups(7)).
  var controlGroups = ""
  /// The variable `container`, which systemd-nspawn and Podman set.
  var variable: String?
  /// The release of the kernel (uname(2)).
  var kernel = ""

  /// The name; `nil` if it is none.
  var name: String? {
    if hasPodmanFile { return "Podman" }
    if controlGroups.contains("kubepods") { return "Kubernetes" }
    if hasDockerFile || controlGroups.contains("docker") { return "Docker" }
    if controlGroups.contains("lxc") { return "LXC" }
    if let variable, !variable.isEmpty { return variable }
    return nil
  }

  /// The finding about it. It is never a problem by itself.
  var finding: Finding {
    if let name {
      return .ok(
        .container, "this is a container (\(name))",
        advice:
          "a server is reached from outside only if it listens on 0.0.0.0; limits of inotify are those of the host; "
          + "if saves by an editor on the host start no build, set 'watch.poll = true'")
    }
    if kernel.lowercased().contains("microsoft") {
      return .ok(
        .container, "this is WSL",
        advice: "keep the project on the Linux file system; a directory of Windows (/mnt/c) is polled")
    }
    return .ok(.container, "this is no container")
  }
}

extension Container {
  /// Looks around.
  static func read() -> Container {
    func text(_ path: String) -> String {
      String(decoding: (try? FileSystem.read(path)) ?? [], as: UTF8.self)
    }
    return Container(
      hasDockerFile: FileSystem.exists("/.dockerenv"),
      hasPodmanFile: FileSystem.exists("/run/.containerenv"), controlGroups: text("/proc/1/cgroup"),
      variable: CurrentProcess.variable("container"), kernel: text("/proc/sys/kernel/osrelease"))
  }
}
