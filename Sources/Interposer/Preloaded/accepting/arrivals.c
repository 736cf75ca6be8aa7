// Arrivals: connections that the previous generation accepted and that moved here. They wait in a queue, as in the
// kernel's accept queue, until the server accepts them.
//
// Each listener has an arrival wake-up (eventfd(2)), which is readable exactly while an arrival is queued for it. The
// wake-up is registered in the server's epoll instance with the listener's own data, or is waited on beside the
// listener.
//
// A probe is a connection that hotreload opens to ask a held generation whether it is ready. It is the only connection
// that may be accepted while the gate is closed.
//
// hotreload keeps a copy of each arrival until it receives "taken" (it was accepted), "declined" (it cannot be
// accepted) or "returned" (it goes to another generation), and sends at most ARRIVALS before that. So no queued arrival
// is lost when this process dies.
#include "accepting.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>

// ARRIVALS is the size of the queue. hotreload has the same value.
#ifndef ARRIVALS
#error "compile with the definitions of Interposer+Source.swift"
#endif

// A queued connection.
struct arrival {
  int fd;
  unsigned id;      // names the arrival in messages
  bool probe;       // whether it is a probe of hotreload
  uint64_t cookie;  // SO_COOKIE of `fd`
  struct listener *listener;
  struct sockaddr_storage peer;  // the address that accept4(2) returns
  socklen_t peer_length;
};

static struct arrival arrivals[ARRIVALS];
// The number of queued arrivals.
static _Atomic unsigned waiting;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

// Returns the private descriptor that is the listener's arrival wake-up.
static enum private_fd wakeup_of(const struct listener *listener) {
  return (enum private_fd)(FD_ARRIVAL_WAKEUP + listener->id);
}

int arrivals_wakeup_fd(const struct listener *listener) {
  if (listener->id >= ARRIVAL_WAKEUPS || private_fd(wakeup_of(listener)) != -1)
    return listener->id < ARRIVAL_WAKEUPS ? private_fd(wakeup_of(listener)) : -1;
  int saved = errno;
  pthread_mutex_lock(&mutex);
  int wakeup_fd = wakeup_create(wakeup_of(listener));
  pthread_mutex_unlock(&mutex);
  errno = saved;
  return wakeup_fd;
}

// Queues an arrival. Returns false if the queue is full or the client is gone.
static bool add(unsigned id, struct listener *listener, int fd, bool probe) {
  unsigned count = atomic_load(&waiting);
  struct arrival *arrival = &arrivals[count];
  if (count == ARRIVALS) return false;
  *arrival = (struct arrival){.fd = fd, .id = id, .probe = probe, .listener = listener, .cookie = socket_cookie(fd)};
  arrival->peer_length = sizeof arrival->peer;
  // getpeername(2) fails if the client has disconnected.
  if (getpeername(fd, (struct sockaddr *)&arrival->peer, &arrival->peer_length) == -1) return false;
  atomic_store(&waiting, count + 1);
  wakeup_set(wakeup_of(listener));
  return true;
}

void arrivals_add(unsigned id, unsigned number, int fd, bool probe) {
  struct listener *listener = listener_number(number);
  bool added = false, open = gate_is_open();
  if (fd != -1 && (open || probe) && listener && listener->fd != -1) {
    int wakeup_fd = arrivals_wakeup_fd(listener);
    // Registered before this file's lock is taken: a thread that reports events holds the table's lock and then asks
    // for arrivals.
    if (wakeup_fd != -1 && interest_add_wakeup(listener->fd, wakeup_fd)) {
      pthread_mutex_lock(&mutex);
      added = add(id, listener, fd, probe);
      pthread_mutex_unlock(&mutex);
    }
  }
  if (added) return;
  if (fd != -1) real()->close(fd);
  link_send(-1, "%s %u", open ? "declined" : "returned", id);
}

// Removes an arrival, and silences the wake-up after the last one of its listener.
static void remove_at(unsigned i) {
  struct listener *listener = arrivals[i].listener;
  unsigned count = atomic_load(&waiting) - 1;
  bool more = false;
  memmove(&arrivals[i], &arrivals[i + 1], (count - i) * sizeof *arrivals);
  atomic_store(&waiting, count);
  for (unsigned j = 0; j < count && !more; j++) more = arrivals[j].listener == listener;
  if (!more) wakeup_clear(wakeup_of(listener));
}

// Takes the first arrival of the listener out of the queue. Returns false if there is none.
static bool take(const struct listener *listener, struct arrival *taken, bool probes_only) {
  bool found = false;
  pthread_mutex_lock(&mutex);
  for (unsigned i = 0; i < atomic_load(&waiting) && !found;) {
    if (arrivals[i].listener != listener || (probes_only && !arrivals[i].probe)) {
      i++;
      continue;
    }
    *taken = arrivals[i];
    remove_at(i);
    found = socket_cookie(taken->fd) == taken->cookie;
    if (!found) link_send(-1, "returned %u", taken->id);  // the server has closed a descriptor it did not know
  }
  pthread_mutex_unlock(&mutex);
  return found;
}

bool arrivals_have_probe(const struct listener *listener) {
  bool found = false;
  if (atomic_load_explicit(&waiting, memory_order_relaxed) == 0) return false;
  pthread_mutex_lock(&mutex);
  for (unsigned i = 0; i < atomic_load(&waiting) && !found; i++)
    found = arrivals[i].listener == listener && arrivals[i].probe;
  pthread_mutex_unlock(&mutex);
  return found;
}

int arrivals_accept(struct listener *listener, struct sockaddr *address, socklen_t *length, int flags, bool probes_only,
                    unsigned *id) {
  struct arrival arrival;
  if (atomic_load_explicit(&waiting, memory_order_relaxed) == 0) return -1;
  int saved = errno;
  bool found = take(listener, &arrival, probes_only);
  if (found) {
    int status = real()->fcntl(arrival.fd, F_GETFL);
    real()->fcntl(arrival.fd, F_SETFL, flags & SOCK_NONBLOCK ? status | O_NONBLOCK : status & ~O_NONBLOCK);
    if (!(flags & SOCK_CLOEXEC)) real()->fcntl(arrival.fd, F_SETFD, 0);
    if (address && length) {
      memcpy(address, &arrival.peer, *length < arrival.peer_length ? *length : arrival.peer_length);
      *length = arrival.peer_length;
    }
    *id = arrival.id;
  }
  errno = saved;
  return found ? arrival.fd : -1;
}

void arrivals_taken(unsigned id) { link_send(-1, "taken %u", id); }

void arrivals_return(const struct listener *listener) {
  pthread_mutex_lock(&mutex);
  for (unsigned i = 0; i < atomic_load(&waiting);) {
    struct arrival arrival = arrivals[i];
    if (listener && arrival.listener != listener) {
      i++;
      continue;
    }
    remove_at(i);
    if (socket_cookie(arrival.fd) == arrival.cookie) real()->close(arrival.fd);
    link_send(-1, "returned %u", arrival.id);
  }
  pthread_mutex_unlock(&mutex);
}

void arrivals_registered(const struct listener *listener) {
  if (listener->id < ARRIVAL_WAKEUPS && private_fd(wakeup_of(listener)) != -1)
    interest_add_wakeup(listener->fd, private_fd(wakeup_of(listener)));
}

void arrivals_forked(void) {
  mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  for (unsigned i = 0; i < atomic_load(&waiting); i++) real()->close(arrivals[i].fd);
  atomic_store(&waiting, 0);
}
