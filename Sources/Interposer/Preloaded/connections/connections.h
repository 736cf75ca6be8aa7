// The floor `connections`: the accepted connections. It follows requests and responses to know when the generation has
// drained. See base.h for the floors.
#pragma once
#include "../accepting/accepting.h"
#include "../self_writes/self_writes.h"
#include "http1.h"
#include "http2.h"

#include <fcntl.h>
#include <sched.h>

// --- move.c: established connections that move to the next generation.

// The epoll registration of a connection.
struct registration {
  int epoll;                  // the epoll instance, or -1 if it is not registered
  _Atomic bool seen;          // whether it is registered, or ever was
  bool in_several_epolls;     // whether it is registered in more than one instance
  struct epoll_event wanted;  // the event as the server registered it
};

// Writes the number of bytes that have been read from a TCP connection by any means. Returns false if that is not
// known, or if the connection is not established.
bool bytes_read(int fd, uint64_t *count);
// Sends the connection to hotreload, and puts a socket that reads end-of-file at its number. Returns false if nothing
// changed.
bool move_away(int fd, const char *key, const struct registration *registration);

// --- connections.c: the state of each accepted connection.

// Begins to track a connection that was accepted from the listener. `moved` says that another generation accepted it
// first.
void connection_begin(int fd, struct listener *listener, bool moved);
// Begins a visit, which is a call that reads from the connection or writes to it. Returns 0 if the connection is not
// tracked, and then connection_leave() must not be called.
unsigned connection_enter(int fd);
// Ends a visit.
void connection_leave(int fd, unsigned visit);
// Waits until a blocking connection is readable, before the call that reads from it. The connection can move meanwhile.
// Returns false with EINTR.
bool connection_await(int fd);
// Does what epoll_ctl(2) does, and records the registration of the connection.
int connection_control(int epoll, int operation, int fd, struct epoll_event *event);
// Renames the epoll instance `from` in the registrations of all connections. -1 for `to` removes these registrations.
void connections_rename_epoll(int from, int to);
// Records that another descriptor or another process has the connection too. Such a connection does not move.
void connection_is_shared(int fd);
// Does the same for all connections, before a fork.
void connections_are_shared(void);
// Stops tracking the connections whose numbers are about to be closed.
void connections_end(unsigned first, unsigned last);
// Follows `count` received bytes, during a visit. `bytes` is NULL if they were not seen.
void connection_received(int fd, const void *bytes, size_t count);
// Follows `count` sent bytes, during a visit. `bytes` is NULL if they were not seen.
void connection_sent(int fd, const void *bytes, size_t count);
// Returns whether the connection was ended or moved by the interposer. The server must read end-of-file from it.
bool connection_has_ended(int fd);
// Returns whether the connection is tracked.
bool connection_is_tracked(int fd);
// Marks all connections as inherited. A connection counts again when the child reads from it or writes to it.
void connections_forked(void);

// --- drain.c: the connections of a generation that drains.

// The number of connections in each state.
struct connection_counts {
  unsigned fresh;  // accepted, and no byte received
  unsigned busy;   // a request is being received or answered
  unsigned idle;   // between two requests, or preconnected
};
// Returns the number of this process's connections in each state.
struct connection_counts connections_count(void);
// Begins to drain: requests in flight are answered, and no others. Idle connections move to the next generation if
// `moves`, or end. Sends "settled" when nothing is in flight any more.
void drain_begin(bool moves);
// Returns whether this process drains.
bool drain_is_active(void);
// Returns a wake-up that is readable while this process drains, or -1 if it cannot be created.
int drain_wakeup_fd(void);
// Drains the connections that have become idle, also those that were preconnected and are still silent.
void drain_recheck(void);
// Stops draining.
void drain_cancel(void);
void drain_forked(void);

// --- The rest of this file is used by the files of this floor only: one accepted connection.

#define PRECONNECTED_AFTER_MS 1000  // in milliseconds: a connection that is silent for longer counts as preconnected

