// The server's epoll registrations of its listeners, which are masked while another generation accepts.
//
// A masked registration is the server's without EPOLLIN. It is restored by EPOLL_CTL_MOD, which reports connections
// that were queued meanwhile, even with EPOLLET or EPOLLONESHOT (epoll_ctl(2)).
#include "accepting.h"

#include <errno.h>
#include <fcntl.h>

struct interest interests[INTERESTS];
_Atomic int interests_used;
pthread_mutex_t interests_mutex = PTHREAD_MUTEX_INITIALIZER;
// Whether listeners are registered unmasked.
static bool admitted;

// Returns the registration of `fd` in the instance, or NULL.
static struct interest *find(int epoll, int fd) {
  for (int i = 0; i < atomic_load(&interests_used); i++)
    if (interests[i].epoll == epoll && interests[i].fd == fd) return &interests[i];
  return NULL;
}

// Adds a registration. Returns NULL if the table is full.
static struct interest *add(int epoll, int fd, const struct epoll_event *wanted) {
  int slot = 0;
  while (slot < atomic_load(&interests_used) && interests[slot].epoll != -1) slot++;
  if (slot == INTERESTS) return NULL;
  interests[slot].fd = fd;
  interests[slot].inherited = interests[slot].ambiguous = false;
  interests[slot].wakeup_fd = -1;
  interests[slot].wanted = *wanted;
  interests[slot].epoll = epoll;  // from now on other threads see the slot
  if (slot == atomic_load(&interests_used)) atomic_store(&interests_used, slot + 1);
  return &interests[slot];
}

// Returns the event to register in the kernel. EPOLLEXCLUSIVE is left out: it forbids EPOLL_CTL_MOD, and it has no
// effect with one acceptor.
static struct epoll_event effective(struct epoll_event wanted) {
  wanted.events &= ~(uint32_t)EPOLLEXCLUSIVE;
  if (!admitted) wanted.events &= ~(uint32_t)READABLE;
  return wanted;
}

// Registers, changes or removes the arrival wake-up beside its listener. The wake-up is never masked, because a probe
// may arrive while the listener is.
static int control_wakeup(const struct interest *interest, int operation) {
  struct epoll_event event = interest->wanted;
  event.events &= READABLE;
  return interest->wakeup_fd == -1 ? 0 : real()->epoll_ctl(interest->epoll, operation, interest->wakeup_fd, &event);
}

// Removes a registration from the table, and its arrival wake-up from the kernel.
static void remove_interest(struct interest *interest) {
  if (!interest->inherited) control_wakeup(interest, EPOLL_CTL_DEL);
  interest->wakeup_fd = -1;
  interest->epoll = -1;
}

// Returns whether another descriptor is registered in the instance with this data (proc(5), /proc/pid/fdinfo).
static bool is_data_taken(int epoll, int fd, uint64_t data) {
  char path[48], line[256];
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", epoll);
  FILE *info = real()->fopen(path, "re");
  bool taken = false;
  while (info && !taken && fgets(line, sizeof line, info)) {
    int other;
    unsigned long long others;
    taken = sscanf(line, "tfd: %d events: %*x data: %llx", &other, &others) == 2 && other != fd && others == data &&
            !is_private_fd(other);
  }
  if (info) real()->fclose(info);
  return taken;
}

// Does what epoll_ctl(2) does for a listener.
static int control(int epoll, int operation, int fd, struct epoll_event *event) {
  struct interest *interest = find(epoll, fd);
  if (operation == EPOLL_CTL_DEL) {
    if (interest) remove_interest(interest);
    return real()->epoll_ctl(epoll, operation, fd, event);
  }
  struct epoll_event masked = effective(*event);
  if (real()->epoll_ctl(epoll, operation, fd, &masked) == -1) return -1;
  bool is_new = interest == NULL || interest->wanted.data.u64 != event->data.u64;
  if (interest == NULL) interest = add(epoll, fd, event);
  if (interest) {
    interest->wanted = *event;
    if (is_new && !interest->ambiguous) interest->ambiguous = is_data_taken(epoll, fd, event->data.u64);
    control_wakeup(interest, EPOLL_CTL_MOD);
  }
  return 0;
}

void interest_note_data(int epoll, uint64_t data) {
  if (atomic_load(&interests_used) == 0) return;
  pthread_mutex_lock(&interests_mutex);
  for (int i = 0; i < atomic_load(&interests_used); i++)
    if (interests[i].epoll == epoll && interests[i].wanted.data.u64 == data) interests[i].ambiguous = true;
  pthread_mutex_unlock(&interests_mutex);
}

int interest_control(int epoll, int operation, int fd, struct epoll_event *event) {
  pthread_mutex_lock(&interests_mutex);
  int result = control(epoll, operation, fd, event), saved = errno;
  pthread_mutex_unlock(&interests_mutex);
  errno = saved;
  return result;
}

