// Notices of self-writes to hotreload.
#include "self_writes.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define ROOM_TIMEOUT_US 100000  // in microseconds: how long to wait for a full socket, which holds ten datagrams
#define DEAFNESS 1000000000     // in nanoseconds: how long notices do not wait for room after that

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static _Atomic int64_t deaf_until;  // in nanoseconds of CLOCK_MONOTONIC

void notices_configure(const char *path) { snprintf(address.sun_path, sizeof address.sun_path, "%s", path); }

bool notices_are_wanted(void) { return address.sun_path[0] != 0; }

struct quiet_section begin_quiet_section(void) {
  struct quiet_section section = {.error = errno};
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &section.cancellation);
  return section;
}

void end_quiet_section(struct quiet_section section) {
  pthread_setcancelstate(section.cancellation, NULL);
  errno = section.error;
}

void notice_begin(struct notice *notice, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  notice->length = (size_t)vsnprintf(notice->text, sizeof notice->text, format, arguments);
  va_end(arguments);
}

void notice_begin_with_state(struct notice *notice, const struct stat *status) {
  notice_begin(notice, "wrote %ju %ju %jd %jd ", (uintmax_t)status->st_dev, (uintmax_t)status->st_ino,
               (intmax_t)status->st_size, (intmax_t)nanoseconds(status->st_mtim));
}

bool notice_append_path(struct notice *notice, int fd) {
  char link[32];
  size_t room = sizeof notice->text - notice->length;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, notice->text + notice->length, room);
  if (length <= 0 || (size_t)length == room) return false;
  notice->length += (size_t)length;
  return true;
}

bool notice_append_name(struct notice *notice, int directory, const char *path) {
  if (path == NULL) return false;  // the replaced call fails with EFAULT
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  char *parent = notice->text + notice->length;
  size_t length = slash == path ? 1 : slash ? (size_t)(slash - path) : 0, room = sizeof notice->text - notice->length;
  if (name[0] == 0 || length >= room) return false;
  memcpy(parent, path, length);
  parent[length] = 0;
  int fd = real()->openat(directory, length ? parent : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd == -1) return false;
  bool found = notice_append_path(notice, fd);
  real()->close(fd);
  if (!found) return false;
  bool is_root = notice->text[notice->length - 1] == '/';
  room = sizeof notice->text - notice->length;
  int added = snprintf(notice->text + notice->length, room, "%s%s", is_root ? "" : "/", name);
  notice->length += (size_t)added;
  return (size_t)added < room;
}

void notice_send(const struct notice *notice) {
  int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sender == -1) return;
  struct timeval timeout = {0, ROOM_TIMEOUT_US};
  int flags = MSG_NOSIGNAL | (nanoseconds_now() < atomic_load(&deaf_until) ? MSG_DONTWAIT : 0);
  setsockopt(sender, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  ssize_t sent =
      real()->sendto(sender, notice->text, notice->length, flags, (struct sockaddr *)&address, sizeof address);
  if (sent != -1) trace(TRACE_SENT, notice->text, notice->length, false);
  if (sent == -1 && errno == EAGAIN) atomic_store(&deaf_until, nanoseconds_now() + DEAFNESS);
  real()->close(sender);
}
