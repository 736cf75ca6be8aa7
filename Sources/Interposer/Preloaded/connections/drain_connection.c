// Draining of one connection without a request. The connection moves to the next generation if it is certain that
// nothing is lost. In doubt it ends.
#include "connections.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

// Returns whether anything was received on the connection, including bytes that the server has read unseen, such as by
// stdio(3) or from a copy (tcp(7)).
static bool has_bytes(int fd) {
  struct tcp_info info = {0};
  socklen_t size = sizeof info;
  if (real()->getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) return info.tcpi_bytes_received > 0;
  int unread = 0;
  return real()->ioctl(fd, FIONREAD, &unread) == 0 && unread > 0;
}

bool is_preconnected(int fd, const struct connection *connection) {
  return is_fresh(connection) && milliseconds_now() - connection->accepted >= PRECONNECTED_AFTER_MS && !has_bytes(fd);
}

// The decision about a connection that drains.
enum drain_decision { MOVES, STAYS_FOR_NOW, ENDS };

// Returns whether the interposer has seen every read from the connection. The byte count of a Unix domain socket is not
// known.
static bool is_followed(int fd, const struct connection *connection) {
  uint64_t read = 0;
  if (socket_option(fd, SOL_SOCKET, SO_DOMAIN) == AF_UNIX) return connection->received || connection->registration.seen;
  return bytes_read(fd, &read) && read == connection->taken;
}

bool call_returns_soon(int fd, const struct connection *connection) {
  int unread = 0;
  return is_nonblocking(fd) || (real()->ioctl(fd, FIONREAD, &unread) == 0 && unread > 0) ||
         !is_followed(fd, connection);
}

// Returns the decision of a connection without a request.
static enum drain_decision drain_decision_of(int fd, const struct connection *connection, bool moves) {
  const struct registration *registration = &connection->registration;
  struct listener *listener = connection->listener;
  if (!moves || connection->shared || connection->closes || connection->request.held > 0 || listener == NULL ||
      listener->fd == -1 || listener->cookie != connection->listener_cookie || registration->in_several_epolls)
    return ENDS;
  if (registration->epoll != -1 && registration->wanted.events & EPOLLONESHOT) return ENDS;
  // The next generation most likely registers its listener in the same way, so it could not accept the connection.
  enum interest_kind interest = interest_of(listener->fd);
  if (interest == INTEREST_WITHOUT_WAKEUP) return ENDS;
  // A call that returns soon has read a request, or reports that there is none.
  if (connection->calls_in_progress > 0) return call_returns_soon(fd, connection) ? STAYS_FOR_NOW : ENDS;
  // The server has just accepted the connection and is setting it up, or waits for it unseen.
  if (!registration->seen && interest != INTEREST_NONE) return is_fresh(connection) ? STAYS_FOR_NOW : ENDS;
  return is_followed(fd, connection) ? MOVES : ENDS;
}

// A fresh connection does not end before it has been silent for PRECONNECTED_AFTER_MS: its request may be on the way.
bool drain_connection(int fd, struct connection *connection, bool moves, int64_t drain_began) {
  enum drain_decision decision = drain_decision_of(fd, connection, moves);
  if (decision == STAYS_FOR_NOW && milliseconds_now() - drain_began < PRECONNECTED_AFTER_MS) return false;
  if (decision == MOVES && move_away(fd, listener_key(connection->listener), &connection->registration)) {
    connection->cookie = socket_cookie(fd);
    atomic_store(&connection->ended, true);
    return true;
  }
  if (is_fresh(connection) && !is_preconnected(fd, connection)) return false;
  atomic_store(&connection->ended, true);
  real()->shutdown(fd, SHUT_RDWR);
  return true;
}

// Sends GOAWAY. Returns false if that is not possible now.
static bool send_goaway(int fd, const struct connection *connection) {
  // Sent between two frames only, and while no other thread may be writing one.
  if (connection->calls_in_progress > 0 || connection->shared || !http2_is_between_frames(connection->http2))
    return false;
  ssize_t count = real()->send(fd, http2_goaway, sizeof http2_goaway, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (count > 0 && (size_t)count < sizeof http2_goaway)
    real()->shutdown(fd, SHUT_RDWR);  // a cut frame breaks the connection
  return count > 0;
}

#define CONNECTED_AHEAD 250  // in milliseconds: a client that connects for a request opens a stream sooner

// The streams that the client opened before it read the GOAWAY are answered, and then the client closes the connection.
// A new connection without a stream is about to have one, and not all clients retry a request that such a connection
// refuses.
bool drain_http2(int fd, struct connection *connection, int64_t drain_began) {
  struct http2_connection *http2 = connection->http2;
  int64_t now = milliseconds_now();
  if (is_fresh(connection) && now - connection->accepted < CONNECTED_AHEAD) return false;
  if (http2->goaway_sent_at == 0 && send_goaway(fd, connection)) http2->goaway_sent_at = now;
  int64_t silent_since = http2->goaway_sent_at ? http2->goaway_sent_at : drain_began;
  if (is_busy(connection) || now - silent_since < PRECONNECTED_AFTER_MS) return false;
  atomic_store(&connection->ended, true);
  real()->shutdown(fd, SHUT_RDWR);
  return true;
}
