// The calls that make a socket a listener. Each bind(2) is first asked of hotreload, which may hold that listener
// already.
#include "listeners.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

// Puts the granted listener at the number of the server's socket, because event loops have that number in their epoll
// data. Returns false if that failed.
static bool adopt(int fd, int granted, const char *key, int backlog) {
  bool nonblocking = real()->fcntl(fd, F_GETFL) & O_NONBLOCK;
  socket_copy_options(fd, granted);
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
