// What each accepted connection is doing, and where it goes once this generation retires.
//
// A connection is fresh until a byte has arrived, busy while a request is being received or answered, else idle. One
// that stays fresh for long was opened ahead, as browsers do, and is idle too.
// A retiring generation parts with a connection the moment it is idle: a request that comes later must not reach it. It
// moves to the next generation (moving.c) where it is certain that nothing is lost; in doubt it is ended. The client of
// an HTTP/2 connection is asked to leave it.
#include "interposer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define OPENED_AHEAD 1000  // ms without a byte
#define TABLE_SIZE 65536  // descriptors above are not followed; untouched pages of the table cost no memory

struct connection {
  atomic_flag lock;
  _Atomic bool tracked;
  _Atomic bool over;   // ended by us, or moved: what has its number now reads end-of-file
  _Atomic bool inherited;  // from the process that forked this one, and not used by this one yet
  uint64_t cookie;     // tells the socket from a later one with the same number (socket(7), SO_COOKIE)
  int64_t accepted;    // when, in milliseconds
  uint32_t uses;       // of the number, to tell a call on this connection from one on the connection before
  unsigned calls;      // threads that are reading from it or writing to it
  struct listener *listener;  // that it was accepted from, and the socket of that
  uint64_t listener_cookie;
  struct registration registration;
  uint64_t taken;      // bytes that the server has read, as far as we saw it
  bool shared;         // another number or process has it too
  bool closes;         // the last response was the last
  bool active;         // counted in `active_count`
  bool received;       // anything at all
  struct http2_connection *http2;  // NULL: it is none
  bool opaque;         // neither HTTP/1.x nor HTTP/2: only the direction of the last bytes is known
  bool pending;        // opaque, and the last bytes came from the client
  uint32_t requests;   // received completely
  uint32_t responses;  // sent completely
  uint64_t heads;      // bit n % 64: request n is a HEAD
  uint64_t connects;   // bit n % 64: request n is a CONNECT
  uint64_t closings;   // bit n % 64: request n wants the connection closed
  uint64_t olds;       // bit n % 64: request n is of HTTP/1.0
  struct http1_message request, response;
};

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

static bool is_fresh(const struct connection *connection) {
  return connection->http2 ? connection->http2->newest == 0 : !connection->received;
}

