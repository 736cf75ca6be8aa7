// poll(2) and select(2) on a listener.
//
// While the gate is open the thread waits as it asked to, and a listener that is reported begins an accept cycle. While
// it is closed the listeners are left out, and the gate's bell is waited for in their place. A set without a listener
// is passed through. Select is made of poll where it has one.
#include "interposer.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>

// In milliseconds: nothing wakes a waiting thread when another shuts the listener down.
#define SHUTDOWN_CHECK 250
// For more entries than these, room is allocated, which only a closed gate and select(2) need.
#define FEW 256

#define READABLE (POLLIN | POLLRDNORM)

// --- Deadlines, in nanoseconds; -1 for none.

static int64_t nanoseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int64_t deadline_of(const struct timespec *timeout) {
  if (timeout == NULL || timeout->tv_sec > 1000000000) return -1;
  return nanoseconds_now() + timeout->tv_sec * 1000000000LL + timeout->tv_nsec;
}

static int64_t left_until(int64_t deadline) {
  int64_t left = deadline - nanoseconds_now();
  return left > 0 ? left : 0;
}

// --- poll(2)

static struct listener *watched(const struct pollfd *entry) {
  if (entry->fd < 0 || !(entry->events & READABLE)) return NULL;
  struct listener *listener = listener_at(entry->fd);
  return listener && (listener->listening || listener->granted || listener->datagrams) ? listener : NULL;
}

static bool has_listener(const struct pollfd *entries, nfds_t count) {
  bool found = false;
  if (!listeners_exist()) return false;
  for (nfds_t i = 0; i < count; i++) {
    struct listener *listener = watched(&entries[i]);
    if (listener == NULL) continue;
    listener_polled(listener);
    found = true;
  }
  return found;
}

// Waits for the rest and the bell; the number of entries that are ready, without the bell.
static int poll_without_listeners(struct pollfd *entries, nfds_t count, const struct timespec *timeout,
                                  const sigset_t *mask) {
  struct pollfd few[FEW], *copy = count < FEW ? few : malloc((count + 1) * sizeof *copy);
  if (copy == NULL) {
    errno = ENOMEM;
    return -1;
  }
  memcpy(copy, entries, count * sizeof *copy);
  for (nfds_t i = 0; i < count; i++)
    if (watched(&copy[i])) copy[i].fd = -1;
  copy[count] = (struct pollfd){.fd = gate_bell(), .events = POLLIN};
  int ready = real()->ppoll(copy, count + 1, timeout, mask), saved = errno;
  for (nfds_t i = 0; i < count; i++) entries[i].revents = ready > 0 ? copy[i].revents : 0;
  if (ready > 0 && copy[count].revents & POLLNVAL) own_set(OWN_BELL, -1);  // closed behind our back
  if (ready > 0 && copy[count].revents) ready--;
  if (copy != few) free(copy);
  errno = saved;
  return ready;
}

// Begins an accept cycle for the listeners that are reported; one that is reported too late for it is taken out.
static int admit(struct pollfd *entries, nfds_t count, int ready) {
  for (nfds_t i = 0; i < count; i++) {
    if (!(entries[i].revents & READABLE)) continue;
    struct listener *listener = watched(&entries[i]);
    if (listener == NULL || gate_begin_cycle(listener->id)) continue;
    entries[i].revents &= ~READABLE;
    if (entries[i].revents == 0) ready--;
  }
  return ready;
}

