// The calls with which a server reads requests and writes responses. They are passed on, and the bytes are followed.
// UDP sockets and files pass through the same calls.
#include "connections.h"

#include <errno.h>

// Flags with which a read does not consume the next bytes of the stream.
#define ASIDE (MSG_PEEK | MSG_OOB | MSG_ERRQUEUE)

// Returns 0, which is end-of-file, if the connection was ended before this request was read, or else `count`. Empties
// the socket: closing it with unread bytes would reset the connection and could destroy the last response on its way
// (RFC 9112 §9.6).
static ssize_t unless_ended(int fd, ssize_t count) {
  if (!connection_has_ended(fd)) return count;
  char unread[4096];
  while (real()->recv(fd, unread, sizeof unread, MSG_DONTWAIT) > 0) continue;
  return 0;
}

// Follows the result of a read.
static ssize_t received(int fd, const void *buffer, ssize_t count, int flags) {
  // With MSG_TRUNC the bytes are dropped unseen (tcp(7)).
  if (count > 0 && !(flags & ASIDE)) connection_received(fd, flags & MSG_TRUNC ? NULL : buffer, (size_t)count);
  return unless_ended(fd, count);
}

// Follows the result of a vectored read.
static ssize_t received_vector(int fd, const struct iovec *vector, size_t length, ssize_t count, int flags) {
  size_t left = count > 0 && !(flags & ASIDE) ? (size_t)count : 0;
  for (size_t i = 0; i < length && left > 0; i++) {
    size_t part = left < vector[i].iov_len ? left : vector[i].iov_len;
    connection_received(fd, flags & MSG_TRUNC ? NULL : vector[i].iov_base, part);
    left -= part;
  }
  return unless_ended(fd, count);
}

// Returns whether a write fails because the connection was ended, with EPIPE. A real failure would also raise SIGPIPE.
static bool refused(int fd) {
  if (!connection_has_ended(fd)) return false;
  errno = EPIPE;
  return true;
}

// Follows the result of a write.
static ssize_t sent(int fd, const void *buffer, ssize_t count) {
  if (count > 0) connection_sent(fd, buffer, (size_t)count);
  return count;
}

// Follows the result of a vectored write.
static ssize_t sent_vector(int fd, const struct iovec *vector, size_t length, ssize_t count) {
  size_t left = count > 0 ? (size_t)count : 0;
  for (size_t i = 0; i < length && left > 0; i++) {
    size_t part = left < vector[i].iov_len ? left : vector[i].iov_len;
    sent(fd, vector[i].iov_base, (ssize_t)part);
    left -= part;
  }
  return count;
}

// Waits before the visit of a call that reads, if the call would block. The connection cannot move during a visit.
#define AWAIT(fd, size, flags) \
  if ((size) > 0 && !((flags) & (MSG_DONTWAIT | MSG_OOB | MSG_ERRQUEUE)) && !connection_await(fd)) return -1

// Makes a call during a visit, so that the connection cannot move, and evaluates `noted` on its result `count`. `plain`
// is the call, and is all that happens for a descriptor that is no tracked connection.
#define DURING_VISIT(fd, plain, noted)   \
  unsigned visit = connection_enter(fd); \
  if (!visit) return plain;              \
  NOTED(fd, visit, plain, noted)

// Does what DURING_VISIT does, for a descriptor that may be a file.
#define DURING_VISIT_OR_WRITING(fd, plain, noted) \
  unsigned visit = connection_enter(fd);          \
  if (!visit) file_written(fd);                   \
  if (!visit) return plain;                       \
  NOTED(fd, visit, plain, noted)

// Makes the call of a visit, evaluates `noted`, and ends the visit. Keeps errno of the call.
#define NOTED(fd, visit, plain, noted) \
  ssize_t count = plain;               \
  int saved = errno;                   \
  count = noted;                       \
  errno = saved;                       \
  connection_leave(fd, visit);         \
  return count

// Receives from a UDP socket that hotreload hands over, if this generation may.
#define RECEIVE_DATAGRAMS(fd, flags, call)                     \
  struct listener *datagrams = datagrams_at(fd);               \
  for (ssize_t count; datagrams;) {                            \
    if (!datagrams_begin(datagrams, flags)) return -1;         \
    count = call;                                              \
    if (!datagrams_end(datagrams, flags, count)) return count; \
  }

EXPORTED ssize_t read(int fd, void *buffer, size_t size) {
  RECEIVE_DATAGRAMS(fd, 0, real()->read(fd, buffer, size));
  AWAIT(fd, size, 0);
  DURING_VISIT(fd, real()->read(fd, buffer, size), received(fd, buffer, count, 0));
}

