// Accepting, which at most one generation does at any moment.
#include "interposer.h"

#include <errno.h>
#include <poll.h>

static int accept_now(int fd, struct sockaddr *address, socklen_t *length, int flags) {
  int connection = real()->accept4(fd, address, length, flags);
  if (connection >= 0) connection_begin(connection);
  return connection;
}

// Lets the caller through when the gate is open; EAGAIN as if nobody had connected when it is not.
static int accept_admitted(int fd, struct sockaddr *address, socklen_t *length, int flags) {
  if (gate_in_cycle()) return accept_now(fd, address, length, flags);
  if (!gate_enter()) {
    errno = EAGAIN;
    return -1;
  }
  int connection = accept_now(fd, address, length, flags), saved = errno;
  gate_leave();
  errno = saved;
  return connection;
}

// The shared description never blocks. While another generation accepts, the thread sleeps at the gate.
static int accept_blocking(int fd, struct listener *listener, struct sockaddr *address, socklen_t *length, int flags) {
  gate_end_cycle();
  listener_polled(listener);
  for (;;) {
    gate_wait_open();
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    if (poll(&wait, 1, -1) == -1) return -1;
    int connection = accept_admitted(fd, address, length, flags);
    if (connection >= 0 || errno != EAGAIN) return connection;
  }
}

EXPORTED int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
  struct listener *listener = listener_at(fd);
  if (listener == NULL || !listener->listening) return real()->accept4(fd, address, length, flags);
  if (!listener->nonblocking) return accept_blocking(fd, listener, address, length, flags);
  return accept_admitted(fd, address, length, flags);
}

EXPORTED int accept(int fd, struct sockaddr *address, socklen_t *length) { return accept4(fd, address, length, 0); }
