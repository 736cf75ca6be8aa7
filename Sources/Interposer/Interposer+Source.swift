// The source of the interposer.
extension Interposer {
  /// The files by floor, from the lowest to the highest, each with its content. `base.h` says what the floors are. A test
  /// proves that the list is complete.
  package static let floors: [(name: String, files: [(name: String, bytes: [UInt8])])] = [
    (
      "",
      [
        ("interposer.h", PackageResources.interposer_h)
      ]
    ),
    (
      "base",
      [
        ("private_fds.c", PackageResources.private_fds_c), ("real.c", PackageResources.real_c),
        ("threads.c", PackageResources.threads_c),
      ]
    ),
    (
      "link",
      [
        ("link.c", PackageResources.link_c), ("records.c", PackageResources.records_c),
      ]
    ),
    (
      "listeners",
      [
        ("bind.c", PackageResources.bind_c), ("getsockopt.c", PackageResources.getsockopt_c),
        ("listener_key.c", PackageResources.listener_key_c), ("listeners.c", PackageResources.listeners_c),
        ("status_flags.c", PackageResources.status_flags_c), ("workers.c", PackageResources.workers_c),
      ]
    ),
    (
      "self_writes",
      [
        ("notice.c", PackageResources.notice_c), ("notice.h", PackageResources.notice_h),
        ("open_write.c", PackageResources.open_write_c), ("rename.c", PackageResources.rename_c),
        ("self_writes.c", PackageResources.self_writes_c), ("unlink.c", PackageResources.unlink_c),
      ]
    ),
    (
      "accepting",
      [
        ("arrivals.c", PackageResources.arrivals_c), ("datagrams.c", PackageResources.datagrams_c),
        ("epoll_copies.c", PackageResources.epoll_copies_c), ("epoll_wait.c", PackageResources.epoll_wait_c),
        ("gate.c", PackageResources.gate_c), ("interest.c", PackageResources.interest_c),
        ("interest.h", PackageResources.interest_h), ("poll.c", PackageResources.poll_c),
        ("select.c", PackageResources.select_c),
      ]
    ),
    (
      "connections",
      [
        ("accept.c", PackageResources.accept_c), ("connection.h", PackageResources.connection_h),
        ("connections.c", PackageResources.connections_c), ("drain.c", PackageResources.drain_c),
        ("drain_connection.c", PackageResources.drain_connection_c),
        ("exchanges.c", PackageResources.exchanges_c), ("http1.c", PackageResources.http1_c),
        ("http1.h", PackageResources.http1_h), ("http2.c", PackageResources.http2_c),
        ("http2.h", PackageResources.http2_h), ("move.c", PackageResources.move_c),
        ("read_write.c", PackageResources.read_write_c),
      ]
    ),
    (
      "process",
      [
        ("commands.c", PackageResources.commands_c), ("descriptors.c", PackageResources.descriptors_c),
        ("library.c", PackageResources.library_c), ("preload.c", PackageResources.preload_c),
        ("rings.c", PackageResources.rings_c),
      ]
    ),
  ]

  /// The files, each with its path below the source's directory.
  package static var sources: [(path: String, bytes: [UInt8])] {
    floors.flatMap { floor in floor.files.map { ("\(floor.name)/\($0.name)", $0.bytes) } }
  }

  /// The arguments of the compiler, before the source files.
  package static let flags = [
    "-shared", "-fPIC", "-O2", "-g", "-fvisibility=hidden", "-ftls-model=initial-exec", "-Wl,-z,defs",
    "-I.", "-Iconnections", "-o", "interposer.so",
  ]
}
