internal import Handoff
internal import LibraryInterface
internal import Posix

// The source of the interposer.
extension Interposer {
  /// The folders of the source, from the lowest floor to the highest. `base.h` says what they are.
  package static let floors = [
    "base", "link", "listeners", "self_writes", "accepting", "connections", "process",
  ]

  /// The files, each with its path and its content. A test proves that the list is complete.
  package static let sources: [(path: String, bytes: [UInt8])] = [
    ("base/base.h", PackageResources.base_h), ("base/deadlines.c", PackageResources.deadlines_c),
    ("base/private_fds.c", PackageResources.private_fds_c), ("base/real.c", PackageResources.real_c),
    ("base/signals.c", PackageResources.signals_c), ("base/sockets.c", PackageResources.sockets_c),
    ("base/threads.c", PackageResources.threads_c), ("base/wrapped.h", PackageResources.wrapped_h),
    ("link/link.c", PackageResources.link_c), ("link/link.h", PackageResources.link_h),
    ("link/records.c", PackageResources.records_c), ("link/trace.c", PackageResources.trace_c),
    ("listeners/bind.c", PackageResources.bind_c), ("listeners/getsockopt.c", PackageResources.getsockopt_c),
    ("listeners/listener_key.c", PackageResources.listener_key_c),
    ("listeners/listeners.c", PackageResources.listeners_c),
    ("listeners/listeners.h", PackageResources.listeners_h),
    ("listeners/socket_paths.c", PackageResources.socket_paths_c),
    ("listeners/status_flags.c", PackageResources.status_flags_c),
    ("listeners/workers.c", PackageResources.workers_c),
    ("self_writes/notice.c", PackageResources.notice_c),
    ("self_writes/open_write.c", PackageResources.open_write_c),
    ("self_writes/rename.c", PackageResources.rename_c),
    ("self_writes/self_writes.c", PackageResources.self_writes_c),
    ("self_writes/self_writes.h", PackageResources.self_writes_h),
    ("self_writes/unlink.c", PackageResources.unlink_c),
    ("accepting/accepting.h", PackageResources.accepting_h),
    ("accepting/arrivals.c", PackageResources.arrivals_c),
    ("accepting/datagrams.c", PackageResources.datagrams_c),
    ("accepting/epoll_copies.c", PackageResources.epoll_copies_c),
    ("accepting/epoll_wait.c", PackageResources.epoll_wait_c), ("accepting/gate.c", PackageResources.gate_c),
    ("accepting/interest.c", PackageResources.interest_c), ("accepting/poll.c", PackageResources.poll_c),
    ("accepting/select.c", PackageResources.select_c), ("accepting/unlisten.c", PackageResources.unlisten_c),
    ("connections/accept.c", PackageResources.accept_c),
    ("connections/connections.c", PackageResources.connections_c),
    ("connections/connections.h", PackageResources.connections_h),
    ("connections/drain.c", PackageResources.drain_c),
    ("connections/drain_connection.c", PackageResources.drain_connection_c),
    ("connections/epoll_ctl.c", PackageResources.epoll_ctl_c),
    ("connections/exchanges.c", PackageResources.exchanges_c),
    ("connections/http1.c", PackageResources.http1_c), ("connections/http1.h", PackageResources.http1_h),
    ("connections/http2.c", PackageResources.http2_c), ("connections/http2.h", PackageResources.http2_h),
    ("connections/move.c", PackageResources.move_c),
    ("connections/read_write.c", PackageResources.read_write_c),
    ("process/commands.c", PackageResources.commands_c),
    ("process/descriptors.c", PackageResources.descriptors_c), ("process/exec.c", PackageResources.exec_c),
    ("process/fork.c", PackageResources.fork_c), ("process/library.c", PackageResources.library_c),
    ("process/process.h", PackageResources.process_h), ("process/rings.c", PackageResources.rings_c),
    ("process/start.c", PackageResources.start_c), ("process/syscall.c", PackageResources.syscall_c),
  ]

  /// The constants that the interposer shares with hotreload, as arguments of the compiler. The C has no
  /// values of its own.
  package static let definitions = [
    "-DPROTOCOL_VERSION=\(HandoffProtocol.version)", "-DARRIVALS=\(HandoffProtocol.unacceptedLimit)",
    "-DRECORD_SIZE=\(RecordSocket.recordLimit)", "-DLIBRARY_VERSION=\(LibraryInterface.version)",
    "-DLIBRARY_DRAINING=\(LibraryInterface.Event.draining.rawValue)",
    "-DLIBRARY_SAVE=\(LibraryInterface.Event.save.rawValue)",
    "-DLIBRARY_RESUMED=\(LibraryInterface.Event.resumed.rawValue)",
    "-DLIBRARY_RESTORE=\(LibraryInterface.Event.restore.rawValue)",
  ]

  /// The arguments of the compiler, before the source files. The result is `interposer.so` in the current
  /// directory.
  package static let flags =
    definitions + [
      "-shared", "-fPIC", "-O2", "-g", "-fvisibility=hidden", "-ftls-model=initial-exec", "-Wl,-z,defs",
      "-o", "interposer.so",
    ]
}
