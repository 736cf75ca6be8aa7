// How a connection without a request leaves a retiring generation: it moves to the next one where it is certain that
// nothing is lost; in doubt it ends.
#include "connection.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

// What has come on it, also what the server has read where we do not see it: by stdio, or from a copy (tcp(7)).
static bool has_bytes(int fd) {
  struct tcp_info info = {0};
  socklen_t size = sizeof info;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) return info.tcpi_bytes_received > 0;
  int unread = 0;
  return real()->ioctl(fd, FIONREAD, &unread) == 0 && unread > 0;
}

bool is_opened_ahead(int fd, const struct connection *connection) {
  return is_fresh(connection) && milliseconds_now() - connection->accepted >= OPENED_AHEAD && !has_bytes(fd);
}

enum fate { MOVES, STAYS_FOR_NOW, ENDS };

// Nobody but the server, where we see it, has read from it. Of a Unix domain socket that is not known to the byte.
static bool is_followed(int fd, const struct connection *connection) {
  uint64_t read = 0;
  if (socket_option(fd, SOL_SOCKET, SO_DOMAIN) == AF_UNIX) return connection->received || connection->registration.seen;
  return bytes_read(fd, &read) && read == connection->taken;
}

bool comes_back(int fd, const struct connection *connection) {
  int unread = 0;
  return is_nonblocking(fd) || (real()->ioctl(fd, FIONREAD, &unread) == 0 && unread > 0) ||
         !is_followed(fd, connection);
}

// Of a connection without a request.
static enum fate fate_of(int fd, const struct connection *connection, bool moves) {
  const struct registration *registration = &connection->registration;
  struct listener *listener = connection->listener;
  if (!moves || connection->shared || connection->closes || connection->request.held > 0 || listener == NULL ||
      listener->fd == -1 || listener->cookie != connection->listener_cookie || registration->crowded)
    return ENDS;
  if (registration->epoll != -1 && registration->wanted.events & EPOLLONESHOT) return ENDS;
  // The next generation, which is most likely as this one, would not hear of it, and have to decline.
  enum interest_kind interest = interest_of(listener->fd);
  if (interest == INTEREST_WITHOUT_BELL) return ENDS;
  // A thread that is about to come back has read a request, or will be told that there is none.
  if (connection->calls > 0) return comes_back(fd, connection) ? STAYS_FOR_NOW : ENDS;
  // The server has just accepted it, and is setting it up; or it waits in a way that we do not see.
  if (!registration->seen && interest != INTEREST_NONE) return is_fresh(connection) ? STAYS_FOR_NOW : ENDS;
  return is_followed(fd, connection) ? MOVES : ENDS;
}

// A connection without a request leaves a retiring generation; false while it stays. A fresh one is not ended before it
// has been silent for long: its request may be on the way.
bool part(int fd, struct connection *connection, bool moves, int64_t retiring_since) {
  enum fate fate = fate_of(fd, connection, moves);
  if (fate == STAYS_FOR_NOW && milliseconds_now() - retiring_since < OPENED_AHEAD) return false;
  if (fate == MOVES && move_away(fd, listener_key(connection->listener), &connection->registration)) {
    connection->cookie = socket_cookie(fd);
    atomic_store(&connection->over, true);
    return true;
  }
  if (is_fresh(connection) && !is_opened_ahead(fd, connection)) return false;
  atomic_store(&connection->over, true);
  real()->shutdown(fd, SHUT_RDWR);
  return true;
}

// Asks the client of an HTTP/2 connection to open no more streams, and shows whether it could.
static bool ask_to_leave(int fd, const struct connection *connection) {
  // Between two frames, which nobody else is writing.
  if (connection->calls > 0 || connection->shared || !http2_is_between_frames(connection->http2)) return false;
  ssize_t count = real()->send(fd, http2_goaway, sizeof http2_goaway, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (count > 0 && (size_t)count < sizeof http2_goaway) real()->shutdown(fd, SHUT_RDWR);  // what follows makes no sense
  return count > 0;
}

#define CONNECTED_AHEAD 250  // ms after which a client that connected for a request has opened a stream

// The streams that its client opened before it knew are answered, and then it closes the connection. One that has no
// stream yet is about to have one: not all clients try again what such a connection refuses.
bool part_http2(int fd, struct connection *connection, int64_t retiring_since) {
  struct http2_connection *http2 = connection->http2;
  int64_t now = milliseconds_now();
  if (is_fresh(connection) && now - connection->accepted < CONNECTED_AHEAD) return false;
  if (http2->left == 0 && ask_to_leave(fd, connection)) http2->left = now;
  if (is_busy(connection) || now - (http2->left ? http2->left : retiring_since) < OPENED_AHEAD) return false;
  atomic_store(&connection->over, true);
  real()->shutdown(fd, SHUT_RDWR);
  return true;
}