// The state of one accepted connection. The members that are not atomic are written under `lock`.
struct connection {
  atomic_flag lock;
  _Atomic bool tracked;              // whether the slot holds a connection
  _Atomic bool ended;                // ended or moved by the interposer: the socket at its number reads end-of-file
  _Atomic bool inherited;            // accepted by the process that forked this one, and not used by this one yet
  uint64_t cookie;                   // SO_COOKIE: tells the socket from a later one with the same number (socket(7))
  int64_t accepted;                  // when it was accepted, in milliseconds of milliseconds_now()
  uint32_t incarnation;              // counts the uses of the number, which tells this connection from earlier ones
  unsigned calls_in_progress;        // the number of threads that are reading from it or writing to it
  struct listener *listener;         // the listener that it was accepted from
  uint64_t listener_cookie;          // SO_COOKIE of that listener
  struct registration registration;  // its epoll registration
  uint64_t taken;                    // the bytes that the server was seen to read
  bool moved;                        // whether it came from another generation
  bool shared;                       // whether another descriptor or process has it too
  bool closes;                       // whether it ends with the last response that was sent
  bool active;                       // whether it is counted in `active_count`
  bool received;                     // whether any byte was received or sent, or the connection has moved
  struct http2_connection *http2;    // NULL if it is not HTTP/2
  bool opaque;                       // neither HTTP/1.x nor HTTP/2: only the direction of the last bytes is known
  bool pending;                      // opaque, and the last bytes came from the client
  uint32_t requests;                 // the number of complete requests
  uint32_t responses;                // the number of complete responses
  uint64_t heads;                    // bit n % 64: request n is a HEAD
  uint64_t connects;                 // bit n % 64: request n is a CONNECT
  uint64_t closings;                 // bit n % 64: request n asks to close the connection
  uint64_t http10_requests;          // bit n % 64: request n is HTTP/1.0
  struct http1_message request, response;  // the messages that are passing now
};

// Returns whether nothing has passed on the connection, or no stream was opened on an HTTP/2 connection.
static inline bool is_fresh(const struct connection *connection) {
  return connection->http2 ? connection->http2->newest == 0 : !connection->received;
}

// Returns whether a request is being received or answered.
static inline bool is_busy(const struct connection *connection) {
  const struct http2_connection *http2 = connection->http2;
  if (http2) return http2->count > 0 || http2->received.held > 0 || http2->sent.held > 0;
  if (connection->opaque) return connection->pending;
  return connection->request.phase != HTTP1_START || connection->response.phase != HTTP1_START ||
         connection->requests != connection->responses;
}

// Returns the time in milliseconds of CLOCK_MONOTONIC_COARSE.
static inline int64_t milliseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

// Returns whether the descriptor has O_NONBLOCK.
static inline bool is_nonblocking(int fd) {
  int status = real()->fcntl(fd, F_GETFL);
  return status != -1 && status & O_NONBLOCK;
}

// --- connections.c: the table of connections, indexed by descriptor number.

#define TABLE_SIZE 65536  // higher descriptors are not tracked; untouched pages of the table cost no memory

extern struct connection connections[TABLE_SIZE];
extern _Atomic int connections_highest;  // the highest number that was ever tracked, or -1

static inline void lock(struct connection *connection) {
  while (atomic_flag_test_and_set_explicit(&connection->lock, memory_order_acquire)) sched_yield();
}

static inline void unlock(struct connection *connection) {
  atomic_flag_clear_explicit(&connection->lock, memory_order_release);
}

// --- drain.c: the connections that keep this generation from being drained.

// Updates the count of connections in flight after any change. If this process drains, drains the connection if it is
// idle. The caller holds the connection's lock.
void connection_changed(int fd, struct connection *connection);
// Tells hotreload, once, when nothing is in flight any more. Called after a change, without a lock, because the link
// may be slow.
void drain_report(void);

// --- exchanges.c: requests and responses. `bytes` is NULL if the bytes were not seen.

// Follows received bytes.
void take_requests(struct connection *connection, const uint8_t *bytes, size_t count);
// Follows sent bytes.
void take_responses(struct connection *connection, const uint8_t *bytes, size_t count);
// Frees the connection's HTTP/2 state, if there is any.
void end_http2(struct connection *connection);

// --- drain_connection.c: draining of one connection.

// Returns whether the connection is preconnected: the client sent nothing for PRECONNECTED_AFTER_MS, not even bytes
// that the server has not read.
bool is_preconnected(int fd, const struct connection *connection);
// Returns whether the call in progress on the connection returns soon: it does not wait for a request, or it may have
// read one.
bool call_returns_soon(int fd, const struct connection *connection);
// Moves a connection without a request if it may move, or ends it. Returns false if the connection stays.
// `drain_began` is when the drain began, in milliseconds of milliseconds_now().
bool drain_connection(int fd, struct connection *connection, bool moves, int64_t drain_began);
// Asks the client of an HTTP/2 connection to leave, and ends the connection when it is idle. Returns false if the
// connection stays.
bool drain_http2(int fd, struct connection *connection, int64_t drain_began);