void interest_forget(int fd, bool delete) {
  pthread_mutex_lock(&interests_mutex);
  for (int i = 0; i < atomic_load(&interests_used); i++) {
    if (interests[i].epoll == -1 || interests[i].fd != fd) continue;
    // A registration outlives close(2) while others hold the file description (epoll(7), Q6). An inherited registration
    // belongs to the parent.
    if (delete && !interests[i].inherited) real()->epoll_ctl(interests[i].epoll, EPOLL_CTL_DEL, fd, NULL);
    remove_interest(&interests[i]);
  }
  pthread_mutex_unlock(&interests_mutex);
}

void interest_restore(int fd) {
  pthread_mutex_lock(&interests_mutex);
  for (int i = 0; i < atomic_load(&interests_used); i++) {
    if (interests[i].epoll == -1 || interests[i].fd != fd) continue;
    real()->epoll_ctl(interests[i].epoll, EPOLL_CTL_MOD, fd, &interests[i].wanted);
    remove_interest(&interests[i]);
  }
  pthread_mutex_unlock(&interests_mutex);
}

void interest_replace(int fd, int with) {
  pthread_mutex_lock(&interests_mutex);
  for (int i = 0; i < atomic_load(&interests_used); i++)
    if (interests[i].epoll != -1 && interests[i].fd == fd)
      real()->epoll_ctl(interests[i].epoll, EPOLL_CTL_DEL, fd, NULL);
  real()->dup3(with, fd, O_CLOEXEC);
  for (int i = 0; i < atomic_load(&interests_used); i++) {
    if (interests[i].epoll == -1 || interests[i].fd != fd) continue;
    real()->epoll_ctl(interests[i].epoll, EPOLL_CTL_ADD, fd, &interests[i].wanted);
    remove_interest(&interests[i]);
  }
  pthread_mutex_unlock(&interests_mutex);
}

void interests_forget_epolls(unsigned first, unsigned last) {
  for (int i = 0; i < atomic_load(&interests_used); i++) {
    int epoll = interests[i].epoll;
    if (epoll == -1 || (unsigned)epoll < first || (unsigned)epoll > last) continue;
    if (link_owner() == LINK_OF_THE_PARENT) return;
    pthread_mutex_lock(&interests_mutex);
    if (interests[i].epoll == epoll) interests[i].epoll = interests[i].wakeup_fd = -1;
    pthread_mutex_unlock(&interests_mutex);
  }
}

void interests_rename_epoll(int from, int to) {
  pthread_mutex_lock(&interests_mutex);
  for (int i = 0; i < atomic_load(&interests_used); i++)
    if (interests[i].epoll == from) interests[i].epoll = to;
  pthread_mutex_unlock(&interests_mutex);
}

// Returns whether an arrival wake-up can be registered beside the listener. It cannot if the server could take it for
// another descriptor, is told only once (EPOLLONESHOT), or if another process would wake up too.
static bool can_have_wakeup(const struct interest *interest) {
  return !interest->inherited && !interest->ambiguous && !(interest->wanted.events & EPOLLONESHOT);
}

enum interest_kind interest_of(int fd) {
  enum interest_kind kind = INTEREST_NONE;
  pthread_mutex_lock(&interests_mutex);
  for (int i = 0; i < atomic_load(&interests_used) && kind != INTEREST_WITH_WAKEUP; i++)
    if (interests[i].epoll != -1 && interests[i].fd == fd)
      kind = can_have_wakeup(&interests[i]) ? INTEREST_WITH_WAKEUP : INTEREST_WITHOUT_WAKEUP;
  pthread_mutex_unlock(&interests_mutex);
  return kind;
}

bool interest_add_wakeup(int fd, int wakeup_fd) {
  bool exists = false, added = false;
  pthread_mutex_lock(&interests_mutex);
  for (int i = 0; i < atomic_load(&interests_used) && !added; i++) {
    struct interest *interest = &interests[i];
    if (interest->epoll == -1 || interest->fd != fd) continue;
    exists = true;
    if (!can_have_wakeup(interest)) continue;
    if (interest->wakeup_fd == -1) {
      interest->wakeup_fd = wakeup_fd;
      if (control_wakeup(interest, EPOLL_CTL_ADD) == -1) interest->wakeup_fd = -1;
    }
    added = interest->wakeup_fd == wakeup_fd;
  }
  pthread_mutex_unlock(&interests_mutex);
  return added || !exists;
}

void interests_forked(void) {
  interests_mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  for (int i = 0; i < atomic_load(&interests_used); i++) {
    interests[i].inherited = true;
    interests[i].wakeup_fd = -1;  // the parent's, and of no use here
  }
}

void interest_apply(bool admit) {
  pthread_mutex_lock(&interests_mutex);
  admitted = admit;
  for (int i = 0; i < atomic_load(&interests_used); i++) {
    if (interests[i].epoll == -1) continue;
    struct epoll_event event = effective(interests[i].wanted);
    real()->epoll_ctl(interests[i].epoll, EPOLL_CTL_MOD, interests[i].fd, &event);
  }
  pthread_mutex_unlock(&interests_mutex);
}
