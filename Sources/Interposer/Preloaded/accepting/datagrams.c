// UDP sockets. A UDP socket is handed over like a listener, and receiving from it counts as accepting. One generation
// receives at a time.
//
// Only sockets with a port that the server chose are handed over: a port that the kernel chose is a client's. The
// interposer cannot know which datagrams are requests, so a drain does not wait for their answers.
#include "accepting.h"

#include <errno.h>

struct listener *datagrams_at(int fd) {
  if (!listeners_exist()) return NULL;
  struct listener *listener = listener_known_at(fd);
  return listener && listener->datagrams ? listener_at(fd) : NULL;
}

// Waits for a datagram as a blocking receive does. The shared file description is non-blocking, so the thread waits
// here. It waits in poll(), which begins the accept cycle.
static bool wait_for_datagram(struct listener *listener) {
  struct pollfd entry = {.fd = listener->fd, .events = POLLIN};
  int timeout = receive_timeout(listener->fd), ready;
  do ready = poll(&entry, 1, timeout);
  while (ready == -1 && errno == EINTR && timeout == -1 && !has_interrupting_handler());
  if (ready == 0) errno = EAGAIN;
  return ready > 0;
}

bool datagrams_begin(struct listener *listener, int flags) {
  listener_polled(listener);
  if (gate_in_cycle(listener->id)) return true;
  if (!listener->nonblocking && !(flags & MSG_DONTWAIT)) return wait_for_datagram(listener);
  if (gate_enter()) return true;
  errno = EAGAIN;
  return false;
}

bool datagrams_end(struct listener *listener, int flags, ssize_t count) {
  int saved = errno;
  if (gate_in_cycle(listener->id)) gate_accepted(listener->id);
  else gate_leave();
  errno = saved;
  return count == -1 && saved == EAGAIN && !listener->nonblocking && !(flags & MSG_DONTWAIT);
}
