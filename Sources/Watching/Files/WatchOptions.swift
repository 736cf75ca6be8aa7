/// Options for watching.
package struct WatchOptions: Sendable, Equatable {
  /// Whether every file is polled and inotify is not used.
  package var polls: Bool

  /// Whether the targets of symbolic links are watched too.
  package var followsLinks: Bool

  /// The file systems that do not report every change, by the magic number of statfs(2).
  package var silentFileSystems: [UInt32: String]

  /// Creates options. Tests pass other file systems.
  package init(
    polls: Bool = false, followsLinks: Bool = true,
    silentFileSystems: [UInt32: String] = Self.knownSilentFileSystems
  ) {
    self.polls = polls
    self.followsLinks = followsLinks
    self.silentFileSystems = silentFileSystems
  }

  /// Network file systems and those of virtual machines, which do not report changes by another machine or by
  /// the host.
  ///
  /// FUSE_SUPER_MAGIC also covers virtiofs and the mounts of Docker Desktop. Some local file systems
  /// (ntfs-3g) are FUSE too. They cannot be told apart, and polling them costs little.
  package static let knownSilentFileSystems: [UInt32: String] = [
    0x6969: "NFS", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB", 0x517B: "SMB", 0x0102_1997: "9p",
    0x6573_5546: "FUSE", 0x786F_4256: "vboxsf", 0xBACB_ACBC: "vmhgfs", 0x00C3_6400: "Ceph",
    0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x7375_7245: "Coda", 0x0BD0_0BD0: "Lustre", 0x0116_1970: "GFS2",
    0x7461_636F: "OCFS2",
  ]
}
