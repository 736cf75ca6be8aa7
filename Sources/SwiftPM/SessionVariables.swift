/// The environment variables that differ between terminals and logins, and do not affect a build.
///
/// SwiftPM compares its whole environment with that of the previous build, and plans the package again if
/// anything differs. A manifest may read any variable (`Context.environment`), so the list only contains
/// variables that are known to be safe. Locales, colour preferences (`NO_COLOR`, `CLICOLOR`), `PATH` and
/// `HOME` are left out on purpose.
enum SessionVariables {
  /// Returns whether `name` is a session variable.
  static func contains(_ name: some StringProtocol) -> Bool {
    let name = String(name)
    return names.contains(name) || authentication.contains(name)
      || prefixes.contains { name.hasPrefix($0) }
  }

  /// Returns whether git or ssh may need the current value of a variable to fetch a dependency. The socket of
  /// an earlier login's agent may no longer exist.
  static func isForAuthentication(_ name: some StringProtocol) -> Bool {
    authentication.contains(String(name)) || name.hasPrefix("VSCODE_GIT_")
  }

  /// The variables that git and ssh may need.
  private static let authentication: Set<String> = [
    "SSH_AUTH_SOCK", "SSH_AGENT_PID", "SSH_ASKPASS", "GIT_ASKPASS", "GPG_TTY", "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "WAYLAND_DISPLAY", "XAUTHORITY", "WSL_INTEROP",
  ]

  /// The variables that have no other meaning.
  private static let names: Set<String> = [
    // The shell, and programs that hook into it.
    "_", "PWD", "OLDPWD", "SHLVL", "COLUMNS", "LINES", "STARSHIP_SESSION_KEY", "STARSHIP_SHELL",
    "ATUIN_SESSION",
    "ATUIN_HISTORY_ID", "MCFLY_SESSION_ID", "POSH_SESSION_ID", "POSH_PID", "P9K_SSH", "P9K_TTY",
    "_P9K_SSH_TTY",
    "_P9K_TTY", "SUDO_COMMAND",
    // The terminal.
    "TERM", "TERMINFO", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TERM_SESSION_ID", "TERMINAL_EMULATOR",
    "COLORTERM",
    "COLORFGBG", "LC_TERMINAL", "LC_TERMINAL_VERSION", "LS_COLORS", "VTE_VERSION", "WINDOWID",
    "SHELL_SESSION_ID",
    "PROFILEHOME", "WT_SESSION", "WT_PROFILE_ID", "WSLENV", "__INTELLIJ_COMMAND_HISTFILE__",
    // Terminals inside terminals.
    "TMUX", "TMUX_PANE", "STY", "WINDOW", "ZELLIJ", "INSIDE_EMACS", "NVIM", "NVIM_LISTEN_ADDRESS", "VIM",
    "VIMRUNTIME",
    "VIM_TERMINAL", "MYVIMRC",
    // The login.
    "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY", "MOTD_SHOWN", "XDG_SESSION_ID", "XDG_SESSION_TYPE",
    "XDG_SESSION_CLASS",
    "XDG_SESSION_DESKTOP", "XDG_SESSION_PATH", "XDG_SEAT", "XDG_SEAT_PATH", "XDG_VTNR", "XDG_CURRENT_DESKTOP",
    "XDG_ACTIVATION_TOKEN", "DESKTOP_SESSION", "DESKTOP_STARTUP_ID", "GDMSESSION", "SESSION_MANAGER",
    "WINDOWPATH",
    "GNOME_SETUP_DISPLAY", "GIO_LAUNCHED_DESKTOP_FILE", "GIO_LAUNCHED_DESKTOP_FILE_PID",
    "BAMF_DESKTOP_FILE_HINT",
    // The systemd unit from which the terminal was started.
    "INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID", "MANAGERPID", "MEMORY_PRESSURE_WATCH",
    "MEMORY_PRESSURE_WRITE",
  ]

  /// The prefixes of variables of terminals.
  private static let prefixes = [
    "ALACRITTY_", "BYOBU_", "GHOSTTY_", "GNOME_TERMINAL_", "GUAKE_", "ITERM_", "KITTY_", "KONSOLE_",
    "PTYXIS_",
    "TERMINATOR_", "TILIX_", "VSCODE_", "WARP_", "WEZTERM_", "ZELLIJ_",
  ]
}
