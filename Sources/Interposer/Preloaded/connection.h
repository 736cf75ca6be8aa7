// One accepted connection, and what is decided about it: of connections.c and its parts only.
#pragma once
#include "interposer.h"

#include <fcntl.h>
#include <sched.h>
#include <time.h>

#define OPENED_AHEAD 1000  // ms without a byte

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
  bool moved;          // it came from another generation
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

static inline bool is_fresh(const struct connection *connection) {
  return connection->http2 ? connection->http2->newest == 0 : !connection->received;
}

static inline bool is_busy(const struct connection *connection) {
  const struct http2_connection *http2 = connection->http2;
  if (http2) return http2->count > 0 || http2->received.held > 0 || http2->sent.held > 0;
  if (connection->opaque) return connection->pending;
  return connection->request.phase != HTTP1_START || connection->response.phase != HTTP1_START ||
         connection->requests != connection->responses;
}

static inline int64_t milliseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static inline bool is_nonblocking(int fd) {
  int status = real()->fcntl(fd, F_GETFL);
  return status != -1 && status & O_NONBLOCK;
}

// --- connections.c: the table of them.

#define TABLE_SIZE 65536  // descriptors above are not followed; untouched pages of the table cost no memory

extern struct connection connections[TABLE_SIZE];
extern _Atomic int connections_highest;  // number that was ever followed, or -1

static inline void lock(struct connection *connection) {
  while (atomic_flag_test_and_set_explicit(&connection->lock, memory_order_acquire)) sched_yield();
}

static inline void unlock(struct connection *connection) {
  atomic_flag_clear_explicit(&connection->lock, memory_order_release);
}

// --- retiring.c: what keeps this generation from being settled.

// Brings the count of what is in flight up to date after any change; parts with an idle connection of a retiring generation.
void connection_changed(int fd, struct connection *connection);
// Tells hotreload, once, when nothing is in flight any more. After a change, without a lock: hotreload may be slow.
void connections_say_settled(void);

// --- exchanges.c: requests and responses. NULL for bytes that nobody saw.

void take_requests(struct connection *connection, const uint8_t *bytes, size_t count);
void take_responses(struct connection *connection, const uint8_t *bytes, size_t count);
void end_http2(struct connection *connection);

// --- parting.c: how a connection leaves a retiring generation.

// Nothing has been sent on it, not even what the server has yet to read.
bool is_opened_ahead(int fd, const struct connection *connection);
// Whether the call that is in progress on it is not one that waits for a request: it may have read one.
bool comes_back(int fd, const struct connection *connection);
// One without a request moves, if it may, or ends; false while it stays.
bool part(int fd, struct connection *connection, bool moves, int64_t retiring_since);
// As above, of an HTTP/2 connection, which does not move: its client is asked to leave.
bool part_http2(int fd, struct connection *connection, int64_t retiring_since);
