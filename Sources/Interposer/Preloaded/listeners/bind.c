// The calls that make a socket a listener, or end one. Each bind(2) is first asked of hotreload, which may hold that
// listener already.
#include "interposer.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

// Copies the options that the server has set on the socket that a granted listener replaces.
static void copy_options(int from, int to) {
  static const struct {
    int level, name;
  } copied[] = {
      {SOL_SOCKET, SO_REUSEADDR},  {SOL_SOCKET, SO_KEEPALIVE},      {IPPROTO_TCP, TCP_NODELAY},
      {IPPROTO_TCP, TCP_KEEPIDLE}, {IPPROTO_TCP, TCP_KEEPINTVL},    {IPPROTO_TCP, TCP_KEEPCNT},
      {IPPROTO_TCP, TCP_FASTOPEN}, {IPPROTO_TCP, TCP_DEFER_ACCEPT},
  };
  for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
    int value = socket_option(from, copied[i].level, copied[i].name);
    if (value != socket_option(to, copied[i].level, copied[i].name))
      setsockopt(to, copied[i].level, copied[i].name, &value, sizeof value);
  }
  struct timeval timeout;
  socklen_t size = sizeof timeout;
  if (getsockopt(from, SOL_SOCKET, SO_RCVTIMEO, &timeout, &size) == 0)
    setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, &timeout, size);
}

// Puts the granted listener at the number of the server's socket, because event loops have that number in their epoll
// data. Returns false if that failed.
static bool adopt(int fd, int granted, const char *key, int backlog) {
  bool nonblocking = real()->fcntl(fd, F_GETFL) & O_NONBLOCK;
  copy_options(fd, granted);
  bool done = real()->dup3(granted, fd, O_CLOEXEC) != -1;
  real()->close(granted);
  struct listener *listener = done ? listener_add(fd, key) : NULL;
  if (listener) {
    listener->granted = true;
    listener->datagrams = socket_option(fd, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM;
    listener->backlog = backlog;
    listener->nonblocking = nonblocking;
  }
  return done;
}

EXPORTED int bind(int fd, const struct sockaddr *address, socklen_t length) {
  char key[KEY_SIZE], answer[RECORD_SIZE];
  int granted = -1, backlog = 0;
  unsigned index = 0;
  if (!key_of(fd, address, length, key) || !link_open() || !link_ask("bind", key, answer, &granted))
    return real()->bind(fd, address, length);
  // A server may bind several sockets alike: to port 0, or with SO_REUSEPORT. hotreload numbers them.
  if (sscanf(answer, "granted %*u %u %d", &index, &backlog) != 2) sscanf(answer, "own %*u %u", &index);
  if (granted == -1 && strncmp(answer, "granted ", 8) == 0) {
    errno = EMFILE;
    return -1;
  }
  if (index > 0) snprintf(key + strlen(key), KEY_SIZE - strlen(key), " #%u", index);
  if (granted != -1 &&
      !path_is_there(address, length)) {  // nobody would find the old socket, so the server binds a new one
    real()->close(granted);
    granted = -1;
  }
  if (granted != -1 && adopt(fd, granted, key, backlog)) return 0;
  int result = real()->bind(fd, address, length), saved = errno;
  struct listener *listener = result == 0 ? listener_add(fd, key) : NULL;
  if (listener) listener->nonblocking = real()->fcntl(fd, F_GETFL) & O_NONBLOCK;
  if (listener) listener->datagrams = socket_option(fd, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM;
  if (result == -1) link_send(-1, "bind-failed %d %s", errno, key);
  errno = saved;
  return result;
}

EXPORTED int listen(int fd, int backlog) {
  struct listener *listener = listener_at(fd);
  if (listener == NULL) listener = listener_take_in(fd);
  if (listener == NULL) return real()->listen(fd, backlog);
  link_join();
  if (backlog < 0 || backlog > SOMAXCONN) backlog = SOMAXCONN;
  if (backlog < listener->backlog) backlog = listener->backlog;
  if (!listener->listening && !listener->granted && !listener->shared)
    listener->nonblocking = real()->fcntl(fd, F_GETFL) & O_NONBLOCK;
  int result = real()->listen(fd, backlog), saved = errno;
  if (result == 0) {
    // Status flags belong to the file description, which all generations share. It is always non-blocking, and accept.c
    // makes blocking accepts of it. Close-on-exec keeps the server's children from holding the port open.
    real()->fcntl(fd, F_SETFL, real()->fcntl(fd, F_GETFL) | O_NONBLOCK);
    real()->fcntl(fd, F_SETFD, FD_CLOEXEC);
    listener->backlog = backlog;
    listener->listening = true;
    listener_announce(listener, listener->granted ? -1 : fd);
  }
  errno = saved;
  return result;
}

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

EXPORTED int shutdown(int fd, int how) {
  struct listener *listener = listener_at(fd);
  if (listener == NULL && connection_has_ended(fd)) return 0;
  // shutdown(2) of the listener would end the port for every holder (inet_shutdown(), TCP_LISTEN).
  if (listener == NULL || !(listener->listening || listener->granted)) return real()->shutdown(fd, how);
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
  copy_options(fd, plain);
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
