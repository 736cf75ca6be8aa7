// A filter of bind(2) (seccomp_unotify(2)). Each call of bind(2) by the filtered program and its children waits for an
// answer of the process that started it, even if the call is not made by the C library.
#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifdef __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

int cposix_filter_binds(int socket) {
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bind, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof program / sizeof *program, program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) return -1;
  unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
  // With the second flag, signals do not end the waiting call (Linux 5.19). Go's runtime sends many signals.
  int listener =
      (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &filter);
  if (listener == -1 && errno == EINVAL) listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
  if (listener == -1) return -1;
  errno = cposix_send(socket, "", 1, listener);
  close(listener);
  return errno ? -1 : 0;
}

// Answers a waiting call. Returns 0, or -1 with errno.
static int answer(int filter, uint64_t identifier, unsigned flags) {
  struct seccomp_notif_resp response = {.id = identifier, .flags = flags};
  return ioctl(filter, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

int cposix_bind_receive(int filter, struct cposix_bind *bind) {
  struct seccomp_notif notification = {0};
  if (ioctl(filter, SECCOMP_IOCTL_NOTIF_RECV, &notification) == -1) return -1;
  *bind = (struct cposix_bind){
      .identifier = notification.id, .thread = (pid_t)notification.pid, .socket = (int)notification.data.args[0]};
  size_t length = notification.data.args[2];
  if (length > sizeof bind->address) length = sizeof bind->address;
  struct iovec own = {&bind->address, length}, theirs = {(void *)(uintptr_t)notification.data.args[1], length};
  if (process_vm_readv(bind->thread, &own, 1, &theirs, 1, 0) != (ssize_t)length) length = 0;
  // The thread may have exited, and its number may be another thread's by now.
  if (ioctl(filter, SECCOMP_IOCTL_NOTIF_ID_VALID, &bind->identifier) == -1) return -1;
  bind->length = (socklen_t)length;
  return 0;
}

int cposix_bind_continue(int filter, const struct cposix_bind *bind) {
  return answer(filter, bind->identifier, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

int cposix_bind_grant(int filter, const struct cposix_bind *bind, int listener) {
  struct seccomp_notif_addfd addition = {
      .id = bind->identifier,
      .flags = SECCOMP_ADDFD_FLAG_SETFD,
      .srcfd = (unsigned)listener,
      .newfd = (unsigned)bind->socket,
      .newfd_flags = O_CLOEXEC,
  };
  if (ioctl(filter, SECCOMP_IOCTL_NOTIF_ADDFD, &addition) == -1) return -1;
  return answer(filter, bind->identifier, 0);
}

int cposix_same_name(int listener, const struct cposix_bind *bind) {
  struct sockaddr_storage own = {0};
  socklen_t length = sizeof own;
  if (getsockname(listener, (struct sockaddr *)&own, &length) == -1 || length != bind->length) return 0;
  if (own.ss_family != bind->address.ss_family) return 0;
  if (own.ss_family != AF_INET6) {
    size_t compared = own.ss_family == AF_INET ? offsetof(struct sockaddr_in, sin_zero) : length;
    return memcmp(&own, &bind->address, compared) == 0;
  }
  const struct sockaddr_in6 *one = (const void *)&own, *other = (const void *)&bind->address;
  return one->sin6_port == other->sin6_port && memcmp(&one->sin6_addr, &other->sin6_addr, sizeof one->sin6_addr) == 0;
}

int cposix_take_descriptor(pid_t process, int number) {
  int handle = (int)syscall(SYS_pidfd_open, process, 0);
  if (handle == -1) return -1;
  int taken = (int)syscall(SYS_pidfd_getfd, handle, number, 0), saved = errno;
  close(handle);
  errno = saved;
  return taken;
}
