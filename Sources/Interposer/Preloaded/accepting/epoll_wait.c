// epoll_wait(2) and its variants. An event of a listener begins an accept cycle, or is held back.
#include "accepting.h"

#include <errno.h>
#include <time.h>

// The number of descriptors whose waits are recorded.
#define EPOLLS 65536

static _Atomic uint64_t waited[EPOLLS / 64];  // bit n: a thread of this process has waited in the epoll instance n

// Records that a thread waits in the instance.
static void note_waited(int epoll) {
  uint64_t bit = 1ull << (epoll % 64);
  if (epoll < 0 || epoll >= EPOLLS || atomic_load(&waited[epoll / 64]) & bit) return;
  atomic_fetch_or(&waited[epoll / 64], bit);
}

bool epoll_was_waited(int epoll) {
  return epoll >= 0 && epoll < EPOLLS && atomic_load(&waited[epoll / 64]) & 1ull << (epoll % 64);
}

void epoll_rename(int from, int to) {
  if (epoll_was_waited(from)) note_waited(to);
}

void epolls_closed(unsigned first, unsigned last, epoll_renamed *renamed) {
  for (unsigned epoll = first; epoll <= last && epoll < EPOLLS; epoll++) {
    uint64_t bit = 1ull << (epoll % 64);
    if (atomic_load(&waited[epoll / 64]) == 0) epoll |= 63;  // skips up to 64 instances, which is the usual case
    else if (atomic_load(&waited[epoll / 64]) & bit) {
      if (link_owner() == LINK_OF_THE_PARENT) return;
      atomic_fetch_and(&waited[epoll / 64], ~bit);
      renamed((int)epoll, -1);  // the registrations end with the instance
    }
  }
}

void epolls_forked(void) {
  for (unsigned i = 0; i < EPOLLS / 64; i++) atomic_store(&waited[i], 0);
}

// Returns whether a listener is registered in the instance.
static bool watches_listener(int epoll) {
  for (int i = 0; i < atomic_load(&interests_used); i++)
    if (interests[i].epoll == epoll) return true;
  return false;
}

// Begins an accept cycle for an event that reports a listener as readable. Returns false if the event is to be dropped.
//
// An event that the kernel reported just before the listener was masked comes too late for a cycle. It is dropped here,
// and the kernel reports it again when the listener is restored. An ambiguous event is kept, because it may be about
// another descriptor.
static bool admit_event(int epoll, struct epoll_event *event) {
  if (!(event->events & READABLE)) return true;
  for (int i = 0; i < atomic_load(&interests_used); i++) {
    if (interests[i].epoll != epoll || interests[i].wanted.data.u64 != event->data.u64) continue;
    struct listener *listener = listener_known_at(interests[i].fd);
    if (!listener || gate_begin_cycle(listener->id) || interests[i].ambiguous || arrivals_have_probe(listener))
      continue;
    event->events &= ~(uint32_t)READABLE;
    return event->events != 0;
  }
  return true;
}

// Merges an event into an earlier one of the same wait, if both are about the same listener. The listener and its
// arrival wake-up have the same data, and after a second event the server would find nothing to accept. Returns whether
// the event was merged.
static bool is_told_already(int epoll, struct epoll_event *events, int kept, const struct epoll_event *event) {
  bool has_wakeup = false;
  for (int i = 0; i < atomic_load(&interests_used) && !has_wakeup; i++)
    has_wakeup = interests[i].epoll == epoll && interests[i].wakeup_fd != -1 && !interests[i].ambiguous &&
                 interests[i].wanted.data.u64 == event->data.u64;
  for (int i = 0; has_wakeup && i < kept; i++) {
    if (events[i].data.u64 != event->data.u64) continue;
    events[i].events |= event->events;
    return true;
  }
  return false;
}

// Begins accept cycles and drops events as admit_event() says. Returns how many events are left. Keeps errno.
static int admit_events(int epoll, struct epoll_event *events, int count) {
  int saved = errno, kept = 0;
  pthread_mutex_lock(&interests_mutex);
  for (int i = 0; i < count; i++)
    if (!is_told_already(epoll, events, kept, &events[i]) && admit_event(epoll, &events[i])) events[kept++] = events[i];
  pthread_mutex_unlock(&interests_mutex);
  errno = saved;
  return kept;
}

// Tells hotreload that a thread waits for the listeners of the instance.
static void note_wait(int epoll) {
  link_join();
  for (int i = 0; i < atomic_load(&interests_used); i++) {
    struct listener *listener = interests[i].epoll == epoll ? listener_known_at(interests[i].fd) : NULL;
    if (listener) listener_awaited(listener);
  }
}

// Waits with epoll_pwait(2), with the parameters of epoll_pwait2(2). Rounds the timeout up to a millisecond.
static int wait_in_milliseconds(int epoll, struct epoll_event *events, int capacity, const struct timespec *timeout,
                                const sigset_t *mask) {
  int milliseconds = timeout ? (int)(timeout->tv_sec * 1000 + (timeout->tv_nsec + 999999) / 1000000) : -1;
  return real()->epoll_pwait(epoll, events, capacity, milliseconds, mask);
}

// Waits until an event is left for the server, or until the timeout.
static int wait_and_admit(int number, struct epoll_event *events, int capacity, const struct timespec *timeout,
                          const sigset_t *mask, typeof(wait_in_milliseconds) *wait) {
  int epoll = epoll_known_as(number);
  gate_end_cycle();
  note_waited(epoll);  // before the check below: a thread that registers a listener then finds the wait recorded
  if (watches_listener(epoll)) note_wait(epoll);
  int64_t deadline = deadline_of(timeout);
  struct timespec rest;
  for (;;) {
    int count = wait(number, events, capacity, timeout, mask);
    if (count <= 0 || !watches_listener(epoll)) return count;
    int kept = admit_events(epoll, events, count);
    int64_t left = deadline == -1 ? INT64_MAX : left_until(deadline);
    if (kept > 0 || left == 0) return kept;
    rest = (struct timespec){left / 1000000000, left % 1000000000};
    if (timeout) timeout = &rest;
  }
}

EXPORTED int epoll_pwait2(int epoll, struct epoll_event *events, int capacity, const struct timespec *timeout,
                          const sigset_t *mask) {
  if (real()->epoll_pwait2) return wait_and_admit(epoll, events, capacity, timeout, mask, real()->epoll_pwait2);
  errno = ENOSYS;
  return -1;
}

EXPORTED int epoll_pwait(int epoll, struct epoll_event *events, int capacity, int timeout, const sigset_t *mask) {
  struct timespec limit = {timeout / 1000, timeout % 1000 * 1000000L};
  return wait_and_admit(epoll, events, capacity, timeout < 0 ? NULL : &limit, mask, wait_in_milliseconds);
}

EXPORTED int epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout) {
  return epoll_pwait(epoll, events, capacity, timeout, NULL);
}
