// A generation retires: the connections that keep it from being settled.
//
// It parts with a connection the moment that is idle: a request that comes later must not reach it. The connection moves
// to the next generation (moving.c) where it is certain that nothing is lost; in doubt it is ended. The client of an
// HTTP/2 connection is asked to leave it.
#include "connection.h"

#include <pthread.h>
#include <unistd.h>

static _Atomic unsigned active_count;
static pthread_mutex_t bell_mutex = PTHREAD_MUTEX_INITIALIZER;
static _Atomic bool retiring;
static bool moving;          // those that are idle, while retiring
static int64_t retiring_since;
static _Atomic bool settled_said;

void connections_say_settled(void) {
  if (atomic_load(&retiring) && atomic_load(&active_count) == 0 && !atomic_exchange(&settled_said, true))
    link_send(-1, "settled");
}

void connection_changed(int fd, struct connection *connection) {
  bool here = atomic_load(&connection->tracked) && !atomic_load(&connection->over);
  bool busy = is_busy(connection), active = here && (is_fresh(connection) || busy);
  if (here && atomic_load(&retiring) && !connection->opaque && (connection->http2 || !busy) &&
      socket_cookie(fd) == connection->cookie)
    active = connection->http2 ? !part_http2(fd, connection, retiring_since)
                               : !part(fd, connection, moving, retiring_since);
  if (active == connection->active) return;
  connection->active = active;
  atomic_fetch_add(&active_count, active ? 1 : -1u);
}

static bool counts(int fd) { return connection_is_tracked(fd) && !atomic_load(&connections[fd].inherited); }

// A connection may have been closed where we do not see it: by fclose(3), say. What has its number now is not ours.
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
    if (atomic_load(&connections[fd].tracked) && !atomic_load(&connections[fd].over)) {
      if (is_opened_ahead(fd, &connections[fd])) sum.idle++;
      else if (is_fresh(&connections[fd])) sum.fresh++;
      else if (is_busy(&connections[fd])) sum.busy++;
      else sum.idle++;
    }
    unlock(&connections[fd]);
  }
  return sum;
}

bool connections_are_retiring(void) { return atomic_load(&retiring); }

// A call is in progress on it, and no request is known of: that may be reading one.
static bool is_undecided(int fd) {
  struct connection *connection = &connections[fd];
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
  own_ring(OWN_RETIREMENT);
  // What is read from now on may have been sent after the release.
  for (int fd = 0, looks = 0; fd <= atomic_load(&connections_highest); fd++)
    while (is_undecided(fd) && looks++ < 100) usleep(100);
}

void connections_look_again(void) {
  for (int fd = 0; fd <= atomic_load(&connections_highest); fd++) {
    if (!counts(fd)) continue;
    lock(&connections[fd]);
    forget_if_replaced(fd);
    connection_changed(fd, &connections[fd]);
    unlock(&connections[fd]);
  }
  connections_say_settled();
}

void connections_resume(void) {
  atomic_store(&retiring, false);
  own_silence(OWN_RETIREMENT);
}

int connections_retirement_bell(void) {
  if (own(OWN_RETIREMENT) == -1) {
    pthread_mutex_lock(&bell_mutex);
    own_make_bell(OWN_RETIREMENT);
    pthread_mutex_unlock(&bell_mutex);
  }
  return own(OWN_RETIREMENT);
}

void retiring_forked(void) {
  bell_mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  atomic_store(&active_count, 0);
}
