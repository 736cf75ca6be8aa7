// One word: the top bit says closed, the rest counts the threads that are inside.
//
// Closing it fixes the count from above, so hotreload's pause is acknowledged when the last thread has left.
#include "interposer.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CLOSED 0x80000000u

static _Atomic uint32_t gate;
static __thread bool in_cycle;
static pthread_key_t cycle_key;
static pthread_once_t cycle_key_once = PTHREAD_ONCE_INIT;

static void wake(void) { syscall(SYS_futex, &gate, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0); }

bool gate_enter(void) {
  uint32_t seen = atomic_load(&gate);
  do {
    if (seen & CLOSED) return false;
  } while (!atomic_compare_exchange_weak(&gate, &seen, seen + 1));
  return true;
}

void gate_leave(void) {
  if (atomic_fetch_sub(&gate, 1) - 1 == CLOSED) wake();
}

// A thread that exits in the middle of a cycle never waits again.
static void leave_at_thread_exit(void *value) {
  (void)value;
  gate_end_cycle();
}

static void make_cycle_key(void) { pthread_key_create(&cycle_key, leave_at_thread_exit); }

bool gate_begin_cycle(void) {
  if (in_cycle) return true;
  if (!gate_enter()) return false;
  in_cycle = true;
  pthread_once(&cycle_key_once, make_cycle_key);
  pthread_setspecific(cycle_key, &gate);
  return true;
}

void gate_end_cycle(void) {
  if (!in_cycle) return;
  in_cycle = false;
  gate_leave();
}

bool gate_in_cycle(void) { return in_cycle; }

void gate_close(void) { atomic_fetch_or(&gate, CLOSED); }

void gate_open(void) {
  atomic_fetch_and(&gate, ~CLOSED);
  wake();
}

bool gate_wait_empty(int milliseconds) {
  struct timespec end, now;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += milliseconds / 1000;
  end.tv_nsec += (milliseconds % 1000) * 1000000L;
  for (;;) {
    uint32_t seen = atomic_load(&gate);
    if ((seen & ~CLOSED) == 0) return true;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t left = (end.tv_sec - now.tv_sec) * 1000000000LL + (end.tv_nsec - now.tv_nsec);
    if (left <= 0) return false;
    struct timespec timeout = {left / 1000000000LL, left % 1000000000LL};
    syscall(SYS_futex, &gate, FUTEX_WAIT_PRIVATE, seen, &timeout, NULL, 0);
  }
}

int gate_wait_open(int milliseconds) {
  uint32_t seen = atomic_load(&gate);
  if (!(seen & CLOSED)) return 1;
  struct timespec timeout = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
  if (syscall(SYS_futex, &gate, FUTEX_WAIT_PRIVATE, seen, &timeout, NULL, 0) == -1 && errno == EINTR) return -1;
  return !(atomic_load(&gate) & CLOSED);
}
