// epoll_ctl(2), for listeners and connections.
#include "connections.h"

#include <errno.h>

// Registers a listener, and tells hotreload that the server waits for connections on it.
static int control_listener(int epoll, int operation, struct listener *listener, int fd, struct epoll_event *event) {
  link_join();
  int result = interest_control(epoll, operation, fd, event), saved = errno;
  if (result == 0 && operation == EPOLL_CTL_ADD) arrivals_registered(listener);
  if (result == 0 && operation != EPOLL_CTL_DEL && (event->events & EPOLLIN)) {
    listener_polled(listener);
    if (epoll_was_waited(epoll)) listener_awaited(listener);  // a thread may be waiting now
  }
  errno = saved;
  return result;
}

EXPORTED int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event) {
  epoll = epoll_known_as(epoll);
  struct listener *listener = listener_at(fd);
  bool has_event = event || operation == EPOLL_CTL_DEL;
  if (listener && has_event) return control_listener(epoll, operation, listener, fd, event);
  if (listener == NULL && event && operation != EPOLL_CTL_DEL) interest_note_data(epoll, event->data.u64);
  if (listener == NULL && connection_is_tracked(fd)) return connection_control(epoll, operation, fd, event);
  return real()->epoll_ctl(epoll, operation, fd, event);
}
