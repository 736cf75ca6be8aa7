// accept(2) and accept4(2). At most one generation accepts at any moment.
#include "connections.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

// The longest wait without a look at the listener, in milliseconds. A thread that waits for connections does not wake
// up when another thread shuts the listener down.
#define SHUTDOWN_CHECK 250

// Accepts a connection that moved here from the previous generation, or a probe. Returns -1 if there is none. Keeps
// errno.
static int accept_arrival(struct listener *listener, struct sockaddr *address, socklen_t *length, int flags,
                          bool probes_only) {
  unsigned id;
  int connection = arrivals_accept(listener, address, length, flags, probes_only, &id), saved = errno;
  if (connection == -1) return -1;
  connection_begin(connection, listener, true);
  arrivals_taken(id);
  errno = saved;
  return connection;
}

// Accepts a connection that moved here from the previous generation, or else one from the kernel's queue.
static int accept_now(struct listener *listener, struct sockaddr *address, socklen_t *length, int flags) {
  int connection = accept_arrival(listener, address, length, flags, false);
  if (connection >= 0) return connection;
  connection = real()->accept4(listener->fd, address, length, flags);
  if (connection >= 0) connection_begin(connection, listener, false);
  return connection;
}

// Accepts if the gate is open. Accepts only a probe if it is closed, and otherwise fails with EAGAIN as if nobody had
// connected.
static int accept_admitted(struct listener *listener, struct sockaddr *address, socklen_t *length, int flags) {
  bool in_cycle = gate_in_cycle(listener->id);
  if (!in_cycle && !gate_enter()) {
    int probe = accept_arrival(listener, address, length, flags, true);
    if (probe == -1) errno = EAGAIN;
    return probe;
  }
  int connection = accept_now(listener, address, length, flags), saved = errno;
  if (in_cycle) gate_accepted(listener->id);
  else gate_leave();
  errno = saved;
  return connection;
}

// Waits until the listener is readable or the gate opens, for SHUTDOWN_CHECK or `left` nanoseconds at most. `before` is
// the mask of signals during the wait. Outside of ppoll(2) all signals are blocked, so that none is missed between two
// calls.
static int wait_for_connection(struct listener *listener, int64_t left, const sigset_t *before) {
  int64_t moment = SHUTDOWN_CHECK * 1000000LL;
  struct timespec timeout = {0, left < moment ? left : moment};
  struct pollfd awaited[] = {{.fd = gate_is_open() ? listener->fd : gate_wakeup_fd(), .events = POLLIN},
                             {.fd = arrivals_wakeup_fd(listener), .events = POLLIN}};
  int ready = real()->ppoll(awaited, 2, &timeout, before);
  for (int i = 0; i < 2 && ready > 0; i++)
    if (awaited[i].revents & POLLNVAL) private_fd_is_lost(awaited[i].fd);
  return ready;
}

// Waits for a connection and accepts it, with all signals blocked outside of ppoll(2).
static int accept_waiting(int fd, struct listener *listener, struct sockaddr *address, socklen_t *length, int flags,
                          const sigset_t *before) {
  int timeout = receive_timeout(fd);
  int64_t deadline = deadline_of(&(struct timespec){timeout / 1000, timeout % 1000 * 1000000L});
  for (;;) {
    int64_t left = timeout == -1 ? INT64_MAX : left_until(deadline);
    int ready = wait_for_connection(listener, left, before);
    if (ready == -1 && (errno != EINTR || timeout != -1)) return -1;
    // ppoll(2) is interrupted by every handler, with or without SA_RESTART (signal(7)).
    if (ready == -1 && has_interrupting_handler()) {
      errno = EINTR;
      return -1;
    }
    if (listener_at(fd) != listener) {
      errno = EINVAL;
      return -1;
    }
    if (ready > 0) {
      int connection = accept_admitted(listener, address, length, flags);
      if (connection >= 0 || errno != EAGAIN) return connection;
    }
    if (left == 0) {
      errno = EAGAIN;
      return -1;
    }
  }
}

// Accepts as a blocking accept(2) does. The shared file description is non-blocking, so the thread waits here. The wait
// ends with EINTR, after SO_RCVTIMEO, or when another thread has shut the listener down.
static int accept_blocking(int fd, struct listener *listener, struct sockaddr *address, socklen_t *length, int flags) {
  if (gate_in_cycle(listener->id)) {  // a thread in a cycle has waited already
    int connection = accept_admitted(listener, address, length, flags);
    if (connection >= 0 || errno != EAGAIN) return connection;
  }
  gate_end_cycle();
  listener_polled(listener);
  listener_awaited(listener);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int result = accept_waiting(fd, listener, address, length, flags, &before), saved = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = saved;
  return result;
}

EXPORTED int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
  struct listener *listener = listener_at(fd);
  if (listener && listener->inherited && !listener->listening) listener_polled(listener);
  if (listener_is_only_bound(listener)) {
    errno = EINVAL;
    return -1;
  }
  if (listener == NULL || !listener->listening) return real()->accept4(fd, address, length, flags);
  link_join();
  if (!listener->nonblocking) return accept_blocking(fd, listener, address, length, flags);
  return accept_admitted(listener, address, length, flags);
}

EXPORTED int accept(int fd, struct sockaddr *address, socklen_t *length) { return accept4(fd, address, length, 0); }
