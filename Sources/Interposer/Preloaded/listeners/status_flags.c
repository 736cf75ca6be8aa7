// The status flags of listeners, with ioctl(2) and a part of fcntl(2). The server sees the status flags of a listener
// as it set them, not those of the file description that all generations share.
#include "listeners.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>

// Returns whether the file description may be shared, so that its status flags must not change. `listener` may be NULL.
static bool is_shared(const struct listener *listener) {
  return listener && (listener->listening || listener->granted || listener->shared);
}

// Reads or sets the status flags of a listener, except O_NONBLOCK in the kernel.
static int shared_status(struct listener *listener, int command, int flags) {
  if (command == F_GETFL) {
    int status = real()->fcntl(listener->fd, F_GETFL);
    return listener->nonblocking || status == -1 ? status : status & ~O_NONBLOCK;
  }
  listener->nonblocking = flags & O_NONBLOCK;
  return real()->fcntl(listener->fd, F_SETFL, flags | O_NONBLOCK);
}

int status_flags(int fd, int command, void *argument) {
  struct listener *listener = listener_at(fd);
  if (is_shared(listener)) return shared_status(listener, command, (int)(intptr_t)argument);
  if (listener && command == F_SETFL) listener->nonblocking = (int)(intptr_t)argument & O_NONBLOCK;
  return real()->fcntl(fd, command, argument);
}

EXPORTED int ioctl(int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  struct listener *listener = request == FIONBIO || request == FIONREAD ? listener_at(fd) : NULL;
  if (request == FIONREAD && listener_is_only_bound(listener)) {
    *(int *)argument = 0;
    return 0;
  }
  if (request == FIONBIO && listener) listener->nonblocking = *(int *)argument != 0;
  if (request == FIONBIO && is_shared(listener)) return 0;
  return real()->ioctl(fd, request, argument);
}
