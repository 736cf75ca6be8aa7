// The gate is one word: the top bit says that it is closed, and the other bits count the threads that are inside. The
// count cannot grow while the gate is closed, so a pause is acknowledged when the last thread has left.
#include "accepting.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CLOSED 0x80000000u

static _Atomic uint32_t gate;
// Whether the calling thread is in an accept cycle.
static __thread bool in_cycle;
static __thread uint64_t
    reported[LISTENERS / 64];  // bit n: listener n was reported as readable and not accepted from yet
static pthread_key_t cycle_key;
static pthread_once_t cycle_key_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t wakeup_mutex = PTHREAD_MUTEX_INITIALIZER;

// Wakes all threads in gate_wait_empty() (futex(2)).
static void wake(void) { REAL_SYSCALL(SYS_futex, &gate, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0); }

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

// Ends the cycle of a thread that exits, and so never waits again.
static void leave_at_thread_exit(void *value) {
  (void)value;
  gate_end_cycle();
}

static void make_cycle_key(void) { pthread_key_create(&cycle_key, leave_at_thread_exit); }

bool gate_begin_cycle(unsigned listener) {
  if (!in_cycle) {
    if (!gate_enter()) return false;
    in_cycle = true;
    pthread_once(&cycle_key_once, make_cycle_key);
    pthread_setspecific(cycle_key, &gate);
  }
  reported[listener / 64] |= 1ull << (listener % 64);
  return true;
}

void gate_end_cycle(void) {
  if (!in_cycle) return;
  for (size_t i = 0; i < LISTENERS / 64; i++) reported[i] = 0;
  in_cycle = false;
  gate_leave();
}

bool gate_in_cycle(unsigned listener) { return in_cycle && (reported[listener / 64] & 1ull << (listener % 64)); }

void gate_accepted(unsigned listener) {
  reported[listener / 64] &= ~(1ull << (listener % 64));
  for (size_t i = 0; i < LISTENERS / 64; i++)
    if (reported[i]) return;
  gate_end_cycle();
}

int gate_wakeup_fd(void) {
  int saved = errno;
  pthread_mutex_lock(&wakeup_mutex);
  bool is_new = private_fd(FD_GATE_WAKEUP) == -1;
  int wakeup_fd = wakeup_create(FD_GATE_WAKEUP);
  if (is_new && gate_is_open()) wakeup_set(FD_GATE_WAKEUP);
  pthread_mutex_unlock(&wakeup_mutex);
  errno = saved;
  return wakeup_fd;
}

void gate_close(void) {
  pthread_mutex_lock(&wakeup_mutex);
  atomic_fetch_or(&gate, CLOSED);
  wakeup_clear(FD_GATE_WAKEUP);
  pthread_mutex_unlock(&wakeup_mutex);
}

void gate_open(void) {
  pthread_mutex_lock(&wakeup_mutex);
  atomic_fetch_and(&gate, ~CLOSED);
  wakeup_set(FD_GATE_WAKEUP);
  pthread_mutex_unlock(&wakeup_mutex);
}

bool gate_wait_empty(int milliseconds) {
  int64_t deadline = deadline_of(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000L});
  for (;;) {
    uint32_t seen = atomic_load(&gate);
    if ((seen & ~CLOSED) == 0) return true;
    int64_t left = left_until(deadline);
    if (left == 0) return false;
    struct timespec timeout = {left / 1000000000, left % 1000000000};
    REAL_SYSCALL(SYS_futex, &gate, FUTEX_WAIT_PRIVATE, seen, &timeout, NULL, 0);
  }
}

void gate_forked(void) {
  atomic_store(&gate, (atomic_load(&gate) & CLOSED) | (in_cycle ? 1 : 0));
  wakeup_mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}

bool gate_is_open(void) { return !(atomic_load(&gate) & CLOSED); }