EXPORTED ssize_t recv(int fd, void *buffer, size_t size, int flags) {
  RECEIVE_DATAGRAMS(fd, flags, real()->recv(fd, buffer, size, flags));
  AWAIT(fd, size, flags);
  DURING_VISIT(fd, real()->recv(fd, buffer, size, flags), received(fd, buffer, count, flags));
}

EXPORTED ssize_t recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *from, socklen_t *length) {
  RECEIVE_DATAGRAMS(fd, flags, real()->recvfrom(fd, buffer, size, flags, from, length));
  AWAIT(fd, size, flags);
  DURING_VISIT(fd, real()->recvfrom(fd, buffer, size, flags, from, length), received(fd, buffer, count, flags));
}

EXPORTED ssize_t readv(int fd, const struct iovec *vector, int length) {
  RECEIVE_DATAGRAMS(fd, 0, real()->readv(fd, vector, length));
  AWAIT(fd, length, 0);
  DURING_VISIT(fd, real()->readv(fd, vector, length), received_vector(fd, vector, (size_t)length, count, 0));
}

EXPORTED ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  RECEIVE_DATAGRAMS(fd, flags, real()->recvmsg(fd, message, flags));
  if (message == NULL) return real()->recvmsg(fd, message, flags);
  AWAIT(fd, message->msg_iovlen, flags);
  DURING_VISIT(fd, real()->recvmsg(fd, message, flags),
               received_vector(fd, message->msg_iov, message->msg_iovlen, count, flags));
}

EXPORTED int recvmmsg(int fd, struct mmsghdr *messages, unsigned length, int flags, struct timespec *timeout) {
  RECEIVE_DATAGRAMS(fd, flags, real()->recvmmsg(fd, messages, length, flags, timeout));
  unsigned visit = connection_enter(fd);
  int count = real()->recvmmsg(fd, messages, length, flags, timeout), saved = errno;
  if (!visit) return count;
  for (int i = 0; i < count; i++)
    received_vector(fd, messages[i].msg_hdr.msg_iov, messages[i].msg_hdr.msg_iovlen, messages[i].msg_len, flags);
  errno = saved;
  connection_leave(fd, visit);
  return count;
}

EXPORTED ssize_t write(int fd, const void *buffer, size_t size) {
  if (refused(fd)) return -1;
  DURING_VISIT_OR_WRITING(fd, real()->write(fd, buffer, size), sent(fd, buffer, count));
}

EXPORTED ssize_t send(int fd, const void *buffer, size_t size, int flags) {
  if (refused(fd)) return -1;
  DURING_VISIT(fd, real()->send(fd, buffer, size, flags), sent(fd, buffer, count));
}

EXPORTED ssize_t sendto(int fd, const void *buffer, size_t size, int flags, const struct sockaddr *to,
                        socklen_t length) {
  if (refused(fd)) return -1;
  DURING_VISIT(fd, real()->sendto(fd, buffer, size, flags, to, length), sent(fd, buffer, count));
}

EXPORTED ssize_t writev(int fd, const struct iovec *vector, int length) {
  if (refused(fd)) return -1;
  DURING_VISIT_OR_WRITING(fd, real()->writev(fd, vector, length), sent_vector(fd, vector, (size_t)length, count));
}

EXPORTED ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  if (refused(fd)) return -1;
  DURING_VISIT(fd, real()->sendmsg(fd, message, flags),
               count == -1 ? -1 : sent_vector(fd, message->msg_iov, message->msg_iovlen, count));
}

EXPORTED ssize_t sendfile(int fd, int file, off_t *offset, size_t size) {
  if (refused(fd)) return -1;
  DURING_VISIT_OR_WRITING(fd, real()->sendfile(fd, file, offset, size), sent(fd, NULL, count));
}

EXPORTED ssize_t sendfile64(int fd, int file, off_t *offset, size_t size) { return sendfile(fd, file, offset, size); }

EXPORTED int shutdown(int fd, int how) {
  struct listener *listener = listener_at(fd);
  if (listener) return listener_shut_down(listener, fd, how);
  return connection_has_ended(fd) ? 0 : real()->shutdown(fd, how);
}

// Programs that were compiled with _FORTIFY_SOURCE call these three.
EXPORTED ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room) {
  if (size > room) __builtin_trap();
  return read(fd, buffer, size);
}

EXPORTED ssize_t __recv_chk(int fd, void *buffer, size_t size, size_t room, int flags) {
  if (size > room) __builtin_trap();
  return recv(fd, buffer, size, flags);
}

EXPORTED ssize_t __recvfrom_chk(int fd, void *buffer, size_t size, size_t room, int flags, struct sockaddr *from,
                                socklen_t *length) {
  if (size > room) __builtin_trap();
  return recvfrom(fd, buffer, size, flags, from, length);
}
