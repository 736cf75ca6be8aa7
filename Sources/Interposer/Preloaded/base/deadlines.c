// Time in nanoseconds.
#include "base.h"

// Wraps around for times after the year 2262, which a file may have.
int64_t nanoseconds(struct timespec time) {
  return (int64_t)((uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec);
}

int64_t nanoseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return nanoseconds(now);
}

int64_t deadline_of(const struct timespec *timeout) {
  if (timeout == NULL || timeout->tv_sec > 1000000000) return -1;
  return nanoseconds_now() + nanoseconds(*timeout);
}

int64_t left_until(int64_t deadline) {
  int64_t left = deadline - nanoseconds_now();
  return left > 0 ? left : 0;
}
