// Private descriptors: the interposer's descriptors in the server's table. They have high numbers, out of the server's
// way, and the server's close(2) leaves them open.
#include "base.h"

#include <fcntl.h>
#include <sys/eventfd.h>

// The lowest number of a private descriptor. It is above the numbers that servers close, count or watch with select(2)
// one by one, and below the usual limit of 1024.
#define LOWEST 900

static _Atomic int numbers[] = {[FD_LINK... FD_LAST_ARRIVAL_WAKEUP] = -1};

#define COUNT (sizeof numbers / sizeof *numbers)

int private_fd(enum private_fd which) { return atomic_load(&numbers[which]); }

bool is_private_fd(int fd) {
  if (fd < 0) return false;
  for (size_t i = 0; i < COUNT; i++)
    if (fd == atomic_load(&numbers[i])) return true;
  return false;
}

int private_fd_place(int low) {
  int fd = real()->fcntl(low, F_DUPFD_CLOEXEC, LOWEST);
  if (fd == -1) return low;
  real()->close(low);
  return fd;
}

void private_fd_make_room(void) {
  int low = eventfd(0, EFD_CLOEXEC);
  if (low != -1) real()->close(private_fd_place(low));
}

void private_fd_set(enum private_fd which, int fd) { atomic_store(&numbers[which], fd); }

int private_fd_first(unsigned first, unsigned last) {
  int lowest = -1;
  for (size_t i = 0; i < COUNT; i++) {
    int fd = atomic_load(&numbers[i]);
    if (fd != -1 && (unsigned)fd >= first && (unsigned)fd <= last && (lowest == -1 || fd < lowest)) lowest = fd;
  }
  return lowest;
}

void private_fd_step_aside(int fd) {
  for (size_t i = 0; i < COUNT; i++) {
    if (atomic_load(&numbers[i]) != fd) continue;
    // A thread that waits on the old number goes on: its call holds the file, not the number.
    int other = real()->fcntl(fd, F_DUPFD_CLOEXEC, LOWEST);
    if (other != -1) atomic_store(&numbers[i], other);
  }
}

int wakeup_create(enum private_fd which) {
  if (private_fd(which) == -1) {
    int low = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (low != -1) private_fd_set(which, private_fd_place(low));
  }
  return private_fd(which);
}

void wakeup_set(enum private_fd which) {
  if (private_fd(which) != -1) (void)!real()->write(private_fd(which), &(uint64_t){1}, sizeof(uint64_t));
}

void wakeup_clear(enum private_fd which) {
  uint64_t count;
  if (private_fd(which) != -1) (void)!real()->read(private_fd(which), &count, sizeof count);
}

void private_fd_is_lost(int fd) {
  for (size_t i = 0; i < COUNT; i++) {
    int lost = fd;
    if (fd != -1) atomic_compare_exchange_strong(&numbers[i], &lost, -1);
  }
}

void private_fd_close(enum private_fd which) {
  int fd = atomic_exchange(&numbers[which], -1);
  if (fd != -1) real()->close(fd);
}

void private_fds_forked(void) {
  for (size_t which = 0; which < COUNT; which++) private_fd_close((enum private_fd)which);
}
