// What each accepted connection is doing, and where it goes once this generation retires.
//
// A connection is fresh until a byte has arrived, busy while a request is being received or answered, else idle. One
// that stays fresh for long was opened ahead, as browsers do, and is idle too.
// A retiring generation parts with a connection the moment it is idle: a request that comes later must not reach it. It
// moves to the next generation (moving.c) where it is certain that nothing is lost; in doubt it is ended. The client of
// an HTTP/2 connection is asked to leave it.
#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#define TABLE_SIZE 65536  // descriptors above are not followed; untouched pages of the table cost no memory

static struct connection table[TABLE_SIZE];
static _Atomic int highest = -1;
static _Atomic unsigned active_count;
static _Atomic bool retiring;
static bool moving;          // those that are idle, while retiring
static int64_t retiring_since;
static _Atomic bool settled_said;

static struct connection *at(int fd) { return fd >= 0 && fd < TABLE_SIZE ? &table[fd] : NULL; }

static void lock(struct connection *connection) {
  while (atomic_flag_test_and_set_explicit(&connection->lock, memory_order_acquire)) sched_yield();
}

static void unlock(struct connection *connection) {
  atomic_flag_clear_explicit(&connection->lock, memory_order_release);
}

static void say_settled_if_so(void) {
  if (atomic_load(&retiring) && atomic_load(&active_count) == 0 && !atomic_exchange(&settled_said, true))
    link_send(-1, "settled");
}

uint64_t socket_cookie(int fd) {
  uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  int saved = errno;
  if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &size) == -1) cookie = 0;
  errno = saved;
  return cookie;
}

// Brings the counts up to date after any change; parts with an idle connection of a retiring generation.
static void changed(int fd, struct connection *connection) {
  bool here = atomic_load(&connection->tracked) && !atomic_load(&connection->over);
  bool busy = is_busy(connection), active = here && (is_fresh(connection) || busy);
  if (here && atomic_load(&retiring) && !connection->opaque && (connection->http2 || !busy) &&
      socket_cookie(fd) == connection->cookie)
    active = connection->http2 ? !part_http2(fd, connection, retiring_since)
                               : !part(fd, connection, moving, retiring_since);
  if (active == connection->active) return;
  connection->active = active;
  if (active) {
    atomic_fetch_add(&active_count, 1);
  } else {
    atomic_fetch_sub(&active_count, 1);
    say_settled_if_so();
  }
}

void connection_begin(int fd, struct listener *listener, bool moved) {
  struct connection *connection = at(fd);
  if (connection == NULL) return;
  lock(connection);
  connection->uses += connection->uses == UINT32_MAX ? 2 : 1;
  connection->calls = 0;
  connection->listener = listener;
  connection->listener_cookie = listener->cookie;
  connection->registration = (struct registration){.epoll = -1};
  connection->shared = connection->closes = connection->opaque = connection->pending = false;
  connection->received = connection->moved = moved;  // it is between two requests
  end_http2(connection);
  connection->taken = 0;
  if (moved && !bytes_read(fd, &connection->taken)) connection->taken = UINT64_MAX;  // then it does not move again
  connection->requests = connection->responses = 0;
  connection->heads = connection->connects = connection->closings = connection->olds = 0;
  connection->cookie = socket_cookie(fd);
  connection->accepted = milliseconds_now();
  http1_reset(&connection->request, false);
  http1_reset(&connection->response, true);
  atomic_store(&connection->over, false);
  atomic_store(&connection->inherited, false);
  atomic_store(&connection->tracked, true);
  changed(fd, connection);
  unlock(connection);
  int seen = atomic_load(&highest);
  while (seen < fd && !atomic_compare_exchange_weak(&highest, &seen, fd)) continue;
}

void connection_end(int fd) {
  struct connection *connection = at(fd);
  if (connection == NULL || !atomic_load(&connection->tracked)) return;
  if (link_owner() == LINK_OF_THE_PARENT) return;  // after vfork(2), a child closes what it inherited
  lock(connection);
  // hotreload may not have closed its copy yet, and a registration lives as long as the description (epoll(7), Q6).
  if (connection->moved && connection->registration.epoll != -1)
    real()->epoll_ctl(connection->registration.epoll, EPOLL_CTL_DEL, fd, NULL);
  atomic_store(&connection->tracked, false);
  changed(fd, connection);
  end_http2(connection);
  unlock(connection);
}

void connections_end(unsigned first, unsigned last) {
  int end = atomic_load(&highest);
  for (unsigned fd = first; end >= 0 && fd <= last && fd <= (unsigned)end; fd++) connection_end((int)fd);
}

bool connection_is_tracked(int fd) {
  struct connection *connection = at(fd);
  return connection != NULL && atomic_load_explicit(&connection->tracked, memory_order_relaxed);
}

bool connection_is_over(int fd) {
  struct connection *connection = at(fd);
  return connection != NULL && atomic_load(&connection->over);
}

// A server that forks for every connection: the child answers, the parent has closed its copy.
static void adopt(struct connection *connection) {
  link_join();
  atomic_store(&connection->inherited, false);
}

