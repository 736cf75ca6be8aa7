// Which streams of an HTTP/2 connection are open (RFC 9113).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP2_STREAMS 256

// Where one direction is.
struct http2_frame {
  uint8_t held;      // bytes of the header in `header`
  uint8_t header[9];
  uint32_t left;     // of the payload
};

struct http2_connection {
  uint8_t preface;   // bytes that have come of the client's
  bool greeted;      // the server's first frame has been sent
  int64_t left;      // when the client was asked to open no more streams; 0: not yet
  struct http2_frame received, sent;
  uint32_t newest;   // the last stream that the client opened
  uint32_t count, open[HTTP2_STREAMS];  // those that the server has not finished
};

// Whether the first bytes that a client, or a server, sends are HTTP/2, in clear text and without an upgrade.
bool http2_is_client(const uint8_t *bytes, size_t count);
bool http2_is_server(const uint8_t *bytes, size_t count);
#define HTTP2_CONNECTIONS 256
// NULL when there are as many already.
struct http2_connection *http2_begin(void);
void http2_end(struct http2_connection *connection);
// Take what was received, or sent. `bytes` is NULL for what was not seen. False for what is not to be followed.
bool http2_received(struct http2_connection *connection, const uint8_t *bytes, size_t count);
bool http2_sent(struct http2_connection *connection, const uint8_t *bytes, size_t count);
// Whether the server has sent whole frames only.
bool http2_is_between_frames(const struct http2_connection *connection);

// A frame that asks the client to open no more streams: those that are on their way are answered (RFC 9113 §6.8).
#define HTTP2_GOAWAY_SIZE 17
extern const uint8_t http2_goaway[HTTP2_GOAWAY_SIZE];