static int poll_listeners(struct pollfd *entries, nfds_t count, int64_t deadline, const sigset_t *mask) {
  gate_end_cycle();
  for (;;) {
    int64_t left = deadline == -1 ? INT64_MAX : left_until(deadline), slice = SHUTDOWN_CHECK * 1000000LL;
    if (left < slice) slice = left;
    struct timespec timeout = {0, slice};
    int ready = gate_is_open() ? real()->ppoll(entries, count, &timeout, mask)
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

// What a program compiled with _FORTIFY_SOURCE calls instead.
EXPORTED int __poll_chk(struct pollfd *entries, nfds_t count, int timeout, size_t room) {
  if (room / sizeof *entries < count) __builtin_trap();
  return poll(entries, count, timeout);
}

EXPORTED int __ppoll_chk(struct pollfd *entries, nfds_t count, const struct timespec *timeout, const sigset_t *mask,
                         size_t room) {
  if (room / sizeof *entries < count) __builtin_trap();
  return ppoll(entries, count, timeout, mask);
}

// --- select(2): sets may be larger than fd_set, so they are seen as what they are, words of bits.

static bool is_set(const fd_set *set, int fd) {
  return set && ((const fd_mask *)set)[fd / NFDBITS] & (fd_mask)(1ul << fd % NFDBITS);
}

static void set_bit(fd_set *set, int fd) { ((fd_mask *)set)[fd / NFDBITS] |= (fd_mask)(1ul << fd % NFDBITS); }

static void clear(fd_set *set, int limit) {
  if (set) memset(set, 0, (size_t)(limit + NFDBITS - 1) / NFDBITS * sizeof(fd_mask));
}

// What each set means in poll's words, as the kernel has it (fs/select.c).
#define IN_READ (POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR)
#define IN_WRITE (POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR)
#define IN_EXCEPT POLLPRI

static nfds_t to_entries(int limit, const fd_set *read, const fd_set *write, const fd_set *except,
                         struct pollfd *entries) {
  nfds_t count = 0;
  for (int fd = 0; fd < limit; fd++) {
    short events = (short)((is_set(read, fd) ? POLLIN | POLLRDNORM | POLLRDBAND : 0) |
                           (is_set(write, fd) ? POLLOUT | POLLWRNORM | POLLWRBAND : 0) |
                           (is_set(except, fd) ? POLLPRI : 0));
    if (events == 0) continue;
    if (entries) entries[count] = (struct pollfd){.fd = fd, .events = events};
    count++;
  }
  return count;
}

static int to_sets(const struct pollfd *entries, nfds_t count, int limit, fd_set *read, fd_set *write,
                   fd_set *except) {
  int bits = 0;
  for (nfds_t i = 0; i < count; i++) {
    if (!(entries[i].revents & POLLNVAL)) continue;
    errno = EBADF;
    return -1;
  }
  fd_set *sets[] = {read, write, except};
  const short asked[] = {POLLIN, POLLOUT, POLLPRI}, means[] = {IN_READ, IN_WRITE, IN_EXCEPT};
  for (int kind = 0; kind < 3; kind++) {
    clear(sets[kind], limit);
    for (nfds_t i = 0; i < count; i++) {
      if (!(entries[i].events & asked[kind]) || !(entries[i].revents & means[kind])) continue;
      set_bit(sets[kind], entries[i].fd);
      bits++;
    }
  }
  return bits;
}

static int select_listeners(int limit, fd_set *read, fd_set *write, fd_set *except, int64_t deadline,
                            const sigset_t *mask) {
  nfds_t count = to_entries(limit, read, write, except, NULL);
  struct pollfd few[FEW], *entries = count <= FEW ? few : malloc(count * sizeof *entries);
  if (entries == NULL) {
    errno = ENOMEM;
    return -1;
  }
  to_entries(limit, read, write, except, entries);
  int ready;
  do {
    ready = poll_listeners(entries, count, deadline, mask);
    if (ready >= 0) ready = to_sets(entries, count, limit, read, write, except);
  } while (ready == 0 && (deadline == -1 || left_until(deadline) > 0));  // POLLHUP alone is nothing to some sets
  int saved = errno;
  if (entries != few) free(entries);
  errno = saved;
  return ready;
}

static bool selects_listener(int limit, const fd_set *read) {
  bool found = false;
  if (read == NULL || !listeners_exist()) return false;
  for (unsigned id = 0; id < LISTENERS; id++) {
    struct listener *listener = listener_number(id);
    if (listener == NULL) break;
    int fd = listener->fd;
    if (fd < 0 || fd >= limit || !is_set(read, fd) || !watched(&(struct pollfd){.fd = fd, .events = POLLIN})) continue;
    listener_polled(listener);
    found = true;
  }
  return found;
}

EXPORTED int pselect(int limit, fd_set *read, fd_set *write, fd_set *except, const struct timespec *timeout,
                     const sigset_t *mask) {
  if (!selects_listener(limit, read)) return real()->pselect(limit, read, write, except, timeout, mask);
  return select_listeners(limit, read, write, except, deadline_of(timeout), mask);
}

EXPORTED int select(int limit, fd_set *read, fd_set *write, fd_set *except, struct timeval *timeout) {
  if (!selects_listener(limit, read)) return real()->select(limit, read, write, except, timeout);
  struct timespec patience = {timeout ? timeout->tv_sec : 0, timeout ? timeout->tv_usec * 1000 : 0};
  int64_t deadline = deadline_of(timeout ? &patience : NULL);
  int result = select_listeners(limit, read, write, except, deadline, NULL), saved = errno;
  if (timeout && deadline != -1) {  // Linux says there what is left of it (select(2))
    int64_t left = left_until(deadline);
    *timeout = (struct timeval){left / 1000000000, left % 1000000000 / 1000};
  }
  errno = saved;
  return result;
}