void connection_received(int fd, const void *bytes, size_t count) {
  struct connection *connection = at(fd);
  if (connection == NULL) return;
  if (atomic_load_explicit(&connection->inherited, memory_order_relaxed)) adopt(connection);
  lock(connection);
  if (atomic_load(&connection->tracked) && !atomic_load(&connection->over)) {
    connection->taken += count;
    take_requests(connection, bytes, count);
  }
  unlock(connection);
}

void connection_sent(int fd, const void *bytes, size_t count) {
  struct connection *connection = at(fd);
  if (connection == NULL) return;
  if (atomic_load_explicit(&connection->inherited, memory_order_relaxed)) adopt(connection);
  lock(connection);
  if (atomic_load(&connection->tracked) && !atomic_load(&connection->over)) {
    take_responses(connection, bytes, count);
  }
  unlock(connection);
}

unsigned connection_enter(int fd) {
  struct connection *connection = at(fd);
  if (connection == NULL || !atomic_load_explicit(&connection->tracked, memory_order_relaxed)) return 0;
  lock(connection);
  unsigned visit = atomic_load(&connection->tracked) ? connection->uses : 0;
  if (visit) connection->calls++;
  unlock(connection);
  return visit;
}

void connection_leave(int fd, unsigned visit) {
  struct connection *connection = at(fd);
  int saved = errno;
  lock(connection);
  if (connection->uses == visit && connection->calls > 0) {  // else it was closed meanwhile
    connection->calls--;
    changed(fd, connection);
  }
  unlock(connection);
  errno = saved;
}

static void note_registration(struct registration *registration, int epoll, int operation,
                              const struct epoll_event *event) {
  if (operation == EPOLL_CTL_DEL) {
    if (registration->epoll == epoll) registration->epoll = -1;
    return;
  }
  registration->crowded |= registration->epoll != -1 && registration->epoll != epoll;
  registration->epoll = epoll;
  registration->seen = true;
  registration->wanted = *event;
}

int connection_control(int epoll, int operation, int fd, struct epoll_event *event) {
  struct connection *connection = at(fd);
  lock(connection);
  int result = real()->epoll_ctl(epoll, operation, fd, event), saved = errno;
  if (result == 0 && atomic_load(&connection->tracked)) {
    note_registration(&connection->registration, epoll, operation, event);
    if (atomic_load(&retiring)) changed(fd, connection);
  }
  unlock(connection);
  errno = saved;
  return result;
}

void connection_is_shared(int fd) {
  if (!connection_is_tracked(fd)) return;
  lock(&table[fd]);
  table[fd].shared = true;
  unlock(&table[fd]);
}

void connections_are_shared(void) {
  for (int fd = 0; fd <= atomic_load(&highest); fd++) connection_is_shared(fd);
}

static bool counts(int fd) { return connection_is_tracked(fd) && !atomic_load(&table[fd].inherited); }

// A connection may have been closed where we do not see it: by fclose(3), say. What has its number now is not ours.
static void forget_if_replaced(int fd) {
  if (socket_cookie(fd) == table[fd].cookie) return;
  atomic_store(&table[fd].tracked, false);
  changed(fd, &table[fd]);
}

struct connection_counts connections_count(void) {
  struct connection_counts sum = {0, 0, 0};
  for (int fd = 0; fd <= atomic_load(&highest); fd++) {
    if (!counts(fd)) continue;
    lock(&table[fd]);
    forget_if_replaced(fd);
    if (atomic_load(&table[fd].tracked) && !atomic_load(&table[fd].over)) {
      if (is_opened_ahead(fd, &table[fd])) sum.idle++;
      else if (is_fresh(&table[fd])) sum.fresh++;
      else if (is_busy(&table[fd])) sum.busy++;
      else sum.idle++;
    }
    unlock(&table[fd]);
  }
  return sum;
}

bool connections_are_retiring(void) { return atomic_load(&retiring); }

// A call is in progress on it, and no request is known of: that may be reading one.
static bool is_undecided(int fd) {
  struct connection *connection = &table[fd];
  if (!counts(fd)) return false;
  lock(connection);
  bool undecided = connection->calls > 0 && !atomic_load(&connection->over) && !connection->opaque &&
                   !is_busy(connection) && comes_back(fd, connection);
  unlock(connection);
  return undecided;
}

void connections_retire(bool moves) {
  atomic_store(&settled_said, false);
  moving = moves;
  retiring_since = milliseconds_now();
  atomic_store(&retiring, true);
  connections_look_again();
  // What is read from now on may have been sent after the release.
  for (int fd = 0; fd <= atomic_load(&highest); fd++)
    for (int tries = 0; tries < 100 && is_undecided(fd); tries++) usleep(100);
}

void connections_look_again(void) {
  for (int fd = 0; fd <= atomic_load(&highest); fd++) {
    if (!counts(fd)) continue;
    lock(&table[fd]);
    forget_if_replaced(fd);
    changed(fd, &table[fd]);
    unlock(&table[fd]);
  }
  say_settled_if_so();
}

void connections_forked(void) {
  for (int fd = 0; fd <= atomic_load(&highest); fd++) {
    unlock(&table[fd]);  // another thread of the parent may have had it
    table[fd].active = false;
    table[fd].shared = true;
    table[fd].calls = 0;
    atomic_store(&table[fd].inherited, atomic_load(&table[fd].tracked));
  }
  atomic_store(&active_count, 0);
}

void connections_resume(void) { atomic_store(&retiring, false); }
