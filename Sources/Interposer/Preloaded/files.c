// What the server does to regular files and symbolic links: hotreload hears of each before the kernel tells whoever watches,
// so that it takes none of it for somebody's save. A file is named with its state, which tells the server's from that of
// somebody who saves the same file.
//
// A datagram each, for hotreload may have no link to the process: one that was forked, or that does not listen (yet). Called
// in signal handlers, and on small stacks: there is one buffer.
#include "interposer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 100000     // in microseconds: how long the socket may be full; it holds ten datagrams (max_dgram_qlen)
#define DEAFNESS 1000000000  // in nanoseconds: how long nobody is waited for after that
#define NUMBERS 65536        // of descriptors; what is above is not told
#define LONGEST_PATH 1024    // in bytes; what is longer is not told
#define OPEN_AT_END 1024     // how many are looked at when the process ends

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static bool is_of_a_launcher;
static pid_t first, process;        // the one that was started, and this one; a child made by vfork(2) is another
static _Atomic int64_t deaf_until;  // CLOCK_MONOTONIC
// A bit for each descriptor through which this process has written.
static _Atomic uint64_t written[NUMBERS / 64];
// What streams were opened on, to tell whether it was written: stdio(3) does so without a call that we see.
static struct state { int64_t size, modified; } opened[NUMBERS];

void files_configure(const char *path, bool by_a_launcher) {
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  is_of_a_launcher = by_a_launcher;
  first = process = getpid();
}

void files_forked(void) {
  for (size_t i = 0; i < NUMBERS / 64; i++) atomic_store_explicit(&written[i], 0, memory_order_relaxed);
  process = getpid();
}

// A launcher may start other programs beside the server, such as one that makes its style sheets: what they write counts.
static bool is_told(void) {
  return address.sun_path[0] != 0 && (!is_of_a_launcher || link_was_opened()) && getpid() == process;
}

static int64_t nanoseconds(struct timespec time) { return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec; }

static struct state state_of(const struct stat *status) {
  return (struct state){status->st_size, nanoseconds(status->st_mtim)};
}

bool file_is_written(int fd) {
  return fd >= 0 && fd < NUMBERS && atomic_load_explicit(&written[fd / 64], memory_order_relaxed) >> (fd % 64) & 1;
}

static void forget(int fd) { atomic_fetch_and(&written[fd / 64], ~(UINT64_C(1) << (fd % 64))); }

void file_written(int fd) {
  if (address.sun_path[0] != 0 && fd >= 0 && fd < NUMBERS && !file_is_written(fd))
    atomic_fetch_or(&written[fd / 64], UINT64_C(1) << (fd % 64));
}

void file_copied(int from, int to) {
  if (file_is_written(from)) file_written(to);
  else if (file_is_written(to)) forget(to);
}

void file_opened(int fd, int flags) {
  struct stat status;
  int saved = errno;
  if (file_is_written(fd) && is_told()) forget(fd);  // it was closed where we do not see it
  if (flags & (O_CREAT | O_TRUNC) && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0)
    file_written(fd);
  errno = saved;
}

void file_opened_as_stream(FILE *stream) {
  struct stat status;
  int saved = errno, fd = fileno(stream);
  if (address.sun_path[0] != 0 && fd >= 0 && fd < NUMBERS && fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
    opened[fd] = state_of(&status);
    file_opened(fd, O_CREAT);
  }
  errno = saved;
}

struct record {
  size_t length;
  char text[128 + LONGEST_PATH];
};

// Nothing of what is called here is to be seen: neither an error, nor a point at which a thread is cancelled.
struct calm { int error, cancellation; };

static struct calm begin_calm(void) {
  struct calm calm = {.error = errno};
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &calm.cancellation);
  return calm;
}

static void end_calm(struct calm calm) {
  pthread_setcancelstate(calm.cancellation, NULL);
  errno = calm.error;
}

__attribute__((format(printf, 2, 3))) static void begin(struct record *record, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  record->length = (size_t)vsnprintf(record->text, sizeof record->text, format, arguments);
  va_end(arguments);
}

static void begin_with_state(struct record *record, const struct stat *status) {
  begin(record, "wrote %ju %ju %jd %jd ", (uintmax_t)status->st_dev, (uintmax_t)status->st_ino,
        (intmax_t)status->st_size, (intmax_t)nanoseconds(status->st_mtim));
}

// The path of what is open.
static bool append_path(struct record *record, int fd) {
  char link[32];
  size_t room = sizeof record->text - record->length;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, record->text + record->length, room);
  if (length <= 0 || (size_t)length == room) return false;
  record->length += (size_t)length;
  return true;
}

