// The calls that end a listener without closing it: shutdown(2), and connect(2), which makes the socket a client.
#include "accepting.h"

#include <errno.h>
#include <netinet/in.h>

// Replaces the listener at this number by a socket that does not listen.
static void end_listener(int fd) {
  int family = socket_option(fd, SOL_SOCKET, SO_DOMAIN), type = socket_option(fd, SOL_SOCKET, SO_TYPE);
  int ended = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (ended == -1) return;
  interest_replace(fd, ended);
  real()->close(ended);
  struct listener *listener = listener_known_at(fd);
  if (listener) listener_end(listener, false);  // NULL if another thread was faster
}

int listener_shut_down(struct listener *listener, int fd, int how) {
  // shutdown(2) of the listener would end the port for every holder (inet_shutdown(), TCP_LISTEN).
  if (!(listener->listening || listener->granted)) return real()->shutdown(fd, how);
  if (listener_is_only_bound(listener) && socket_option(fd, SOL_SOCKET, SO_DOMAIN) != AF_UNIX) {
    errno = ENOTCONN;
    return -1;
  }
  if (how != SHUT_WR) end_listener(fd);  // SHUT_WR has no effect on a listener
  return 0;
}

// Replaces a granted listener by an unconnected socket with its address and port 0: the server connects it, so it is a
// client. hotreload granted it because the previous generation bound a listener to the same address.
static void take_back(int fd, const struct listener *listener) {
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  getsockname(fd, (struct sockaddr *)&address, &length);
  if (address.ss_family == AF_INET) ((struct sockaddr_in *)&address)->sin_port = 0;
  if (address.ss_family == AF_INET6) ((struct sockaddr_in6 *)&address)->sin6_port = 0;
  int flags = SOCK_CLOEXEC | (listener->nonblocking ? SOCK_NONBLOCK : 0);
  int plain = socket(address.ss_family, socket_option(fd, SOL_SOCKET, SO_TYPE) | flags, 0);
  if (plain == -1) return;
  socket_copy_options(fd, plain);
  real()->bind(plain, (struct sockaddr *)&address, length);
  interest_replace(fd, plain);
  real()->close(plain);
}

EXPORTED int connect(int fd, const struct sockaddr *address, socklen_t length) {
  struct listener *listener = listener_at(fd);
  if (listener == NULL) return real()->connect(fd, address, length);
  if (listener->listening) {
    if (address == NULL || address->sa_family != AF_UNSPEC) return real()->connect(fd, address, length);
    end_listener(fd);  // as shutdown(2) does
    return 0;
  }
  int saved = errno;
  if (listener->granted) take_back(fd, listener);
  else interest_restore(fd);
  listener_end(listener, false);
  errno = saved;
  return real()->connect(fd, address, length);
}
