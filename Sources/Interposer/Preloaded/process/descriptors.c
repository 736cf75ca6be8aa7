// Calls that close or copy descriptors. Private descriptors are left out, or move to another number. The tables of
// listeners and connections are updated.
#include "interposer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

// Returns whether this is a child of vfork(2): the descriptor table is the child's, but the interposer's tables are the
// parent's.
static bool is_vfork_child(void) { return link_owner() == LINK_OF_THE_PARENT; }

// Returns whether `fd` is a private descriptor, and sets errno as if it were closed.
static bool is_ours(int fd) {
  if (!is_private_fd(fd)) return false;
  errno = EBADF;
  return true;
}

// Updates all tables before these numbers are closed. Keeps errno.
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

// syscall(2). Node.js closes descriptors and uses io_uring(7) with it. All other calls are passed on by a tail call,
// because vfork(2) must not return into a stack frame of the interposer.
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

#define MOST_FILES 1024  // the usual limit; higher descriptors are closed without notices

EXPORTED int close_range(unsigned first, unsigned last, int flags) {
  if (flags & CLOSE_RANGE_CLOEXEC || first > last) return (int)syscall(SYS_close_range, first, last, flags);
  for (unsigned fd = first; fd <= last && fd < MOST_FILES; fd++) file_closing((int)fd, NULL);
  closing(first, last);
  for (int fd; (fd = private_fd_first(first, last)) != -1; first = (unsigned)fd + 1)
    if ((unsigned)fd > first && syscall(SYS_close_range, first, (unsigned)fd - 1, flags) == -1) return -1;
  return first > last ? 0 : (int)syscall(SYS_close_range, first, last, flags);
}

EXPORTED void closefrom(int first) { close_range(first < 0 ? 0 : (unsigned)first, ~0u, 0); }

// Updates all tables after `to` became a copy of `from`. Returns `to`, and keeps errno.
static int copied(int from, int to) {
  int saved = errno;
  if (to >= 0 && !is_vfork_child()) {
    file_copied(from, to);
    listener_copy(from, to);
    epoll_copied(from, to);
    connection_is_shared(from);
  }
  errno = saved;
  return to;
}

// Updates all tables before dup2(2) closes `to`, and moves a private descriptor away from it.
static void make_room(int from, int to) {
  if (from == to || to < 0 || is_vfork_child() || real()->fcntl(from, F_GETFD) == -1) return;
  file_closing(to, NULL);
  closing((unsigned)to, (unsigned)to);
  private_fd_step_aside(to);
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
