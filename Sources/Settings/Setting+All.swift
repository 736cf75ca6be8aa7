// All settings, in the order in which they are documented.

extension Setting {
  package static let configuration = Setting(
    .build, "configuration", .choice(["debug", "release"]), .string("debug"), short: "-c",
    placeholder: "configuration", help: "Build with this configuration.")
  package static let buildCommand = Setting(
    .build, "command", .command, option: "--build-command", placeholder: "command",
    help: "Build with this command instead of 'swift build'; 'run.command' says what is started then.")
  package static let buildArguments = Setting(
    .build, "arguments", .strings(), .strings([]), option: "--build-argument", placeholder: "argument",
    help: "What 'swift build' is given besides, such as \"-Xswiftc\", \"-DDEMO\".")
  package static let fast = Setting(
    .build, "fast", .flag, .flag(true),
    help: "Build a save that changes only Swift sources by SwiftPM's own plan, without SwiftPM.")
  package static let buildEnvironment = Setting(
    .build, "environment", .table, .table([]), option: "--build-environment", placeholder: "NAME=value",
    help: "Variables of the build and of its commands only; they win over all others.")
  package static let beforeBuild = Setting(
    .build, "before", .command, option: "--before-build", placeholder: "command",
    help: "Run this before every build; if it fails, so does the build.")
  package static let afterBuild = Setting(
    .build, "after", .command, option: "--after-build", placeholder: "command",
    help:
      "Run this after every build that succeeded, before its program is started; if it fails, so does the build. Without the fast path."
  )

  package static let product = Setting(
    .run, "product", .string, placeholder: "product",
    help: "The executable product to run; without it the only one.")
  package static let runCommand = Setting(
    .run, "command", .command, option: "--run-command", placeholder: "command",
    help: "Start this command instead of a product.")
  package static let runArguments = Setting(
    .run, "arguments", .strings(), .strings([]), option: "--argument", placeholder: "argument",
    help: "What the server is started with, as after '--' on the command line.")
  package static let directory = Setting(
    .run, "directory", .path,
    help: "The server's working directory; without it the one in which hotreload was started.")
  package static let environment = Setting(
    .run, "environment", .table, .table([]), placeholder: "NAME=value",
    help: "Variables of the server only; they win over all others.")
  package static let environmentFiles = Setting(
    .run, "env-files", .strings(paths: true), .strings([]), option: "--env-file", placeholder: "path",
    help:
      "Files with variables of the server, as Docker Compose reads them. A later one wins; hotreload's own environment wins over them."
  )

  package static let environmentFilesWin = Setting(
    .run, "env-files-override", .flag, .flag(false),
    help: "Files of 'run.env-files' win over hotreload's own environment.")

  package static let include = Setting(
    .watch, "include", .strings(paths: true), .strings([]), placeholder: "path",
    help: "Files and directories that the build reads besides what SwiftPM says.")
  package static let exclude = Setting(
    .watch, "exclude", .globs, .strings([]), placeholder: "glob",
    help:
      "A save of these files, or in these directories, does nothing, such as \"*.generated.swift\", \"tmp/\" or \"/web/dist\": patterns as in a .gitignore, and {a,b}."
  )
  package static let excludeExpressions = Setting(
    .watch, "exclude-regex", .expressions, .strings([]), placeholder: "regex",
    help: "The same as regular expressions (RE2), for any part of a path from the project's root on.")
  package static let extensions = Setting(
    .watch, "extensions", .extensions, .strings([]), option: "--watch-extension", placeholder: "extension",
    help:
      "In the directories of 'watch.include', and in a project with a 'build.command', watch only files with these, such as \".html\"; without it all."
  )
  package static let gitignore = Setting(
    .watch, "gitignore", .flag, .flag(true),
    help:
      "Leave out what git ignores in those directories. What SwiftPM reads is watched all the same: sources that a tool makes are often ignored, and built."
  )
  package static let dangerousRoot = Setting(
    .watch, "dangerous-root", .flag, .flag(false),
    help: "Allow to watch all of '/' or of the home directory.")
  package static let restartOn = Setting(
    .watch, "restart-on", .strings(paths: true), .strings([]), placeholder: "path",
    help: "A save of these files, or in these directories, swaps in a new server without a build.")
  package static let debounce = Setting(
    .watch, "debounce", .duration, .duration(.milliseconds(30)),
    help: "A save is built when there was quiet for this long.")
  package static let debounceLimit = Setting(
    .watch, "debounce-limit", .duration, .duration(.seconds(2)),
    help: "It is built after this time even if saves keep coming.")

  package static let followLinks = Setting(
    .watch, "follow-symlinks", .flag, .flag(true),
    help: "Watch what symbolic links in the watched directories lead to, as SwiftPM reads it.")
  package static let poll = Setting(
    .watch, "poll", .flag, .flag(false),
    help:
      "Look at the files time and again instead of asking the kernel. Where it tells nothing (network file systems, mounts of virtual machines, no inotify watches left) that is done without this setting."
  )
  package static let pollInterval = Setting(
    .watch, "poll-interval", .duration, .duration(.milliseconds(500)),
    help: "How often; less often where one look at everything takes more than a sixtieth of it.")

