// The server's epoll registrations of its listeners: masked while another generation accepts.
//
// The kernel's registration is the server's with EPOLLIN taken out. Restoring it is an EPOLL_CTL_MOD, which
// reports what has queued meanwhile, also where the server asked for EPOLLET or EPOLLONESHOT.
#include "interposer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <time.h>

#define INTERESTS 256

struct interest {
  _Atomic int epoll;  // -1: the slot is free
  int fd;
  bool inherited;     // registered by the process that forked this one, in an epoll instance of both
  bool ambiguous;     // something else in the instance is registered with the same data
  int bell;           // ours, registered like the listener in the same instance; or -1
  struct epoll_event wanted;
};

static struct interest interests[INTERESTS];
static _Atomic int used;  // slots that were ever used
static bool admitted;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static struct interest *find(int epoll, int fd) {
  for (int i = 0; i < atomic_load(&used); i++)
    if (interests[i].epoll == epoll && interests[i].fd == fd) return &interests[i];
  return NULL;
}

static struct interest *add(int epoll, int fd) {
  int slot = 0;
  while (slot < atomic_load(&used) && interests[slot].epoll != -1) slot++;
  if (slot == INTERESTS) return NULL;
  interests[slot].fd = fd;
  interests[slot].inherited = interests[slot].ambiguous = false;
  interests[slot].bell = -1;
  interests[slot].epoll = epoll;
  if (slot == atomic_load(&used)) atomic_store(&used, slot + 1);
  return &interests[slot];
}

static bool watches_listener(int epoll) {
  for (int i = 0; i < atomic_load(&used); i++)
    if (interests[i].epoll == epoll) return true;
  return false;
}

// What the kernel is told. EPOLLEXCLUSIVE forbids EPOLL_CTL_MOD, and with one acceptor it has no meaning.
static struct epoll_event effective(struct epoll_event wanted) {
  wanted.events &= ~(uint32_t)EPOLLEXCLUSIVE;
  if (!admitted) wanted.events &= ~(uint32_t)(EPOLLIN | EPOLLRDNORM);
  return wanted;
}

// The bell is heard as long as something waits: while the listener is masked, that is a probe.
static int control_bell(const struct interest *interest, int operation) {
  struct epoll_event event = interest->wanted;
  event.events &= EPOLLIN | EPOLLRDNORM;
  return interest->bell == -1 ? 0 : real()->epoll_ctl(interest->epoll, operation, interest->bell, &event);
}

// The instance has nothing of the listener any more.
static void remove_interest(struct interest *interest) {
  if (!interest->inherited) control_bell(interest, EPOLL_CTL_DEL);
  interest->bell = -1;
  interest->epoll = -1;
}

// Whether the epoll instance has another registration with this data (proc(5), /proc/pid/fdinfo).
static bool is_data_taken(int epoll, int fd, uint64_t data) {
  char path[48], line[256];
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", epoll);
  FILE *info = fopen(path, "re");
  bool taken = false;
  while (info && !taken && fgets(line, sizeof line, info)) {
    int other;
    unsigned long long others;
    taken = sscanf(line, "tfd: %d events: %*x data: %llx", &other, &others) == 2 && other != fd && others == data &&
            !own_is(other);
  }
  if (info) real()->fclose(info);
  return taken;
}

static int control(int epoll, int operation, int fd, struct epoll_event *event) {
  struct interest *interest = find(epoll, fd);
  if (operation == EPOLL_CTL_DEL) {
    if (interest) remove_interest(interest);
    return real()->epoll_ctl(epoll, operation, fd, event);
  }
  struct epoll_event masked = effective(*event);
  if (real()->epoll_ctl(epoll, operation, fd, &masked) == -1) return -1;
  if (interest == NULL) interest = add(epoll, fd);
  if (interest) {
    interest->wanted = *event;
    interest->ambiguous |= is_data_taken(epoll, fd, event->data.u64);
    control_bell(interest, EPOLL_CTL_MOD);
  }
  return 0;
}

