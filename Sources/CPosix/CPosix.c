#define _GNU_SOURCE
#include "CPosix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kcmp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int cposix_send(int socket, const void *bytes, size_t count, int descriptor) {
  struct iovec vector = {(void *)bytes, count};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  if (descriptor != -1) {
    message.msg_control = &control;
    message.msg_controllen = sizeof control.space;
    control.header = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
  }
  while (sendmsg(socket, &message, MSG_NOSIGNAL) == -1)
    if (errno != EINTR) return errno;
  return 0;
}

ssize_t cposix_receive(int socket, void *bytes, size_t count, int *descriptor) {
  struct iovec vector = {bytes, count};
  // Room for two descriptors, so that a second one is seen and refused, and not cut off unseen.
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(2 * sizeof(int))];
  } control = {0};
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space};
  ssize_t length;
  do length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (length == -1 && errno == EINTR);
  *descriptor = -1;
  if (length == -1) return -1;
  int received[2], number = 0;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header))
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
      number = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
      memcpy(received, CMSG_DATA(header), (size_t)number * sizeof(int));
    }
  if (number > 1 || message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
    while (number > 0) close(received[--number]);
    errno = EMSGSIZE;
    return -1;
  }
  if (number == 1) *descriptor = received[0];
  return length;
}

ssize_t cposix_receive_datagram(int socket, void *bytes, size_t count, int descriptors[253], int *descriptor_count) {
  struct iovec vector = {bytes, count};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(253 * sizeof(int))];
  } control;
  struct msghdr message = {
      .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space};
  ssize_t length;
  *descriptor_count = 0;
  do length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  while (length == -1 && errno == EINTR);
  if (length == -1) return -1;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header))
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
      *descriptor_count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
      memcpy(descriptors, CMSG_DATA(header), (size_t)*descriptor_count * sizeof(int));
    }
  return length;
}

int cposix_notify(const char *address, const char *text, size_t count) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  size_t length = strlen(address);
  if ((address[0] != '/' && address[0] != '@') || length < 2 || length >= sizeof name.sun_path) return EINVAL;
  memcpy(name.sun_path, address, length);
  if (address[0] == '@') name.sun_path[0] = 0;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd == -1) return errno;
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (address[0] == '/'));
  int failure = sendto(fd, text, count, MSG_NOSIGNAL, (struct sockaddr *)&name, size) == -1 ? errno : 0;
  close(fd);
  return failure;
}

int cposix_unix_address(const char *path, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address->sun_path) return ENAMETOOLONG;
  strcpy(address->sun_path, path);
  return 0;
}

// Accepts from `listener` until the connection is that of `client`, because every process of this machine may connect.
static int accept_client(int listener, int client) {
  struct sockaddr_in wanted, found;
  for (;;) {
    socklen_t wanted_size = sizeof wanted, found_size = sizeof found;
    int accepted = accept4(listener, (struct sockaddr *)&found, &found_size, SOCK_CLOEXEC);
    if (accepted == -1 || getsockname(client, (struct sockaddr *)&wanted, &wanted_size) == -1) return accepted;
    if (wanted.sin_port == found.sin_port && wanted.sin_addr.s_addr == found.sin_addr.s_addr) return accepted;
    close(accepted);
  }
}

int cposix_tcp_pair(int ends[2]) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), accepted = -1;
  if (listener != -1 && client != -1 && bind(listener, (struct sockaddr *)&address, size) == 0 &&
      listen(listener, 8) == 0 && getsockname(listener, (struct sockaddr *)&address, &size) == 0 &&
      connect(client, (struct sockaddr *)&address, size) == 0)
    accepted = accept_client(listener, client);
  int failure = accepted == -1 ? errno : fcntl(client, F_SETFL, O_NONBLOCK) == -1 ? errno : 0;
  close(listener);
  if (failure && client != -1) close(client);
  ends[0] = client;
  ends[1] = accepted;
  return failure;
}

int cposix_peer_user(int socket, uid_t *user) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == -1) return errno;
  *user = peer.uid;
  return 0;
}

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

