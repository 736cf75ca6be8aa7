// The table of accepted connections.
//
// A connection is fresh until a byte has arrived, busy while a request is being received or answered, and idle
// otherwise. A connection that stays fresh for long is preconnected, as browsers do, and counts as idle.
#include "connections.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct connection connections[TABLE_SIZE];
_Atomic int connections_highest = -1;

// Returns the slot of a descriptor number, or NULL if the table has none.
static struct connection *at(int fd) { return fd >= 0 && fd < TABLE_SIZE ? &connections[fd] : NULL; }

void connection_begin(int fd, struct listener *listener, bool moved) {
  struct connection *connection = at(fd);
  if (connection == NULL) return;
  lock(connection);
  connection->incarnation += connection->incarnation == UINT32_MAX ? 2 : 1;
  connection->calls_in_progress = 0;
  connection->listener = listener;
  connection->listener_cookie = listener->cookie;
  connection->registration = (struct registration){.epoll = -1};
  connection->shared = connection->closes = connection->opaque = connection->pending = false;
  connection->received = connection->moved = moved;  // a moved connection is between two requests
  end_http2(connection);
  connection->taken = 0;
  if (moved && !bytes_read(fd, &connection->taken))
    connection->taken = UINT64_MAX;  // without a count it does not move again
  connection->requests = connection->responses = 0;
  connection->heads = connection->connects = connection->closings = connection->http10_requests = 0;
  connection->cookie = socket_cookie(fd);
  connection->accepted = milliseconds_now();
  http1_reset(&connection->request, false);
  http1_reset(&connection->response, true);
  atomic_store(&connection->ended, false);
  atomic_store(&connection->inherited, false);
  atomic_store(&connection->tracked, true);
  connection_changed(fd, connection);
  unlock(connection);
  int seen = atomic_load(&connections_highest);
  while (seen < fd && !atomic_compare_exchange_weak(&connections_highest, &seen, fd)) continue;
}

// Stops tracking one connection whose number is about to be closed.
static void connection_end(int fd) {
  struct connection *connection = at(fd);
  if (connection == NULL || !atomic_load(&connection->tracked)) return;
  if (link_owner() == LINK_OF_THE_PARENT) return;  // after vfork(2), a child closes what it inherited
  lock(connection);
  // hotreload may still hold its copy, and a registration lives as long as the file description (epoll(7), Q6).
  if (connection->moved && connection->registration.epoll != -1)
    real()->epoll_ctl(connection->registration.epoll, EPOLL_CTL_DEL, fd, NULL);
  atomic_store(&connection->tracked, false);
  connection_changed(fd, connection);
  end_http2(connection);
  unlock(connection);
  drain_report();
}

void connections_end(unsigned first, unsigned last) {
  int end = atomic_load(&connections_highest);
  for (unsigned fd = first; end >= 0 && fd <= last && fd <= (unsigned)end; fd++) connection_end((int)fd);
}

bool connection_is_tracked(int fd) {
  struct connection *connection = at(fd);
  return connection != NULL && atomic_load_explicit(&connection->tracked, memory_order_relaxed);
}

bool connection_has_ended(int fd) {
  struct connection *connection = at(fd);
  // The number may have been closed unseen, and may be another socket's now.
  return connection != NULL && atomic_load(&connection->ended) && atomic_load(&connection->tracked) &&
         socket_cookie(fd) == connection->cookie;
}

// Makes an inherited connection this process's own. In a server that forks for every connection, the child answers and
// the parent has closed its copy.
static void adopt(struct connection *connection) {
  link_join();
  atomic_store(&connection->inherited, false);
}

void connection_received(int fd, const void *bytes, size_t count) {
  struct connection *connection = at(fd);
  if (connection == NULL) return;
  if (atomic_load_explicit(&connection->inherited, memory_order_relaxed)) adopt(connection);
  lock(connection);
  if (atomic_load(&connection->tracked) && !atomic_load(&connection->ended)) {
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
  if (atomic_load(&connection->tracked) && !atomic_load(&connection->ended)) {
    take_responses(connection, bytes, count);
  }
  unlock(connection);
}

unsigned connection_enter(int fd) {
  struct connection *connection = at(fd);
  if (connection == NULL || !atomic_load_explicit(&connection->tracked, memory_order_relaxed)) return 0;
  lock(connection);
  unsigned visit = atomic_load(&connection->tracked) ? connection->incarnation : 0;
  if (visit) connection->calls_in_progress++;
  unlock(connection);
  return visit;
}

// Returns whether a read of the connection blocks here. A connection with SO_RCVTIMEO blocks in the call itself, and
// one that is waited for by epoll(7) does not block.
static bool blocks(int fd, const struct connection *connection) {
  return !connection->registration.seen && !is_nonblocking(fd) && receive_timeout(fd) == -1;
}

bool connection_await(int fd) {
  struct connection *connection = at(fd);
  if (connection == NULL || !atomic_load_explicit(&connection->tracked, memory_order_relaxed)) return true;
  int saved = errno, wakeup_fd = blocks(fd, connection) ? drain_wakeup_fd() : -1;
  bool interrupted = false;
  while (wakeup_fd != -1 && !drain_is_active() && !interrupted) {
    struct pollfd entries[] = {{.fd = fd, .events = POLLIN}, {.fd = wakeup_fd, .events = POLLIN}};
    if (real()->ppoll(entries, 2, NULL, NULL) != -1) break;
    interrupted = errno == EINTR && has_interrupting_handler();
  }
  errno = interrupted ? EINTR : saved;
  return !interrupted;
}

void connection_leave(int fd, unsigned visit) {
  struct connection *connection = at(fd);
  int saved = errno;
  lock(connection);
  if (connection->incarnation == visit && connection->calls_in_progress > 0) {  // false if it was closed meanwhile
    connection->calls_in_progress--;
    connection_changed(fd, connection);
  }
  unlock(connection);
  drain_report();
  errno = saved;
}

// Records a call of epoll_ctl(2) that succeeded.
static void note_registration(struct registration *registration, int epoll, int operation,
                              const struct epoll_event *event) {
  if (operation == EPOLL_CTL_DEL) {
    if (registration->epoll == epoll) registration->epoll = -1;
    return;
  }
  registration->in_several_epolls |= registration->epoll != -1 && registration->epoll != epoll;
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
    if (drain_is_active()) connection_changed(fd, connection);
  }
  unlock(connection);
  drain_report();
  errno = saved;
  return result;
}

void connections_rename_epoll(int from, int to) {
  for (int fd = 0; fd <= atomic_load(&connections_highest); fd++) {
    if (!connection_is_tracked(fd)) continue;
    lock(&connections[fd]);
    if (connections[fd].registration.epoll == from) connections[fd].registration.epoll = to;
    unlock(&connections[fd]);
  }
}

void connection_is_shared(int fd) {
  if (!connection_is_tracked(fd)) return;
  lock(&connections[fd]);
  connections[fd].shared = true;
  unlock(&connections[fd]);
}

void connections_are_shared(void) {
  for (int fd = 0; fd <= atomic_load(&connections_highest); fd++) connection_is_shared(fd);
}

void connections_forked(void) {
  for (int fd = 0; fd <= atomic_load(&connections_highest); fd++) {
    unlock(&connections[fd]);  // another thread of the parent may have held it
    connections[fd].active = false;
    connections[fd].shared = true;
    connections[fd].calls_in_progress = 0;
    atomic_store(&connections[fd].inherited, atomic_load(&connections[fd].tracked));
  }
}
