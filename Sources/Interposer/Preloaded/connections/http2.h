// The open streams of an HTTP/2 connection (RFC 9113).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The most streams that are followed on a connection.
#define HTTP2_STREAMS 256

// The frame that is passing in one direction.
struct http2_frame {
  uint8_t held;  // the number of bytes in `header`
  uint8_t header[9];
  uint32_t left;  // the number of bytes left of the payload
};

// The state of a connection.
struct http2_connection {
  uint8_t preface;         // the number of bytes received of the client's preface
  bool greeted;            // whether the server has sent anything
  int64_t goaway_sent_at;  // when GOAWAY was sent, in milliseconds of milliseconds_now(), or 0
  struct http2_frame received, sent;
  uint32_t newest;                      // the last stream that the client opened
  uint32_t count, open[HTTP2_STREAMS];  // the streams that the server has not finished
};

// Returns whether the first bytes of a client, or of a server, are HTTP/2 in clear text without an upgrade.
bool http2_is_client(const uint8_t *bytes, size_t count);
bool http2_is_server(const uint8_t *bytes, size_t count);
// The most connections that are followed.
#define HTTP2_CONNECTIONS 256
// Returns the state of a new connection, or NULL if HTTP2_CONNECTIONS are followed already.
struct http2_connection *http2_begin(void);
// Frees the state of a connection, which may be NULL.
void http2_end(struct http2_connection *connection);
// Follows received or sent bytes. `bytes` is NULL if they were not seen. Returns false if the connection cannot be
// followed any more.
bool http2_received(struct http2_connection *connection, const uint8_t *bytes, size_t count);
bool http2_sent(struct http2_connection *connection, const uint8_t *bytes, size_t count);
// Returns whether the server has sent a frame, and only whole frames.
bool http2_is_between_frames(const struct http2_connection *connection);

// A GOAWAY frame, which asks the client to open no more streams. Streams that are on their way are answered (RFC 9113
// §6.8).
#define HTTP2_GOAWAY_SIZE 17
extern const uint8_t http2_goaway[HTTP2_GOAWAY_SIZE];
