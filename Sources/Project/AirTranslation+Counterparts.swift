internal import Settings
internal import TOML

extension AirTranslation {
  /// The counterpart of an air key.
  enum Counterpart: Sendable {
    /// A setting, and a function that converts the value; its result is `nil` if the value is not used.
    case setting(Setting, @Sendable (Value.Content) -> SettingValue?)
    /// No setting, for this reason.
    case none(String)
    /// A list of what is watched, which ``AirWatching`` translates.
    case watching
  }

  /// The counterparts of all keys of air 1.67.
  static let counterparts: [String: Counterpart] = [
    "root": .none("paths are relative to .reload.toml; put that file into the root"),
    "tmp_dir": .watching, "testdata_dir": .watching,
    "env_files": .setting(.environmentFiles, list()),
    "build.pre_cmd": .setting(.beforeBuild, command),
    "build.cmd": .setting(.buildCommand) { content in
      if case .string(let text) = content, isNotWanted(text) {
        nil
      } else {
        command(content)
      }
    },
    "build.post_cmd": .none(
      "air runs it when it exits; 'build.after' and 'swap.after' run after a build and a swap"),
    "build.bin": .setting(.runCommand, command),
    "build.entrypoint": .setting(.runCommand) { content in
      guard case .array(let values) = content, !values.isEmpty else { return command(content) }
      return .command(.arguments(texts(values)))
    },
    "build.full_bin": .setting(.runCommand, command),
    "build.args_bin": .setting(.runArguments, list()),
    "build.log": .none("each diagnostic is printed once, on the terminal"),
    "build.include_ext": .watching, "build.include_dir": .watching, "build.include_file": .watching,
    "build.exclude_dir": .watching, "build.exclude_file": .watching, "build.exclude_regex": .watching,
    "build.exclude_unchanged": .none("a save that changes no byte never builds"),
    "build.ignore_dangerous_root_dir": .setting(.dangerousRoot, flag),
    "build.follow_symlink": .setting(.followLinks, flag),
    "build.poll": .setting(.poll, flag),
    "build.poll_interval": .setting(.pollInterval) { content in
      milliseconds(content).flatMap { $0 == .duration(.zero) ? nil : $0 }
    },
    "build.delay": .setting(.debounce, milliseconds),
    "build.stop_on_error": .none("after a failed build the old code stays live"),
    "build.send_interrupt": .none("a server always gets SIGTERM first, after its requests are answered"),
    "build.kill_delay": .setting(.stopTimeout) { content in
      milliseconds(content).flatMap { $0 == .duration(.zero) ? nil : $0 }
    },
    "build.rerun": .setting(.restartPolicy, policy),
    "build.rerun_delay": .setting(.restartDelay, milliseconds),
    "build.rules": .none(
      "'build.before' runs before every build, with the changed paths in HOTRELOAD_CHANGED"),
    "build.windows": .none("Linux only"),
    "build.darwin": .none("Linux only"),
    "build.linux": .none("move these keys into [build]"),
    "color.mode": .setting(.color) { if case .string(let text) = $0 { .string(text) } else { nil } },
    "color.main": .none(oneScheme), "color.watcher": .none(oneScheme), "color.build": .none(oneScheme),
    "color.runner": .none(oneScheme), "color.app": .none(oneScheme),
    "log.time": .none("the terminal's own timestamps do this"),
    "log.main_only": .none("the server's output is never touched"),
    "log.silent": .none("redirect standard error, where hotreload prints its lines"),
    "misc.clean_on_exit": .none("hotreload leaves nothing on exit"),
    "misc.startup_banner": .none("hotreload prints none"),
    "screen.clear_on_rebuild": .setting(.clear, flag),
    "screen.keep_scroll": .none("the scrollback is always kept"),
    "proxy.enabled": .setting(.browserListen) { _ in nil },  // `Self.hasProxy`
    "proxy.proxy_port": .setting(.browserListen, loopback),
    "proxy.app_port": .setting(.browserServer, loopback),
    "proxy.app_start_timeout": .none("a page waits until the server is listening"),
  ]

  private static let oneScheme = "the colours are SwiftPM's; 'console.color' switches them off"
}