// The server registers what is no listener.
static void note_data(int epoll, uint64_t data) {
  for (int i = 0; i < atomic_load(&used); i++)
    if (interests[i].epoll == epoll && interests[i].wanted.data.u64 == data) interests[i].ambiguous = true;
}

EXPORTED int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event) {
  struct listener *listener = listener_at(fd);
  if (listener == NULL && event && operation != EPOLL_CTL_DEL) note_data(epoll, event->data.u64);
  if (listener == NULL && connection_is_tracked(fd)) return connection_control(epoll, operation, fd, event);
  if (listener == NULL || (event == NULL && operation != EPOLL_CTL_DEL))
    return real()->epoll_ctl(epoll, operation, fd, event);
  link_join();
  pthread_mutex_lock(&mutex);
  int result = control(epoll, operation, fd, event), saved = errno;
  pthread_mutex_unlock(&mutex);
  if (result == 0 && operation == EPOLL_CTL_ADD) arrivals_registered(listener);
  if (result == 0 && operation != EPOLL_CTL_DEL && (event->events & EPOLLIN)) listener_polled(listener);
  errno = saved;
  return result;
}

void interest_forget(int fd, bool delete) {
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < atomic_load(&used); i++) {
    if (interests[i].epoll == -1 || interests[i].fd != fd) continue;
    // A registration outlives close(2) while others hold the description (epoll(7), Q6). The parent's is its own.
    if (delete && !interests[i].inherited) real()->epoll_ctl(interests[i].epoll, EPOLL_CTL_DEL, fd, NULL);
    remove_interest(&interests[i]);
  }
  pthread_mutex_unlock(&mutex);
}

void interest_restore(int fd) {
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < atomic_load(&used); i++) {
    if (interests[i].epoll == -1 || interests[i].fd != fd) continue;
    real()->epoll_ctl(interests[i].epoll, EPOLL_CTL_MOD, fd, &interests[i].wanted);
    remove_interest(&interests[i]);
  }
  pthread_mutex_unlock(&mutex);
}

void interest_replace(int fd, int with) {
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < atomic_load(&used); i++)
    if (interests[i].epoll != -1 && interests[i].fd == fd)
      real()->epoll_ctl(interests[i].epoll, EPOLL_CTL_DEL, fd, NULL);
  real()->dup3(with, fd, O_CLOEXEC);
  for (int i = 0; i < atomic_load(&used); i++) {
    if (interests[i].epoll == -1 || interests[i].fd != fd) continue;
    real()->epoll_ctl(interests[i].epoll, EPOLL_CTL_ADD, fd, &interests[i].wanted);
    remove_interest(&interests[i]);
  }
  pthread_mutex_unlock(&mutex);
}

void interests_forget_epolls(unsigned first, unsigned last) {
  for (int i = 0; i < atomic_load(&used); i++) {
    int epoll = interests[i].epoll;
    if (epoll == -1 || (unsigned)epoll < first || (unsigned)epoll > last) continue;
    if (link_owner() == LINK_OF_THE_PARENT) return;
    pthread_mutex_lock(&mutex);
    if (interests[i].epoll == epoll) interests[i].epoll = interests[i].bell = -1;
    pthread_mutex_unlock(&mutex);
  }
}

bool interest_exists(int fd) {
  bool found = false;
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < atomic_load(&used) && !found; i++) found = interests[i].epoll != -1 && interests[i].fd == fd;
  pthread_mutex_unlock(&mutex);
  return found;
}

// Not where the server could not tell the bell from something else, where it is told once only, or where another process
// would hear it.
static bool can_have_bell(const struct interest *interest) {
  return !interest->inherited && !interest->ambiguous && !(interest->wanted.events & EPOLLONESHOT);
}

bool interest_may_have_bell(int fd) {
  bool exists = false, may = false;
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < atomic_load(&used) && !may; i++) {
    if (interests[i].epoll == -1 || interests[i].fd != fd) continue;
    exists = true;
    may = can_have_bell(&interests[i]);
  }
  pthread_mutex_unlock(&mutex);
  return may || !exists;
}

