// Private descriptors: the interposer's descriptors in the server's table. They have high numbers, out of the server's
// way, and the server's close(2) leaves them open.
#include "interposer.h"

#include <fcntl.h>
#include <sys/eventfd.h>

// The lowest number of a private descriptor. It is above the numbers that servers close, count or watch with select(2)
// one by one, and below the usual limit of 1024.
#define LOWEST 900

static _Atomic int numbers[] = {[OWN_LINK ... OWN_LAST_DOORBELL] = -1};

#define COUNT (sizeof numbers / sizeof *numbers)

int own(enum own which) { return atomic_load(&numbers[which]); }

bool own_is(int fd) {
  if (fd < 0) return false;
  for (size_t i = 0; i < COUNT; i++)
    if (fd == atomic_load(&numbers[i])) return true;
  return false;
}

int own_place(int low) {
  int fd = real()->fcntl(low, F_DUPFD_CLOEXEC, LOWEST);
  if (fd == -1) return low;
  real()->close(low);
  return fd;
}

void own_make_room(void) {
  int low = eventfd(0, EFD_CLOEXEC);
  if (low != -1) real()->close(own_place(low));
}

void own_set(enum own which, int fd) { atomic_store(&numbers[which], fd); }

int own_first(unsigned first, unsigned last) {
  int lowest = -1;
  for (size_t i = 0; i < COUNT; i++) {
    int fd = atomic_load(&numbers[i]);
    if (fd != -1 && (unsigned)fd >= first && (unsigned)fd <= last && (lowest == -1 || fd < lowest)) lowest = fd;
  }
  return lowest;
}

void own_step_aside(int fd) {
  for (size_t i = 0; i < COUNT; i++) {
    if (atomic_load(&numbers[i]) != fd) continue;
    // A thread that waits on the old number goes on: its call holds the file, not the number.
    int other = real()->fcntl(fd, F_DUPFD_CLOEXEC, LOWEST);
    if (other != -1) atomic_store(&numbers[i], other);
  }
}

int own_make_bell(enum own which) {
  if (own(which) == -1) {
    int low = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (low != -1) own_set(which, own_place(low));
  }
  return own(which);
}

void own_ring(enum own which) {
  if (own(which) != -1) (void)!real()->write(own(which), &(uint64_t){1}, sizeof(uint64_t));
}

void own_silence(enum own which) {
  uint64_t rings;
  if (own(which) != -1) (void)!real()->read(own(which), &rings, sizeof rings);
}

void own_is_lost(int fd) {
  for (size_t i = 0; i < COUNT; i++) {
    int lost = fd;
    if (fd != -1) atomic_compare_exchange_strong(&numbers[i], &lost, -1);
  }
}

void own_close(enum own which) {
  int fd = atomic_exchange(&numbers[which], -1);
  if (fd != -1) real()->close(fd);
}
