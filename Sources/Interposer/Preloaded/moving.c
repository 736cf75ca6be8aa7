// An established connection goes to the next generation: it is sent to hotreload, which passes it on.
//
// At its number the server finds one that has ended, registered as it was: it reads end-of-file, and closes, as for any
// client that left. What is unread stays in the kernel, and travels along. The caller sees to it that nobody is reading
// from it, or writing to it.
#include "interposer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

// TCP_ESTABLISHED is not in the header of tcp_info.
#define ESTABLISHED 1

bool bytes_read(int fd, uint64_t *count) {
  // What arrives between two of these calls would be taken for read.
  for (int tries = 0; tries < 8; tries++) {
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    int unread = 0, unread_before = 0;
    if (real()->ioctl(fd, FIONREAD, &unread_before) == -1 ||
        getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == -1 || info.tcpi_state != ESTABLISHED ||
        size < offsetof(struct tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received ||
        real()->ioctl(fd, FIONREAD, &unread) == -1)
      return false;
    *count = info.tcpi_bytes_received - (uint64_t)unread;
    if (unread == unread_before) return true;
  }
  return false;
}

// A socket of the same kind that reads end-of-file; -1 if there is none to be had.
static int make_ended(int fd) {
  int domain = socket_option(fd, SOL_SOCKET, SO_DOMAIN), ends[2];
  int flags = SOCK_CLOEXEC | (real()->fcntl(fd, F_GETFL) & O_NONBLOCK ? SOCK_NONBLOCK : 0);
  if (domain == AF_UNIX) {
    if (socketpair(AF_UNIX, SOCK_STREAM | flags, 0, ends) == -1) return -1;
    real()->close(ends[1]);
    return ends[0];
  }
  int ended = socket(domain, SOCK_STREAM | flags, 0);
  // It is not connected, which shutdown(2) complains of; but it reads end-of-file from then on (inet_shutdown).
  if (ended != -1) real()->shutdown(ended, SHUT_RDWR);
  return ended;
}

static int control(const struct registration *registration, int operation, int fd) {
  struct epoll_event event = registration->wanted;
  return registration->epoll == -1 ? 0 : real()->epoll_ctl(registration->epoll, operation, fd, &event);
}

static bool exchange(int fd, int ended, const char *key, const struct registration *registration) {
  int flags = real()->fcntl(fd, F_GETFD);
  // The old registration would outlive the number, as others hold the description (epoll(7), Q6).
  if (flags == -1 || control(registration, EPOLL_CTL_DEL, fd) == -1) return false;
  if (!link_give(fd, "moved %s", key)) {
    control(registration, EPOLL_CTL_ADD, fd);
    return false;
  }
  while (real()->dup3(ended, fd, flags & FD_CLOEXEC ? O_CLOEXEC : 0) == -1 && (errno == EBUSY || errno == EINTR)) continue;
  control(registration, EPOLL_CTL_ADD, fd);
  return true;
}

bool move_away(int fd, const char *key, const struct registration *registration) {
  int saved = errno, ended = make_ended(fd);
  bool moved = ended != -1 && exchange(fd, ended, key, registration);
  if (ended != -1) real()->close(ended);
  errno = saved;
  return moved;
}
