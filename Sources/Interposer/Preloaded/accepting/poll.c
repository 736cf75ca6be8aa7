// poll(2) and ppoll(2) on listeners.
//
// While the gate is open, the thread waits as it asked to, and a listener that is reported begins an accept cycle.
// While the gate is closed, the thread waits on the gate's wake-up in place of its listeners. A call without a listener
// is passed on.
#include "accepting.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// The longest wait without a look at the listeners, in milliseconds. A waiting thread does not wake up when another
// thread shuts a listener down.
#define SHUTDOWN_CHECK 250
// The number of entries above which memory is allocated.
#define STACK_ENTRIES 256

struct listener *listener_watched(const struct pollfd *entry) {
  if (entry->fd < 0 || !(entry->events & READABLE)) return NULL;
  struct listener *listener = listener_at(entry->fd);
  return listener && (listener->listening || listener->granted || listener->datagrams) ? listener : NULL;
}

// Returns whether an entry waits for a listener, and tells hotreload so.
static bool has_listener(const struct pollfd *entries, nfds_t count) {
  bool found = false;
  if (!listeners_exist()) return false;
  for (nfds_t i = 0; i < count; i++) {
    struct listener *listener = listener_watched(&entries[i]);
    if (listener == NULL) continue;
    listener_polled(listener);
    listener_awaited(listener);
    found = true;
  }
  return found;
}

// Waits for the other entries, for probes and for the gate's wake-up. Returns the number of ready entries, without the
// wake-up.
static int poll_without_listeners(struct pollfd *entries, nfds_t count, const struct timespec *timeout,
                                  const sigset_t *mask) {
  struct pollfd on_stack[STACK_ENTRIES], *copy = count < STACK_ENTRIES ? on_stack : malloc((count + 1) * sizeof *copy);
  if (copy == NULL) {
    errno = ENOMEM;
    return -1;
  }
  memcpy(copy, entries, count * sizeof *copy);
  for (nfds_t i = 0; i < count; i++) {
    struct listener *listener = listener_watched(&copy[i]);
    if (listener) copy[i].fd = listener->datagrams ? -1 : arrivals_wakeup_fd(listener);
  }
  copy[count] = (struct pollfd){.fd = gate_wakeup_fd(), .events = POLLIN};
  int ready = real()->ppoll(copy, count + 1, timeout, mask), saved = errno;
  for (nfds_t i = 0; i < count; i++) entries[i].revents = ready > 0 ? copy[i].revents : 0;
  if (ready > 0 && copy[count].revents & POLLNVAL) private_fd_is_lost(copy[count].fd);
  if (ready > 0 && copy[count].revents) ready--;
  if (copy != on_stack) free(copy);
  errno = saved;
  return ready;
}

// Waits as the server asked to, and for queued arrivals of the listeners, which the server is to accept too.
static int poll_with_arrivals(struct pollfd *entries, nfds_t count, const struct timespec *timeout,
                              const sigset_t *mask) {
  struct pollfd on_stack[STACK_ENTRIES];
  bool fits = count + ARRIVAL_WAKEUPS <= STACK_ENTRIES;
  struct pollfd *all = fits ? on_stack : malloc((count + ARRIVAL_WAKEUPS) * sizeof *all);
  nfds_t heard[ARRIVAL_WAKEUPS], total = count;  // the index of the entry that a wake-up is for
  if (all == NULL) {
    errno = ENOMEM;
    return -1;
  }
  memcpy(all, entries, count * sizeof *all);
  for (nfds_t i = 0; i < count && total < count + ARRIVAL_WAKEUPS; i++) {
    struct listener *listener = listener_watched(&entries[i]);
    if (listener == NULL || listener->datagrams || arrivals_wakeup_fd(listener) == -1) continue;
    heard[total - count] = i;
    all[total++] = (struct pollfd){.fd = arrivals_wakeup_fd(listener), .events = POLLIN};
  }
  int ready = real()->ppoll(all, total, timeout, mask), saved = errno;
  for (nfds_t i = 0; i < count; i++) entries[i].revents = ready > 0 ? all[i].revents : 0;
  for (nfds_t i = count; i < total && ready > 0; i++) {
    if (!all[i].revents) continue;
    struct pollfd *entry = &entries[heard[i - count]];
    if (all[i].revents & POLLNVAL) private_fd_is_lost(all[i].fd);
    ready -= entry->revents != 0 || !(all[i].revents & POLLIN);
    if (all[i].revents & POLLIN) entry->revents |= entry->events & READABLE;
  }
  if (all != on_stack) free(all);
  errno = saved;
  return ready;
}

// Begins an accept cycle for each reported listener. Drops a report that comes too late for a cycle. Returns the number
// of entries that are left.
static int admit(struct pollfd *entries, nfds_t count, int ready) {
  for (nfds_t i = 0; i < count; i++) {
    if (!(entries[i].revents & READABLE)) continue;
    struct listener *listener = listener_watched(&entries[i]);
    if (listener == NULL || gate_begin_cycle(listener->id) || arrivals_have_probe(listener)) continue;
    entries[i].revents &= ~READABLE;
    if (entries[i].revents == 0) ready--;
  }
  return ready;
}

int poll_listeners(struct pollfd *entries, nfds_t count, int64_t deadline, const sigset_t *mask) {
  gate_end_cycle();
  for (;;) {
    int64_t left = deadline == -1 ? INT64_MAX : left_until(deadline), slice = SHUTDOWN_CHECK * 1000000LL;
    if (left < slice) slice = left;
    struct timespec timeout = {0, slice};
    int ready = gate_is_open() ? poll_with_arrivals(entries, count, &timeout, mask)
                               : poll_without_listeners(entries, count, &timeout, mask);
    if (ready > 0) ready = admit(entries, count, ready);
    if (ready != 0 || (deadline != -1 && left_until(deadline) == 0)) return ready;
  }
}

EXPORTED int ppoll(struct pollfd *entries, nfds_t count, const struct timespec *timeout, const sigset_t *mask) {
  if (!has_listener(entries, count)) return real()->ppoll(entries, count, timeout, mask);
  return poll_listeners(entries, count, deadline_of(timeout), mask);
}

EXPORTED int poll(struct pollfd *entries, nfds_t count, int timeout) {
  if (!has_listener(entries, count)) return real()->poll(entries, count, timeout);
  struct timespec limit = {timeout / 1000, timeout % 1000 * 1000000L};
  return poll_listeners(entries, count, deadline_of(timeout < 0 ? NULL : &limit), NULL);
}

// Programs that were compiled with _FORTIFY_SOURCE call these two.
EXPORTED int __poll_chk(struct pollfd *entries, nfds_t count, int timeout, size_t room) {
  if (room / sizeof *entries < count) __builtin_trap();
  return poll(entries, count, timeout);
}

EXPORTED int __ppoll_chk(struct pollfd *entries, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                         size_t room) {
  if (room / sizeof *entries < count) __builtin_trap();
  return ppoll(entries, count, timeout, mask);
}