static bool is_busy(const struct connection *connection) {
  const struct http2_connection *http2 = connection->http2;
  if (http2) return http2->count > 0 || http2->received.held > 0 || http2->sent.held > 0;
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

enum fate { MOVES, STAYS_FOR_NOW, ENDS };

static bool is_nonblocking(int fd) {
  int status = real()->fcntl(fd, F_GETFL);
  return status != -1 && status & O_NONBLOCK;
}

// Nobody but the server, where we see it, has read from it. Of a Unix domain socket that is not known to the byte.
static bool is_followed(int fd, const struct connection *connection) {
  uint64_t read = 0;
  if (socket_option(fd, SOL_SOCKET, SO_DOMAIN) == AF_UNIX) return connection->received || connection->registration.seen;
  return bytes_read(fd, &read) && read == connection->taken;
}

// Of a connection without a request.
static enum fate fate_of(int fd, const struct connection *connection) {
  const struct registration *registration = &connection->registration;
  struct listener *listener = connection->listener;
  if (!moving || connection->shared || connection->closes || connection->request.held > 0 || listener == NULL ||
      listener->fd == -1 || listener->cookie != connection->listener_cookie || registration->crowded)
    return ENDS;
  if (registration->epoll != -1 && registration->wanted.events & EPOLLONESHOT) return ENDS;
  // A thread that is about to come back has read a request, or will be told that there is none.
  if (connection->calls > 0) return is_nonblocking(fd) ? STAYS_FOR_NOW : ENDS;
  // The server has just accepted it, and is setting it up; or it waits in a way that we do not see.
  if (!registration->seen && interest_exists(listener->fd)) return is_fresh(connection) ? STAYS_FOR_NOW : ENDS;
  return is_followed(fd, connection) ? MOVES : ENDS;
}

// A connection without a request leaves a retiring generation; false while it stays. A fresh one is not ended before it
// has been silent for long: its request may be on the way.
static bool part(int fd, struct connection *connection) {
  enum fate fate = fate_of(fd, connection);
  if (fate == STAYS_FOR_NOW && milliseconds_now() - retiring_since < OPENED_AHEAD) return false;
  if (fate == MOVES && move_away(fd, listener_key(connection->listener), &connection->registration)) {
    atomic_store(&connection->over, true);
    connection->cookie = socket_cookie(fd);
    return true;
  }
  if (is_fresh(connection) && !is_opened_ahead(fd, connection)) return false;
  atomic_store(&connection->over, true);
  real()->shutdown(fd, SHUT_RDWR);
  return true;
}

// Asks the client of an HTTP/2 connection to open no more streams, and shows whether it could.
static bool ask_to_leave(int fd, struct connection *connection) {
  // Between two frames, which nobody else is writing.
  if (connection->calls > 0 || connection->shared || !http2_is_between_frames(connection->http2)) return false;
  ssize_t count = real()->send(fd, http2_goaway, sizeof http2_goaway, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (count > 0 && (size_t)count < sizeof http2_goaway) real()->shutdown(fd, SHUT_RDWR);  // what follows makes no sense
  return count > 0;
}

// As above, of an HTTP/2 connection. The streams that its client opened before it knew are answered, and then it closes
// the connection. One that has no stream yet is about to: not all clients try again what such a connection refuses.
static bool part_http2(int fd, struct connection *connection) {
  struct http2_connection *http2 = connection->http2;
  int64_t now = milliseconds_now();
  if (is_fresh(connection) && now - connection->accepted < OPENED_AHEAD) return false;
  if (http2->left == 0 && ask_to_leave(fd, connection)) http2->left = now;
  if (is_busy(connection) || now - (http2->left ? http2->left : retiring_since) < OPENED_AHEAD) return false;
  atomic_store(&connection->over, true);
  real()->shutdown(fd, SHUT_RDWR);
  return true;
}

// Brings the counts up to date after any change; parts with an idle connection of a retiring generation.
static void changed(int fd, struct connection *connection) {
  bool here = atomic_load(&connection->tracked) && !atomic_load(&connection->over);
  bool busy = is_busy(connection), active = here && (is_fresh(connection) || busy);
  if (here && atomic_load(&retiring) && !connection->opaque && (connection->http2 || !busy) &&
      socket_cookie(fd) == connection->cookie)
    active = connection->http2 ? !part_http2(fd, connection) : !part(fd, connection);
  if (active == connection->active) return;
  connection->active = active;
  if (active) {
    atomic_fetch_add(&active_count, 1);
  } else {
    atomic_fetch_sub(&active_count, 1);
    say_settled_if_so();
  }
}

static void end_http2(struct connection *connection) {
  http2_end(connection->http2);
  connection->http2 = NULL;
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
  connection->received = moved;  // it is between two requests
  end_http2(connection);
  connection->taken = 0;
  if (moved && !bytes_read(fd, &connection->taken)) connection->shared = true;
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

static void became_opaque(struct connection *connection, bool pending) {
  end_http2(connection);
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
    connection->closings = connection->request.closes ? connection->closings | bit : connection->closings & ~bit;
    connection->olds = connection->request.old ? connection->olds | bit : connection->olds & ~bit;
    http1_reset(&connection->request, false);
  }
  connection->pending = true;
}

// Whether the connection ends with this response (RFC 9112 §9.3); also one that came before the end of its request.
static bool is_last(const struct connection *connection, const struct http1_message *response) {
  uint64_t bit = 1ull << (connection->responses % 64);
  if (response->closes || connection->requests == connection->responses || connection->closings & bit) return true;
  return (response->old || connection->olds & bit) && !response->keeps;
}

// Nothing has been sent on it yet that this process has seen.
static bool is_unused(const struct connection *connection) {
  return connection->http2 == NULL && !connection->opaque && connection->requests == 0 && connection->responses == 0 &&
         connection->request.phase == HTTP1_START && connection->response.phase == HTTP1_START;
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
    if (response->status / 100 != 1) connection->closes |= is_last(connection, response);
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
    if (is_unused(connection) && bytes && http2_is_client(bytes, count)) connection->http2 = http2_begin();
    connection->received = true;
    connection->taken += count;
    if (connection->http2 == NULL) take_requests(connection, bytes, count);
    else if (!http2_received(connection->http2, bytes, count)) became_opaque(connection, true);
  }
  unlock(connection);
}

void connection_sent(int fd, const void *bytes, size_t count) {
  struct connection *connection = at(fd);
  if (connection == NULL) return;
  if (atomic_load_explicit(&connection->inherited, memory_order_relaxed)) adopt(connection);
  lock(connection);
  if (atomic_load(&connection->tracked) && !atomic_load(&connection->over)) {
    if (is_unused(connection) && bytes && http2_is_server(bytes, count)) connection->http2 = http2_begin();
    connection->received = true;  // a server that speaks first is not waiting for a request
    if (connection->http2 == NULL) take_responses(connection, bytes, count);
    else if (!http2_sent(connection->http2, bytes, count)) became_opaque(connection, false);
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

// A call that does not wait is in progress on it, and no request is known of: that may be reading one.
static bool is_undecided(int fd) {
  struct connection *connection = &table[fd];
  if (!counts(fd)) return false;
  lock(connection);
  bool undecided = connection->calls > 0 && !atomic_load(&connection->over) && !connection->opaque &&
                   !is_busy(connection) && is_nonblocking(fd);
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
