// One SOCK_SEQPACKET record (unix(7)), and the descriptor that comes with it in SCM_RIGHTS.
#include "link.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool record_send(int link, int fd, int flags, const char *format, va_list arguments) {
  char record[RECORD_SIZE];
  int length = vsnprintf(record, sizeof record, format, arguments);
  if (length >= (int)sizeof record) length = sizeof record - 1;
  struct iovec vector = {record, (size_t)length};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control = {0};
  if (fd != -1) {
    message.msg_control = &control;
    message.msg_controllen = sizeof control.space;
    control.header = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
  }
  int saved = errno;
  ssize_t count;
  do count = real()->sendmsg(link, &message, MSG_NOSIGNAL | flags);
  while (count == -1 && errno == EINTR);
  bool is_full = count == -1 && errno == EAGAIN;
  if (count != -1) trace(TRACE_SENT, record, (size_t)length, fd != -1);
  errno = is_full ? EAGAIN : saved;
  return count != -1;
}

// A cut record or descriptor list counts as the end, because the sender does not speak this protocol.
ssize_t record_receive(int link, char record[RECORD_SIZE], int *fd) {
  struct iovec vector = {record, RECORD_SIZE - 1};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space};
  ssize_t length;
  do length = real()->recvmsg(link, &message, MSG_CMSG_CLOEXEC);
  while (length == -1 && errno == EINTR);
  *fd = -1;
  struct cmsghdr *header = length > 0 ? CMSG_FIRSTHDR(&message) : NULL;
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    memcpy(fd, CMSG_DATA(header), sizeof *fd);
  if (length <= 0) return length;
  record[length] = 0;
  trace(TRACE_RECEIVED, record, (size_t)length, *fd != -1);
  // MSG_CTRUNC without a descriptor is no error: the server is at its limit of descriptors.
  bool is_cut = message.msg_flags & MSG_TRUNC || (message.msg_flags & MSG_CTRUNC && *fd != -1);
  return is_cut ? 0 : length;
}
