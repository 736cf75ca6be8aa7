// Questions to the kernel about a socket. They ask the C library, not the interposer, which reports a granted
// listener as the bound socket that the server takes it for.
#include "base.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/time.h>

uint64_t socket_cookie(int fd) {
  uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  int saved = errno;
  if (real()->getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) == -1) cookie = 0;
  errno = saved;
  return cookie;
}

int socket_option(int fd, int level, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return real()->getsockopt(fd, level, name, &value, &size) == 0 ? value : 0;
}

void socket_copy_options(int from, int to) {
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
  if (real()->getsockopt(from, SOL_SOCKET, SO_RCVTIMEO, &timeout, &size) == 0)
    setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, &timeout, size);
}

int receive_timeout(int fd) {
  struct timeval limit = {0, 0};
  socklen_t size = sizeof limit;
  if (real()->getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, &size) == -1 || (limit.tv_sec == 0 && limit.tv_usec == 0))
    return -1;
  return limit.tv_sec > 1000000 ? 1000000000 : (int)(limit.tv_sec * 1000 + (limit.tv_usec + 999) / 1000);
}