int cposix_map_code(int file) {
  void *page = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
  return page == MAP_FAILED ? -1 : munmap(page, 1);
}

// The seal forbids execve(2), not mmap(2). With vm.memfd_noexec=2 a file without it cannot be created, and before Linux
// 6.3 the flag is unknown.
int cposix_memory_file(const char *name) {
  int file = memfd_create(name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);
  return file == -1 && errno == EINVAL ? memfd_create(name, MFD_CLOEXEC) : file;
}

int cposix_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC) == -1) return -1;
  return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

int cposix_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

void cposix_set_name(const char *name) { prctl(PR_SET_NAME, name); }

int cposix_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1L); }

int cposix_open_process(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int cposix_signal_process(int pidfd, int number) { return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0); }

int cposix_same_description(int fd, int other) {
  return syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, (unsigned long)fd, (unsigned long)other) == 0;
}

int cposix_is_ignored(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

const char *cposix_signal_name(int number) { return sigabbrev_np(number); }

ssize_t cposix_copy(int from, int to) { return copy_file_range(from, NULL, to, NULL, 1 << 30, 0); }

int cposix_same_content(int file, int other) {
  struct stat first, second;
  if (fstat(file, &first) == -1 || fstat(other, &second) == -1) return -1;
  if (first.st_size != second.st_size) return 0;
  size_t size = (size_t)first.st_size;
  if (size == 0) return 1;
  void *left = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
  void *right = mmap(NULL, size, PROT_READ, MAP_PRIVATE, other, 0);
  int result = left == MAP_FAILED || right == MAP_FAILED ? -1 : memcmp(left, right, size) == 0;
  if (left != MAP_FAILED) munmap(left, size);
  if (right != MAP_FAILED) munmap(right, size);
  return result;
}

// Mixes a word into a hash.
static uint64_t mixed(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9fb21c651e98df25;  // odd, so that no bit is lost
  return hash ^ hash >> 29;
}

int cposix_hash(const char *path, int64_t limit, uint64_t *hash, int64_t *changed) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file == -1) return errno;
  struct stat status;
  int result = fstat(file, &status) == -1 ? errno
               : !S_ISREG(status.st_mode) ? EINVAL
               : status.st_nlink > 1      ? EMLINK
               : status.st_size > limit   ? EFBIG
                                          : 0;
  uint64_t value = 0xcbf29ce484222325, size = 0;
  // Reads no further than the size at the start, which saves a read(2) at the end. A longer file has a later status
  // change.
  while (result == 0 && size < (uint64_t)status.st_size) {
    _Alignas(8) unsigned char bytes[65536];
    ssize_t count = read(file, bytes, sizeof bytes);
    if (count == -1 && errno == EINTR) continue;
    if (count == -1) result = errno;
    if (count <= 0) break;
    size += (uint64_t)count;
    memset(bytes + count, 0, (size_t)-count % 8);
    for (ssize_t index = 0; index < count; index += 8) {
      uint64_t word;
      memcpy(&word, bytes + index, sizeof word);
      value = mixed(value, word);
    }
  }
  // Read after the last byte, so that `changed` includes changes during the loop.
  if (result == 0 && fstat(file, &status) == -1) result = errno;
  close(file);
  value = mixed(value, size);
  *hash = size == 0 ? 0 : value == 0 ? 1 : value;
  *changed = (int64_t)status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec;
  return result;
}

int cposix_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t nanoseconds) {
  struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  int result = (int)syscall(SYS_epoll_pwait2, epoll, events, count, nanoseconds < 0 ? NULL : &time, NULL, 0);
  // EPERM comes from a filter of system calls that does not know this one.
  if (result != -1 || (errno != ENOSYS && errno != EPERM)) return result;
  int64_t milliseconds = nanoseconds / 1000000 + (nanoseconds % 1000000 > 0);
  return epoll_wait(epoll, events, count, nanoseconds < 0 ? -1 : milliseconds > INT_MAX ? INT_MAX : (int)milliseconds);
}

ssize_t cposix_entries(int directory, void *bytes, size_t count) { return getdents64(directory, bytes, count); }

char **cposix_environment(void) { return environ; }
