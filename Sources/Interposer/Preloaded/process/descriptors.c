// Calls that close or copy descriptors. Private descriptors are left out, or move to another number. The tables of
// listeners and connections are updated.
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdarg.h>
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

// Renames the epoll instance `from` to `to` in all tables.
static void rename_epoll(int from, int to) {
  interests_rename_epoll(from, to);
  epoll_rename(from, to);
  connections_rename_epoll(from, to);
}

// Updates all tables before these numbers are closed. Keeps errno.
static void closing(unsigned first, unsigned last) {
  int saved = errno;
  connections_end(first, last);
  listeners_forget(first, last);
  epoll_copies_close(first, last, rename_epoll);
  interests_forget_epolls(first, last);
  epolls_closed(first, last, connections_rename_epoll);
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

#define MOST_FILES 1024  // the usual limit; higher descriptors are closed without notices

EXPORTED int close_range(unsigned first, unsigned last, int flags) {
  if (flags & CLOSE_RANGE_CLOEXEC || first > last) return (int)REAL_SYSCALL(SYS_close_range, first, last, flags);
  for (unsigned fd = first; fd <= last && fd < MOST_FILES; fd++) file_closing((int)fd, NULL);
  closing(first, last);
  for (int fd; (fd = private_fd_first(first, last)) != -1; first = (unsigned)fd + 1)
    if ((unsigned)fd > first && REAL_SYSCALL(SYS_close_range, first, (unsigned)fd - 1, flags) == -1) return -1;
  return first > last ? 0 : (int)REAL_SYSCALL(SYS_close_range, first, last, flags);
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

EXPORTED int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      return is_ours(fd) ? -1 : copied(fd, real()->fcntl(fd, command, (int)(intptr_t)argument));
    case F_GETFL:
    case F_SETFL:
      return status_flags(fd, command, argument);
    default:
      return real()->fcntl(fd, command, argument);
  }
}

EXPORTED int fcntl64(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  return fcntl(fd, command, argument);
}