bool interest_add_bell(int fd, int bell) {
  bool exists = false, added = false;
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < atomic_load(&used) && !added; i++) {
    struct interest *interest = &interests[i];
    if (interest->epoll == -1 || interest->fd != fd) continue;
    exists = true;
    if (!can_have_bell(interest)) continue;
    if (interest->bell == -1) {
      interest->bell = bell;
      if (control_bell(interest, EPOLL_CTL_ADD) == -1) interest->bell = -1;
    }
    added = interest->bell == bell;
  }
  pthread_mutex_unlock(&mutex);
  return added || !exists;
}

void interests_forked(void) {
  mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  for (int i = 0; i < atomic_load(&used); i++) {
    interests[i].inherited = true;
    interests[i].bell = -1;  // the parent's, which it does not answer for
  }
}

void interest_apply(bool admit) {
  pthread_mutex_lock(&mutex);
  admitted = admit;
  for (int i = 0; i < atomic_load(&used); i++) {
    if (interests[i].epoll == -1) continue;
    struct epoll_event event = effective(interests[i].wanted);
    real()->epoll_ctl(interests[i].epoll, EPOLL_CTL_MOD, interests[i].fd, &event);
  }
  pthread_mutex_unlock(&mutex);
}

// Begins an accept cycle for a wake-up that says "a listener is readable". One that the kernel reported just before the
// listener was masked comes too late for the cycle: false, it is reported again when the listener is restored. Unless it
// may be about something else: then the server must hear of it.
static bool admit_event(int epoll, const struct epoll_event *event) {
  for (int i = 0; i < atomic_load(&used); i++) {
    if (interests[i].epoll != epoll || interests[i].wanted.data.u64 != event->data.u64) continue;
    struct listener *listener = listener_known_at(interests[i].fd);
    if (listener && !gate_begin_cycle(listener->id) && !interests[i].ambiguous && !arrivals_have_probe(listener))
      return false;
  }
  return true;
}

// The listener and its bell are one to the server: a second report of it would find nothing more to accept.
static bool is_told_already(int epoll, struct epoll_event *events, int kept, const struct epoll_event *event) {
  bool has_bell = false;
  for (int i = 0; i < atomic_load(&used) && !has_bell; i++)
    has_bell = interests[i].epoll == epoll && interests[i].bell != -1 && !interests[i].ambiguous &&
               interests[i].wanted.data.u64 == event->data.u64;
  for (int i = 0; has_bell && i < kept; i++) {
    if (events[i].data.u64 != event->data.u64) continue;
    events[i].events |= event->events;
    return true;
  }
  return false;
}

static int admit_events(int epoll, struct epoll_event *events, int count) {
  int saved = errno, kept = 0;
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < count; i++)
    if (!is_told_already(epoll, events, kept, &events[i]) && admit_event(epoll, &events[i])) events[kept++] = events[i];
  pthread_mutex_unlock(&mutex);
  errno = saved;
  return kept;
}

static void note_wait(int epoll) {
  link_join();
  for (int i = 0; i < atomic_load(&used); i++) {
    struct listener *listener = interests[i].epoll == epoll ? listener_known_at(interests[i].fd) : NULL;
    if (listener) listener_awaited(listener);
  }
}

static int64_t milliseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

EXPORTED int epoll_pwait(int epoll, struct epoll_event *events, int capacity, int timeout, const sigset_t *mask) {
  gate_end_cycle();
  if (watches_listener(epoll)) note_wait(epoll);
  int64_t end = timeout > 0 ? milliseconds_now() + timeout : 0;
  for (;;) {
    int count = real()->epoll_pwait(epoll, events, capacity, timeout, mask);
    if (count <= 0 || !watches_listener(epoll)) return count;
    int kept = admit_events(epoll, events, count);
    if (kept > 0 || timeout == 0) return kept;
    if (timeout > 0) {
      int64_t left = end - milliseconds_now();
      timeout = left > 0 ? (int)left : 0;
    }
  }
}

EXPORTED int epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout) {
  return epoll_pwait(epoll, events, capacity, timeout, NULL);
}
