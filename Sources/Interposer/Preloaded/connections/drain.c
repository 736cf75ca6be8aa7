// Draining of this generation: the connections in flight.
//
// An idle connection is drained at once, because a later request must not reach this generation. The connection moves
// to the next generation (move.c) if it is certain that nothing is lost. In doubt it ends. The client of an HTTP/2
// connection is asked to leave.
#include "connections.h"

#include <pthread.h>
#include <unistd.h>

// The number of connections that keep this generation from being drained.
static _Atomic unsigned active_count;
static pthread_mutex_t wakeup_mutex = PTHREAD_MUTEX_INITIALIZER;
// Whether this process drains.
static _Atomic bool draining;
static bool moving;                    // whether idle connections move
static int64_t drain_began;            // when the drain began, in milliseconds of milliseconds_now()
static _Atomic bool drained_reported;  // whether "settled" was sent in this drain

void drain_report(void) {
  if (atomic_load(&draining) && atomic_load(&active_count) == 0 && !atomic_exchange(&drained_reported, true))
    link_send(-1, "settled");
}

void connection_changed(int fd, struct connection *connection) {
  bool here = atomic_load(&connection->tracked) && !atomic_load(&connection->ended);
  bool busy = is_busy(connection), active = here && (is_fresh(connection) || busy);
  if (here && atomic_load(&draining) && !connection->opaque && (connection->http2 || !busy) &&
      socket_cookie(fd) == connection->cookie)
    active = connection->http2 ? !drain_http2(fd, connection, drain_began)
                               : !drain_connection(fd, connection, moving, drain_began);
  if (active == connection->active) return;
  connection->active = active;
  atomic_fetch_add(&active_count, active ? 1 : -1u);
}

// Returns whether the connection is tracked, and this process's own.
static bool counts(int fd) { return connection_is_tracked(fd) && !atomic_load(&connections[fd].inherited); }

// Stops tracking a connection that was closed unseen, for example by io_uring(7): its number is another file's now.
static void forget_if_replaced(int fd) {
  if (socket_cookie(fd) == connections[fd].cookie) return;
  atomic_store(&connections[fd].tracked, false);
  connection_changed(fd, &connections[fd]);
}

struct connection_counts connections_count(void) {
  struct connection_counts sum = {0, 0, 0};
  for (int fd = 0; fd <= atomic_load(&connections_highest); fd++) {
    if (!counts(fd)) continue;
    lock(&connections[fd]);
    forget_if_replaced(fd);
    if (atomic_load(&connections[fd].tracked) && !atomic_load(&connections[fd].ended)) {
      if (is_preconnected(fd, &connections[fd])) sum.idle++;
      else if (is_fresh(&connections[fd])) sum.fresh++;
      else if (is_busy(&connections[fd])) sum.busy++;
      else sum.idle++;
    }
    unlock(&connections[fd]);
  }
  return sum;
}

bool drain_is_active(void) { return atomic_load(&draining); }

// Returns whether a call is in progress on the connection that may be reading a request, while none is known.
static bool is_undecided(int fd) {
  struct connection *connection = &connections[fd];
  if (!counts(fd)) return false;
  lock(connection);
  bool undecided = connection->calls_in_progress > 0 && !atomic_load(&connection->ended) && !connection->opaque &&
                   !is_busy(connection) && call_returns_soon(fd, connection);
  unlock(connection);
  return undecided;
}

void drain_begin(bool moves) {
  atomic_store(&drained_reported, false);
  moving = moves;
  drain_began = milliseconds_now();
  atomic_store(&draining, true);
  drain_recheck();
  wakeup_set(FD_DRAIN_WAKEUP);
  // Waits for calls that are reading: a request that they read later may have been sent after the next generation was
  // released.
  for (int fd = 0, looks = 0; fd <= atomic_load(&connections_highest); fd++)
    while (is_undecided(fd) && looks++ < 100) usleep(100);
}

void drain_recheck(void) {
  for (int fd = 0; fd <= atomic_load(&connections_highest); fd++) {
    if (!counts(fd)) continue;
    lock(&connections[fd]);
    forget_if_replaced(fd);
    connection_changed(fd, &connections[fd]);
    unlock(&connections[fd]);
  }
  drain_report();
}

void drain_cancel(void) {
  atomic_store(&draining, false);
  wakeup_clear(FD_DRAIN_WAKEUP);
}

int drain_wakeup_fd(void) {
  if (private_fd(FD_DRAIN_WAKEUP) == -1) {
    pthread_mutex_lock(&wakeup_mutex);
    wakeup_create(FD_DRAIN_WAKEUP);
    pthread_mutex_unlock(&wakeup_mutex);
  }
  return private_fd(FD_DRAIN_WAKEUP);
}

void drain_forked(void) {
  wakeup_mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  atomic_store(&active_count, 0);
}
