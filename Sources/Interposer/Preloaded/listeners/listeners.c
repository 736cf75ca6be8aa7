// The table of the listeners.
#include "listeners.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct listener listeners[LISTENERS];
static char keys[LISTENERS][KEY_SIZE];
static _Atomic int used;  // the number of slots that were ever used
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void (*listener_ended)(const struct listener *listener, bool closing);

void listeners_configure(void (*ended)(const struct listener *listener, bool closing)) { listener_ended = ended; }

struct listener *listener_known_at(int fd) {
  int count = atomic_load_explicit(&used, memory_order_acquire);
  for (int i = 0; fd >= 0 && i < count; i++)
    if (listeners[i].fd == fd) return &listeners[i];
  return NULL;
}

const char *listener_key(const struct listener *listener) { return keys[listener->id]; }

void listener_end(struct listener *listener, bool closing) {
  // After vfork(2) the child closes what it inherited, but the table is its parent's.
  enum link_owner owner = link_owner();
  if (owner == LINK_OF_THE_PARENT) return;
  if (owner == LINK_OURS) link_send(-1, "closed %u %s", listener->id, keys[listener->id]);
  if (listener_ended) listener_ended(listener, closing);
  listener->fd = -1;
}

struct listener *listener_at(int fd) {
  struct listener *listener = listener_known_at(fd);
  uint64_t cookie = listener ? socket_cookie(fd) : 0;
  while (listener && listener->cookie != cookie) {
    if (link_owner() == LINK_OF_THE_PARENT) return NULL;
    listener_end(listener,
                 false);  // closed unseen, for example by io_uring(7); the number may be another listener's now
    listener = listener_known_at(fd);
  }
  return listener;
}

struct listener *listener_number(unsigned id) {
  return (int)id < atomic_load_explicit(&used, memory_order_acquire) ? &listeners[id] : NULL;
}

bool listeners_exist(void) { return atomic_load_explicit(&used, memory_order_relaxed) > 0; }

struct listener *listener_add(int fd, const char *key) {
  pthread_mutex_lock(&mutex);
  int count = atomic_load(&used), slot = 0;
  while (slot < count && listeners[slot].fd != -1) slot++;
  struct listener *listener = slot < LISTENERS ? &listeners[slot] : NULL;
  if (listener) {
    *listener = (struct listener){.fd = fd, .cookie = socket_cookie(fd), .id = (unsigned)slot};
    snprintf(keys[slot], KEY_SIZE, "%s", key);
    if (slot == count) atomic_store_explicit(&used, count + 1, memory_order_release);
  }
  pthread_mutex_unlock(&mutex);
  return listener;
}

static void forget(int fd) {
  struct listener *listener = listener_at(fd);
  if (listener) listener_end(listener, true);
}

void listeners_forget(unsigned first, unsigned last) {
  for (int i = 0; i < atomic_load(&used); i++)
    if (listeners[i].fd != -1 && (unsigned)listeners[i].fd >= first && (unsigned)listeners[i].fd <= last)
      forget(listeners[i].fd);
}

// Announces a UDP socket as a listener, once the server waits on it.
static void listen_for_datagrams(struct listener *listener) {
  int status = real()->fcntl(listener->fd, F_GETFL);
  if (!listener->granted) listener->nonblocking = status & O_NONBLOCK;
  real()->fcntl(listener->fd, F_SETFL, status | O_NONBLOCK);  // as in listen()
  real()->fcntl(listener->fd, F_SETFD, FD_CLOEXEC);
  listener->listening = true;
  listener_announce(listener, listener->granted ? -1 : listener->fd);
}

void listener_polled(struct listener *listener) {
  link_join();
  if (listener->datagrams && !listener->listening) listen_for_datagrams(listener);
  if (listener->inherited && !listener->listening) {
    real()->fcntl(listener->fd, F_SETFL, real()->fcntl(listener->fd, F_GETFL) | O_NONBLOCK);  // as in listen()
    listener->listening = true;
    listener_announce(listener, -1);
  }
  if (listener->polled || !listener->listening) return;
  listener->polled = true;
  link_send(-1, "polled %u", listener->id);
}

void listeners_inherit(bool by_a_launcher) {
  const char *count = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
  char number[12], key[KEY_SIZE];
  if (count == NULL || pid == NULL) return;
  snprintf(number, sizeof number, "%d", getpid());
  // Behind a launcher, such as a shell, LISTEN_PID names the launcher. This process takes the listeners for its own.
  if (by_a_launcher) setenv("LISTEN_PID", number, 1);
  else if (atoi(pid) != getpid()) return;
  for (int fd = 3; fd < 3 + atoi(count); fd++) {
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    if (getpeername(fd, (struct sockaddr *)&peer, &size) == 0) continue;  // a stored connection (FDSTORE=1)
    struct listener *listener = key_of_bound(fd, key) ? listener_add(fd, key) : NULL;
    if (listener == NULL) continue;
    listener->granted = listener->inherited = true;
    listener->backlog = SOMAXCONN;
    link_expect();
  }
}

struct listener *listener_take_in(int fd) {
  char key[KEY_SIZE];
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &length) == -1 ||
      socket_option(fd, SOL_SOCKET, SO_TYPE) != SOCK_STREAM)
    return NULL;
  const struct sockaddr_in *inet = (const void *)&address;  // sockaddr_in6 has its port at the same place
  if (address.ss_family != AF_UNIX && inet->sin_port == 0) return NULL;
  struct listener *listener = key_of(fd, (struct sockaddr *)&address, length, key) ? listener_add(fd, key) : NULL;
  if (listener == NULL) return NULL;
  listener->nonblocking = real()->fcntl(fd, F_GETFL) & O_NONBLOCK;
  link_expect();
  return listener;
}

void listener_awaited(struct listener *listener) {
  if (listener->awaited || !listener->listening || listener->datagrams || link_owner() != LINK_OURS) return;
  listener->awaited = true;
  link_send(-1, "awaited %u", listener->id);
}

void listener_announce(const struct listener *listener, int fd) {
  char address[KEY_SIZE];
  address_of(listener->fd, address);
  link_send(fd, "listening %u %d %s = %s", listener->id, listener->backlog, address, keys[listener->id]);
}

void listeners_announce(void) {
  for (int i = 0; i < atomic_load(&used); i++)
    if (listeners[i].fd != -1 && listeners[i].listening) listener_announce(&listeners[i], -1);
}

void listeners_forked(void) {
  mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  for (int i = 0; i < atomic_load(&used); i++) listeners[i].polled = listeners[i].awaited = false;
}

void listener_copy(int from, int to) {
  struct listener *original = listener_at(from);
  struct listener *copy = original ? listener_add(to, keys[original->id]) : NULL;
  if (copy == NULL) return;
  copy->backlog = original->backlog;
  copy->granted = original->granted;
  copy->inherited = original->inherited;
  copy->shared = original->shared;
  copy->datagrams = original->datagrams;
  copy->listening = original->listening;
  copy->nonblocking = original->nonblocking;
  if (copy->listening && link_owner() == LINK_OURS) listener_announce(copy, -1);
}
