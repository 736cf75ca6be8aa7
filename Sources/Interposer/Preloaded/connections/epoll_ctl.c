// epoll_ctl(2), for listeners and connections.
#include "connections.h"

EXPORTED int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event) {
  epoll = epoll_known_as(epoll);
  struct listener *listener = listener_at(fd);
  bool has_event = event || operation == EPOLL_CTL_DEL;
  if (listener && has_event) return interest_control(epoll, operation, listener, fd, event);
  if (listener == NULL && event && operation != EPOLL_CTL_DEL) interest_note_data(epoll, event->data.u64);
  if (listener == NULL && connection_is_tracked(fd)) return connection_control(epoll, operation, fd, event);
  return real()->epoll_ctl(epoll, operation, fd, event);
}
