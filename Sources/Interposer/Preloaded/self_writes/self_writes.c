// Self-writes: the server's own changes to regular files and symbolic links. hotreload receives a notice of each before
// the kernel reports the change to watchers, so that it does not take the change for a save. A notice carries the state
// of the file, which tells a self-write from a save of the same file.
//
// These functions are called in signal handlers and on small stacks, so there is one notice on the stack at a time.
#include "self_writes.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define NUMBERS 65536     // descriptors whose writes are recorded; no notice is sent of higher ones
#define OPEN_AT_END 1024  // descriptors that are checked when the process ends

// Whether a launcher started this process, not hotreload itself.
static bool is_of_a_launcher;
static pid_t first, process;  // the process that was started, and this one; a child of vfork(2) is neither
// A bit for each descriptor through which this process has written.
static _Atomic uint64_t written[NUMBERS / 64];
// The state in which a stream's file was opened, to tell whether the stream was written. stdio(3) writes with calls
// that cannot be replaced. `modified` is in nanoseconds since 1970.
static struct state {
  int64_t size, modified;
} opened[NUMBERS];

void files_configure(const char *path, bool by_a_launcher) {
  notices_configure(path);
  is_of_a_launcher = by_a_launcher;
  first = process = getpid();
}

void files_forked(void) {
  for (size_t i = 0; i < NUMBERS / 64; i++) atomic_store_explicit(&written[i], 0, memory_order_relaxed);
  process = getpid();
}

// Returns whether this process sends notices. A launcher may start other programs beside the server, such as one that
// generates style sheets, and their writes count as saves.
static bool is_told(void) {
  return notices_are_wanted() && (!is_of_a_launcher || link_was_opened()) && getpid() == process;
}

static struct state state_of(const struct stat *status) {
  return (struct state){status->st_size, nanoseconds(status->st_mtim)};
}

bool file_is_written(int fd) {
  return fd >= 0 && fd < NUMBERS && atomic_load_explicit(&written[fd / 64], memory_order_relaxed) >> (fd % 64) & 1;
}

// Clears the bit of a descriptor.
static void forget(int fd) { atomic_fetch_and(&written[fd / 64], ~(UINT64_C(1) << (fd % 64))); }

void file_written(int fd) {
  if (notices_are_wanted() && fd >= 0 && fd < NUMBERS && !file_is_written(fd))
    atomic_fetch_or(&written[fd / 64], UINT64_C(1) << (fd % 64));
}

void file_copied(int from, int to) {
  if (file_is_written(from)) file_written(to);
  else if (file_is_written(to)) forget(to);
}

void file_opened(int fd, int flags) {
  struct stat status;
  int saved = errno;
  if (file_is_written(fd) && is_told()) forget(fd);  // the number was closed unseen
  // An empty file may have been created or truncated by this call.
  if (flags & (O_CREAT | O_TRUNC) && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0)
    file_written(fd);
  errno = saved;
}

void file_opened_as_stream(FILE *stream) {
  struct stat status;
  int saved = errno, fd = fileno(stream);
  if (notices_are_wanted() && fd >= 0 && fd < NUMBERS && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
    opened[fd] = state_of(&status);
    file_opened(fd, O_CREAT);
  }
  errno = saved;
}

// Flushes the stream, and returns whether its file has changed since it was opened.
static bool has_changed(int fd, FILE *stream) {
  struct stat status;
  if (fd < 0 || fd >= NUMBERS || fstat(fd, &status) == -1 || !S_ISREG(status.st_mode)) return false;
  if ((real()->fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY || fflush(stream) == EOF || fstat(fd, &status) == -1)
    return false;
  struct state state = state_of(&status);
  return state.size != opened[fd].size || state.modified != opened[fd].modified;
}

// Sends a notice with the state and the path of an open file, unless the file is read-only here or has no name left.
static void tell_closing(int fd) {
  struct stat status;
  struct notice notice;
  if (fstat(fd, &status) == -1 || !S_ISREG(status.st_mode) || status.st_nlink == 0) return;
  if ((real()->fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY) return;
  notice_begin_with_state(&notice, &status);
  if (notice_append_path(&notice, fd)) notice_send(&notice);
}

void file_closing(int fd, FILE *stream) {
  bool was_written = file_is_written(fd);
  if ((!was_written && stream == NULL) || !is_told()) return;
  struct quiet_section section = begin_quiet_section();
  if (was_written) forget(fd);
  if (stream && was_written) fflush(stream);
  if (was_written || has_changed(fd, stream)) tell_closing(fd);
  end_quiet_section(section);
}

void notify_name(const struct stat *status, int directory, const char *path) {
  struct notice notice;
  if (!is_told() || !(S_ISREG(status->st_mode) || S_ISLNK(status->st_mode))) return;
  struct quiet_section section = begin_quiet_section();
  if (S_ISREG(status->st_mode)) notice_begin_with_state(&notice, status);
  else notice_begin(&notice, "made ");
  if (notice_append_name(&notice, directory, path)) notice_send(&notice);
  end_quiet_section(section);
}

bool notify_removal(int directory, const char *path) {
  struct stat status;
  struct notice notice;
  if (!is_told()) return false;
  struct quiet_section section = begin_quiet_section();
  bool is_going = fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                  (S_ISREG(status.st_mode) || S_ISLNK(status.st_mode));
  notice_begin(&notice, "removed ");
  is_going = is_going && notice_append_name(&notice, directory, path);
  if (is_going) notice_send(&notice);
  end_quiet_section(section);
  return is_going;
}

void withdraw_removal(int directory, const char *path) {
  struct notice notice;
  struct quiet_section section = begin_quiet_section();
  notice_begin(&notice, "kept ");
  if (notice_append_name(&notice, directory, path)) notice_send(&notice);
  end_quiet_section(section);
}

// Sends a notice of each file that is open for writing: exit(3) flushes the buffers of stdio(3) after this.
static void tell_open(void) {
  struct stat status;
  struct notice notice;
  for (int fd = 0; fd < OPEN_AT_END; fd++) {
    int flags = real()->fcntl(fd, F_GETFL);
    if (flags == -1 || (flags & O_ACCMODE) == O_RDONLY || fstat(fd, &status) == -1 || !S_ISREG(status.st_mode))
      continue;
    notice_begin(&notice, "open %ju %ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    notice_send(&notice);
  }
}

void files_ending(void) {
  if (!is_told()) return;
  struct quiet_section section = begin_quiet_section();
  if (process == first) tell_open();
  for (int fd = 0; fd < NUMBERS; fd += 64)
    if (atomic_load_explicit(&written[fd / 64], memory_order_relaxed))
      for (int i = fd; i < fd + 64; i++)
        if (file_is_written(i)) tell_closing(i);
  end_quiet_section(section);
}