  package static let strategy = Setting(
    .swap, "strategy", .choice(["overlap", "replace"]), .string("overlap"), placeholder: "strategy",
    help:
      "Start new code beside the old, or, for a server that owns something exclusive, after its end; clients wait."
  )
  package static let listen = Setting(
    .swap, "listen", .strings(), .strings([]), placeholder: "address",
    help:
      "Open these addresses before the first build ends; the server binds them as usual, or takes LISTEN_FDS."
  )
  package static let ready = Setting(
    .swap, "ready", .choice(["listening", "notify"]), .string("listening"), placeholder: "when",
    help:
      "New code is ready when it waits for connections; \"notify\": and has said READY=1 to NOTIFY_SOCKET.")
  package static let readyPath = Setting(
    .swap, "ready-path", .string, placeholder: "path",
    help: "New code is ready when it answers a GET of this path with 2xx; no client sees it before that.")
  package static let readyCommand = Setting(
    .swap, "ready-command", .command, placeholder: "command",
    help:
      "New code is ready when this has succeeded besides; it is tried again and again, with the pid in $HOTRELOAD_PID."
  )
  package static let readyDelay = Setting(
    .swap, "ready-delay", .duration, .duration(.zero),
    help: "New code is ready when this time has passed after all that.")
  package static let readyTimeout = Setting(
    .swap, "ready-timeout", .duration, .duration(.seconds(30)),
    help: "How long new code may take until it is ready.")
  package static let handoverTimeout = Setting(
    .swap, "handover-timeout", .duration, .duration(.seconds(5)),
    help: "How long the old code may take to stop accepting, and new code to begin.")
  package static let probation = Setting(
    .swap, "probation", .duration, .duration(.seconds(1)),
    help: "How long new code must live before the old is ended.")
  package static let drainTimeout = Setting(
    .swap, "drain-timeout", .duration, .duration(.seconds(10)),
    help: "How long requests in flight may take on the old code.")
  package static let connections = Setting(
    .swap, "connections", .choice(["move", "end"]), .string("move"), placeholder: "what",
    help: "Move idle HTTP/1.x connections to the new code, or end them.")
  package static let stopTimeout = Setting(
    .swap, "stop-timeout", .duration, .duration(.seconds(5)),
    help: "How long a server may take to end after SIGTERM.")

  package static let afterSwap = Setting(
    .swap, "after", .command, option: "--after-swap", placeholder: "command",
    help: "Run this when new code serves, such as a notification.")

  package static let restart = Setting(
    .restart, "enabled", .flag, .flag(true), option: "--restart",
    help: "Start a server again that died on its own.")
  package static let restartDelay = Setting(
    .restart, "delay", .duration, .duration(.seconds(1)), option: "--restart-delay",
    help: "The wait before the first restart; each further one waits twice as long.")
  package static let restartLimit = Setting(
    .restart, "limit", .duration, .duration(.seconds(30)), option: "--restart-limit",
    help: "The longest wait.")
  package static let healthyAfter = Setting(
    .restart, "healthy-after", .duration, .duration(.seconds(10)), option: "--healthy-after",
    help: "A server that lived this long has the first wait again.")

  package static let browserListen = Setting(
    .browser, "listen", .string, option: "--browser-listen", placeholder: "address",
    help:
      "Serve the server's pages here too, such as 127.0.0.1:8090, with a script that loads them again when new code serves, and shows build errors."
  )
  package static let browserServer = Setting(
    .browser, "server", .string, option: "--browser-server", placeholder: "address",
    help: "Where the pages come from; without it the address at which the server listens first.")
  package static let reloadOn = Setting(
    .browser, "reload-on", .strings(paths: true), .strings([]), placeholder: "path",
    help:
      "A save of these files, or in these directories, loads the pages again, or only their style sheets, and does nothing else."
  )

  package static let color = Setting(
    .console, "color", .choice(["auto", "always", "never"]), .string("auto"), placeholder: "when",
    help: "Colours: on a terminal, unless NO_COLOR is set; always; or never.")
  package static let clear = Setting(
    .console, "clear", .flag, .flag(false), help: "Clear the terminal before a build's first line.")

  package static let events = Setting(
    .console, "events", .path,
    help:
      "Write what happens for programs, as an object of JSON a line, to the end of this file, or into this FIFO."
  )

  package static let verbose = Setting(
    .console, "verbose", .flag, .flag(false), short: "-v",
    help: "Also say why a save is not built by the fast path, or not at all.")

  /// All settings, section by section.
  package static let all = [
    configuration, buildCommand, buildArguments, fast, buildEnvironment, beforeBuild, afterBuild,
    product, runCommand, runArguments, directory, environment, environmentFiles,
    environmentFilesWin,
    include, exclude, excludeExpressions, extensions, gitignore, dangerousRoot, restartOn, debounce,
    debounceLimit, followLinks, poll, pollInterval,
    strategy, listen, ready, readyPath, readyCommand, readyDelay, readyTimeout, handoverTimeout, probation,
    drainTimeout, connections, stopTimeout, afterSwap,
    restart, restartDelay, restartLimit, healthyAfter,
    browserListen, browserServer, reloadOn,
    color, clear, events, verbose,
  ]

  /// Returns the setting with this key, such as `swap.probation`; `nil` if there is none.
  package static func named(_ key: String) -> Setting? { all.first { $0.key == key } }
}