// A name in a directory, neither of which need be as the kernel writes them.
static bool append_name(struct record *record, int directory, const char *path) {
  if (path == NULL) return false;  // the call will say so
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  char *parent = record->text + record->length;
  size_t length = slash == path ? 1 : slash ? (size_t)(slash - path) : 0, room = sizeof record->text - record->length;
  if (name[0] == 0 || length >= room) return false;
  memcpy(parent, path, length);
  parent[length] = 0;
  int fd = real()->openat(directory, length ? parent : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd == -1) return false;
  bool found = append_path(record, fd);
  real()->close(fd);
  if (!found) return false;
  bool is_root = record->text[record->length - 1] == '/';
  room = sizeof record->text - record->length;
  int added = snprintf(record->text + record->length, room, "%s%s", is_root ? "" : "/", name);
  record->length += (size_t)added;
  return (size_t)added < room;
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return nanoseconds(time);
}

static void send_record(const struct record *record) {
  int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sender == -1) return;
  struct timeval patience = {0, PATIENCE};
  int flags = MSG_NOSIGNAL | (now() < atomic_load(&deaf_until) ? MSG_DONTWAIT : 0);
  setsockopt(sender, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  ssize_t sent = real()->sendto(sender, record->text, record->length, flags, (struct sockaddr *)&address,
                                sizeof address);
  if (sent == -1 && errno == EAGAIN) atomic_store(&deaf_until, now() + DEAFNESS);
  real()->close(sender);
}

// Whether something was written through the stream.
static bool has_changed(int fd, FILE *stream) {
  struct stat status;
  if (fd < 0 || fd >= NUMBERS || fstat(fd, &status) == -1 || !S_ISREG(status.st_mode)) return false;
  if ((real()->fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY || fflush(stream) == EOF || fstat(fd, &status) == -1) return false;
  struct state state = state_of(&status);
  return state.size != opened[fd].size || state.modified != opened[fd].modified;
}

static void tell_closing(int fd) {
  struct stat status;
  struct record record;
  if (fstat(fd, &status) == -1 || !S_ISREG(status.st_mode) || status.st_nlink == 0) return;
  if ((real()->fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY) return;
  begin_with_state(&record, &status);
  if (append_path(&record, fd)) send_record(&record);
}

void file_closing(int fd, FILE *stream) {
  bool was_written = file_is_written(fd);
  if ((!was_written && stream == NULL) || !is_told()) return;
  struct calm calm = begin_calm();
  if (was_written) forget(fd);
  if (stream && was_written) fflush(stream);
  if (was_written || has_changed(fd, stream)) tell_closing(fd);
  end_calm(calm);
}

void file_named(const struct stat *status, int directory, const char *path) {
  struct record record;
  if (!is_told() || !(S_ISREG(status->st_mode) || S_ISLNK(status->st_mode))) return;
  struct calm calm = begin_calm();
  if (S_ISREG(status->st_mode)) begin_with_state(&record, status);
  else begin(&record, "made ");
  if (append_name(&record, directory, path)) send_record(&record);
  end_calm(calm);
}

bool file_going(int directory, const char *path) {
  struct stat status;
  struct record record;
  if (!is_told()) return false;
  struct calm calm = begin_calm();
  bool is_going = fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                  (S_ISREG(status.st_mode) || S_ISLNK(status.st_mode));
  begin(&record, "removed ");
  is_going = is_going && append_name(&record, directory, path);
  if (is_going) send_record(&record);
  end_calm(calm);
  return is_going;
}

void file_stays(int directory, const char *path) {
  struct record record;
  struct calm calm = begin_calm();
  begin(&record, "kept ");
  if (append_name(&record, directory, path)) send_record(&record);
  end_calm(calm);
}

// What it has open, and may have in buffers.
static void tell_open(void) {
  struct stat status;
  struct record record;
  for (int fd = 0; fd < OPEN_AT_END; fd++) {
    int flags = real()->fcntl(fd, F_GETFL);
    if (flags == -1 || (flags & O_ACCMODE) == O_RDONLY || fstat(fd, &status) == -1 || !S_ISREG(status.st_mode)) continue;
    begin(&record, "open %ju %ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    send_record(&record);
  }
}

void files_ending(void) {
  if (!is_told()) return;
  struct calm calm = begin_calm();
  if (process == first) tell_open();
  for (int fd = 0; fd < NUMBERS; fd += 64)
    if (atomic_load_explicit(&written[fd / 64], memory_order_relaxed))
      for (int i = fd; i < fd + 64; i++)
        if (file_is_written(i)) tell_closing(i);
  end_calm(calm);
}
