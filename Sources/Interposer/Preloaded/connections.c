// What each accepted connection is doing, and its end once this generation retires.
//
// A connection is fresh until a byte has arrived, busy while a request is being received or answered, else idle. One
// that stays fresh for long was opened ahead, as browsers do, and is idle too.
// A retiring generation ends a connection the moment it is idle: a request that comes later must not reach it.
#include "interposer.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#define OPENED_AHEAD 1000  // ms without a byte
#define TABLE_SIZE 65536  // descriptors above are not followed; untouched pages of the table cost no memory

struct connection {
  atomic_flag lock;
  _Atomic bool tracked;
  _Atomic bool over;   // ended by us
  _Atomic bool inherited;  // from the process that forked this one, and not used by this one yet
  uint64_t cookie;     // tells the socket from a later one with the same number (socket(7), SO_COOKIE)
  int64_t accepted;    // when, in milliseconds
  bool active;         // counted in `active_count`
  bool received;       // anything at all
  bool opaque;         // not HTTP/1.x: only the direction of the last bytes is known
  bool pending;        // opaque, and the last bytes came from the client
  uint32_t requests;   // received completely
  uint32_t responses;  // sent completely
  uint64_t heads;      // bit n % 64: request n is a HEAD
  uint64_t connects;   // bit n % 64: request n is a CONNECT
  struct http1_message request, response;
};

static struct connection table[TABLE_SIZE];
static _Atomic int highest = -1;
static _Atomic unsigned active_count;
static _Atomic bool retiring;
static _Atomic bool settled_said;

static struct connection *at(int fd) { return fd >= 0 && fd < TABLE_SIZE ? &table[fd] : NULL; }

static void lock(struct connection *connection) {
  while (atomic_flag_test_and_set_explicit(&connection->lock, memory_order_acquire)) sched_yield();
}

static void unlock(struct connection *connection) {
  atomic_flag_clear_explicit(&connection->lock, memory_order_release);
}

static bool is_fresh(const struct connection *connection) { return !connection->received; }

static bool is_busy(const struct connection *connection) {
  if (connection->opaque) return connection->pending;
  return connection->request.phase != HTTP1_START || connection->response.phase != HTTP1_START ||
         connection->requests != connection->responses;
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

static int64_t milliseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

// What has come on it, also what the server has read where we do not see it: by stdio, or from a copy (tcp(7)).
static bool has_bytes(int fd) {
  struct tcp_info info = {0};
  socklen_t size = sizeof info;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) return info.tcpi_bytes_received > 0;
  int unread = 0;
  return real()->ioctl(fd, FIONREAD, &unread) == 0 && unread > 0;
}

// Nothing has been sent on it, not even what the server has yet to read.
static bool is_opened_ahead(int fd, const struct connection *connection) {
  return is_fresh(connection) && milliseconds_now() - connection->accepted >= OPENED_AHEAD && !has_bytes(fd);
}

// Brings the counts up to date after any change; ends an idle connection of a retiring generation.
static void changed(int fd, struct connection *connection) {
  bool tracked = atomic_load(&connection->tracked);
  bool active = tracked && (is_fresh(connection) || is_busy(connection));
  if (active && atomic_load(&retiring) && is_opened_ahead(fd, connection)) active = false;
  if (atomic_load(&retiring) && tracked && !active && !connection->opaque && socket_cookie(fd) == connection->cookie &&
      !atomic_exchange(&connection->over, true))
    real()->shutdown(fd, SHUT_RDWR);
  if (active == connection->active) return;
  connection->active = active;
  if (active) {
    atomic_fetch_add(&active_count, 1);
  } else {
    atomic_fetch_sub(&active_count, 1);
    say_settled_if_so();
  }
}

void connection_begin(int fd) {
  struct connection *connection = at(fd);
  if (connection == NULL) return;
  lock(connection);
  connection->received = connection->opaque = connection->pending = false;
  connection->requests = connection->responses = 0;
  connection->heads = connection->connects = 0;
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
  atomic_store(&connection->tracked, false);
  changed(fd, connection);
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

static void became_opaque(struct connection *connection, bool pending) {
  connection->opaque = true;
  connection->pending = pending;
}

static void take_requests(struct connection *connection, const uint8_t *bytes, size_t count) {
  while (count > 0 && !connection->opaque) {
    // Bytes that the server threw away unseen; that is enough inside a body.
    if (bytes == NULL && connection->request.phase != HTTP1_BODY && connection->request.phase != HTTP1_CHUNK_DATA)
      return became_opaque(connection, true);
    size_t taken = http1_take(&connection->request, bytes, count);
    bytes = bytes ? bytes + taken : NULL;
    count -= taken;
    if (connection->request.phase == HTTP1_OPAQUE) return became_opaque(connection, true);
    if (connection->request.phase != HTTP1_DONE) return;
    uint64_t bit = 1ull << (connection->requests++ % 64);
    connection->heads = connection->request.head ? connection->heads | bit : connection->heads & ~bit;
    connection->connects = connection->request.connect ? connection->connects | bit : connection->connects & ~bit;
    http1_reset(&connection->request, false);
  }
  connection->pending = true;
}

static void take_responses(struct connection *connection, const uint8_t *bytes, size_t count) {
  while (count > 0 && !connection->opaque) {
    struct http1_message *response = &connection->response;
    if (response->phase == HTTP1_START) {
      bool early = connection->requests == connection->responses;  // before its request has come completely
      if (early && connection->request.phase == HTTP1_START) return became_opaque(connection, false);
      uint64_t bit = 1ull << (connection->responses % 64);
      response->bodiless = early ? connection->request.head : (connection->heads & bit) != 0;
      response->connect = early ? connection->request.connect : (connection->connects & bit) != 0;
    }
    // sendfile(2) shows no bytes; that is enough inside a body.
    if (bytes == NULL && response->phase != HTTP1_BODY && response->phase != HTTP1_CHUNK_DATA &&
        response->phase != HTTP1_UNTIL_CLOSE)
      return became_opaque(connection, false);
    size_t taken = http1_take(response, bytes, count);
    bytes = bytes ? bytes + taken : NULL;
    count -= taken;
    if (response->phase == HTTP1_OPAQUE) return became_opaque(connection, false);
    if (response->phase != HTTP1_DONE) return;
    if (response->status / 100 != 1) connection->responses++;
    http1_reset(response, true);
  }
  connection->pending = false;
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
    connection->received = true;
    take_requests(connection, bytes, count);
    changed(fd, connection);
  }
  unlock(connection);
}

void connection_sent(int fd, const void *bytes, size_t count) {
  struct connection *connection = at(fd);
  if (connection == NULL) return;
  if (atomic_load_explicit(&connection->inherited, memory_order_relaxed)) adopt(connection);
  lock(connection);
  if (atomic_load(&connection->tracked) && !atomic_load(&connection->over)) {
    connection->received = true;  // a server that speaks first is not waiting for a request
    take_responses(connection, bytes, count);
    changed(fd, connection);
  }
  unlock(connection);
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
    if (atomic_load(&table[fd].tracked)) {
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

void connections_retire(void) {
  atomic_store(&settled_said, false);
  atomic_store(&retiring, true);
  connections_look_again();
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
    atomic_store(&table[fd].inherited, atomic_load(&table[fd].tracked));
  }
  atomic_store(&active_count, 0);
}

void connections_resume(void) { atomic_store(&retiring, false); }
