// select(2) and pselect(2) on listeners, made of poll(). Sets may be larger than fd_set, so they are read as words of
// bits.
#include "accepting.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// The number of descriptors above which memory is allocated.
#define STACK_ENTRIES 256

static bool is_set(const fd_set *set, int fd) {
  return set && ((const fd_mask *)set)[fd / NFDBITS] & (fd_mask)(1ul << fd % NFDBITS);
}

static void set_bit(fd_set *set, int fd) { ((fd_mask *)set)[fd / NFDBITS] |= (fd_mask)(1ul << fd % NFDBITS); }

static void clear(fd_set *set, int limit) {
  if (set) memset(set, 0, (size_t)(limit + NFDBITS - 1) / NFDBITS * sizeof(fd_mask));
}

// The events of poll(2) that each set stands for, as the kernel defines them (fs/select.c).
#define IN_READ (POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR)
#define IN_WRITE (POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR)
#define IN_EXCEPT POLLPRI

// Converts sets to entries of poll(2). Returns the number of entries, which are not written if `entries` is NULL.
static nfds_t to_entries(int limit, const fd_set *read, const fd_set *write, const fd_set *except,
                         struct pollfd *entries) {
  nfds_t count = 0;
  for (int fd = 0; fd < limit; fd++) {
    short events =
        (short)((is_set(read, fd) ? POLLIN | POLLRDNORM | POLLRDBAND : 0) |
                (is_set(write, fd) ? POLLOUT | POLLWRNORM | POLLWRBAND : 0) | (is_set(except, fd) ? POLLPRI : 0));
    if (events == 0) continue;
    if (entries) entries[count] = (struct pollfd){.fd = fd, .events = events};
    count++;
  }
  return count;
}

// Converts entries of poll(2) to sets. Returns the number of bits, or -1 with EBADF.
static int to_sets(const struct pollfd *entries, nfds_t count, int limit, fd_set *read, fd_set *write, fd_set *except) {
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

// Waits for sets that include listeners, until a deadline of deadline_of().
static int select_listeners(int limit, fd_set *read, fd_set *write, fd_set *except, int64_t deadline,
                            const sigset_t *mask) {
  nfds_t count = to_entries(limit, read, write, except, NULL);
  struct pollfd on_stack[STACK_ENTRIES], *entries = count <= STACK_ENTRIES ? on_stack : malloc(count * sizeof *entries);
  if (entries == NULL) {
    errno = ENOMEM;
    return -1;
  }
  to_entries(limit, read, write, except, entries);
  int ready;
  do {
    ready = poll_listeners(entries, count, deadline, mask);
    if (ready >= 0) ready = to_sets(entries, count, limit, read, write, except);
  } while (ready == 0 && (deadline == -1 || left_until(deadline) > 0));  // POLLHUP alone sets no bit in some sets
  int saved = errno;
  if (entries != on_stack) free(entries);
  errno = saved;
  return ready;
}

// Returns whether a set to be read includes a listener, and tells hotreload so.
static bool selects_listener(int limit, const fd_set *read) {
  bool found = false;
  if (read == NULL || !listeners_exist()) return false;
  for (unsigned id = 0; id < LISTENERS; id++) {
    struct listener *listener = listener_number(id);
    if (listener == NULL) break;
    int fd = listener->fd;
    if (fd < 0 || fd >= limit || !is_set(read, fd)) continue;
    if (!listener_watched(&(struct pollfd){.fd = fd, .events = POLLIN})) continue;
    listener_polled(listener);
    listener_awaited(listener);
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
  struct timespec wanted = {timeout ? timeout->tv_sec : 0, timeout ? timeout->tv_usec * 1000 : 0};
  int64_t deadline = deadline_of(timeout ? &wanted : NULL);
  int result = select_listeners(limit, read, write, except, deadline, NULL), saved = errno;
  if (timeout && deadline != -1) {  // Linux writes the time that is left (select(2))
    int64_t left = left_until(deadline);
    *timeout = (struct timeval){left / 1000000000, left % 1000000000 / 1000};
  }
  errno = saved;
  return result;
}
