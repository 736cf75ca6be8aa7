// What the server does to descriptor numbers: closes them, also all there are, and makes others of them.
//
// Our own are left out, or step aside. What becomes of a listener's number, or a connection's, is noted.
#include "interposer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

// After vfork(2) the numbers are the child's, and our tables the parent's.
static bool is_of_no_concern(void) { return link_owner() == LINK_OF_THE_PARENT; }

static bool is_ours(int fd) {
  if (!own_is(fd)) return false;
  errno = EBADF;  // as if it were not there
  return true;
}

static void closing(unsigned first, unsigned last) {
  int saved = errno;
  connections_end(first, last);
  listeners_forget(first, last);
  epoll_copies_close(first, last);
  interests_forget_epolls(first, last);
  rings_forget(first, last);
  errno = saved;
}

EXPORTED int close(int fd) {
  if (is_ours(fd)) return -1;
  if (fd >= 0) {
    file_closing(fd, NULL);
    closing((unsigned)fd, (unsigned)fd);
  }
  return real()->close(fd);
}

EXPORTED int fclose(FILE *stream) {
  int saved = errno, fd = fileno(stream);
  if (fd >= 0) {
    file_closing(fd, stream);
    closing((unsigned)fd, (unsigned)fd);
  }
  errno = saved;
  return real()->fclose(stream);
}

// Node.js closes with this, and uses io_uring(7). Every other call goes on as it came, without a frame of ours on the
// stack: it may be vfork(2).
long any_call(REGISTER_PARAMETERS) __asm__("syscall");
#if __has_attribute(musttail)
#define TAIL_CALL __attribute__((musttail))
#else
#define TAIL_CALL
#endif

EXPORTED long any_call(REGISTER_PARAMETERS) {
  if (number == SYS_close) return close((int)a);
  if (number == SYS_io_uring_setup) return ring_setup((unsigned)a, (struct io_uring_params *)b);
  if (number == SYS_io_uring_enter) ring_entering((int)a, (unsigned)b);
  TAIL_CALL return real()->syscall(REGISTER_ARGUMENTS);
}

#define MOST_FILES 1024  // the usual limit: of what is above, nothing is told

EXPORTED int close_range(unsigned first, unsigned last, int flags) {
  if (flags & CLOSE_RANGE_CLOEXEC || first > last)
    return (int)syscall(SYS_close_range, first, last, flags);
  for (unsigned fd = first; fd <= last && fd < MOST_FILES; fd++) file_closing((int)fd, NULL);
  closing(first, last);
  for (int fd; (fd = own_first(first, last)) != -1; first = (unsigned)fd + 1)
    if ((unsigned)fd > first && syscall(SYS_close_range, first, (unsigned)fd - 1, flags) == -1) return -1;
  return first > last ? 0 : (int)syscall(SYS_close_range, first, last, flags);
}

EXPORTED void closefrom(int first) { close_range(first < 0 ? 0 : (unsigned)first, ~0u, 0); }

static int copied(int from, int to) {
  int saved = errno;
  if (to >= 0 && !is_of_no_concern()) {
    file_copied(from, to);
    listener_copy(from, to);
    epoll_copied(from, to);
    connection_is_shared(from);
  }
  errno = saved;
  return to;
}

// Before `to` becomes a copy of `from`.
static void make_room(int from, int to) {
  if (from == to || to < 0 || is_of_no_concern() || real()->fcntl(from, F_GETFD) == -1) return;
  file_closing(to, NULL);
  closing((unsigned)to, (unsigned)to);
  own_step_aside(to);
}

EXPORTED int dup(int from) { return is_ours(from) ? -1 : copied(from, real()->dup(from)); }

EXPORTED int dup2(int from, int to) {
  if (is_ours(from)) return -1;
  make_room(from, to);
  int result = real()->dup2(from, to);
  return from == to ? result : copied(from, result);
}

EXPORTED int dup3(int from, int to, int flags) {
  if (is_ours(from)) return -1;
  make_room(from, to);
  return copied(from, real()->dup3(from, to, flags));
}

int descriptor_copy(int from, int command, int lowest) {
  return is_ours(from) ? -1 : copied(from, real()->fcntl(from, command, lowest));
}
