// Established connections that move to the next generation. The connection is sent to hotreload, which passes it on.
//
// The interposer puts a socket that has ended at the connection's number, with the same epoll registration. The server
// reads end-of-file and closes it, as for any client that left. Unread bytes stay in the kernel and move along. The
// caller ensures that no thread is reading from the connection or writing to it.
#include "connections.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

// TCP_ESTABLISHED, which the header of tcp_info does not define.
#define ESTABLISHED 1

bool bytes_read(int fd, uint64_t *count) {
  // Repeated, because bytes that arrive between two of these calls would count as read.
  for (int tries = 0; tries < 8; tries++) {
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    int unread = 0, unread_before = 0;
    if (real()->ioctl(fd, FIONREAD, &unread_before) == -1 ||
        real()->getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == -1 || info.tcpi_state != ESTABLISHED ||
        size < offsetof(struct tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received ||
        real()->ioctl(fd, FIONREAD, &unread) == -1)
      return false;
    *count = info.tcpi_bytes_received - (uint64_t)unread;
    if (unread == unread_before) return true;
  }
  return false;
}

// Returns a socket of the same kind that reads end-of-file, or -1.
static int make_ended(int fd) {
  int domain = socket_option(fd, SOL_SOCKET, SO_DOMAIN), ends[2];
  int flags = SOCK_CLOEXEC | (real()->fcntl(fd, F_GETFL) & O_NONBLOCK ? SOCK_NONBLOCK : 0);
  if (domain == AF_UNIX) {
    if (socketpair(AF_UNIX, SOCK_STREAM | flags, 0, ends) == -1) return -1;
    real()->close(ends[1]);
    return ends[0];
  }
  int ended = socket(domain, SOCK_STREAM | flags, 0);
  // shutdown(2) fails because the socket is not connected, but the socket reads end-of-file from then on
  // (inet_shutdown()).
  if (ended != -1) real()->shutdown(ended, SHUT_RDWR);
  return ended;
}

// Changes the epoll registration of the connection, if it has one.
static int control(const struct registration *registration, int operation, int fd) {
  struct epoll_event event = registration->wanted;
  return registration->epoll == -1 ? 0 : real()->epoll_ctl(registration->epoll, operation, fd, &event);
}

// Sends the connection to hotreload, and puts `ended` at its number. Returns false if nothing changed.
static bool exchange(int fd, int ended, const char *key, const struct registration *registration) {
  int flags = real()->fcntl(fd, F_GETFD);
  // The old registration would outlive the number, because hotreload holds the file description (epoll(7), Q6).
  if (flags == -1 || control(registration, EPOLL_CTL_DEL, fd) == -1) return false;
  if (!link_try_send(fd, "moved %s", key)) {
    control(registration, EPOLL_CTL_ADD, fd);
    return false;
  }
  flags = flags & FD_CLOEXEC ? O_CLOEXEC : 0;
  while (real()->dup3(ended, fd, flags) == -1 && (errno == EBUSY || errno == EINTR)) continue;
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
