// A parser that finds the end of an HTTP/1.x message (RFC 9112 §6.3).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The part of a message that comes next. HTTP1_UNTIL_CLOSE is a body without an end, and HTTP1_OPAQUE are bytes that
// are not HTTP/1.x.
enum http1_phase {
  HTTP1_START,
  HTTP1_FIRST_LINE,
  HTTP1_FIELDS,
  HTTP1_BODY,
  HTTP1_UNTIL_CLOSE,
  HTTP1_CHUNK_SIZE,
  HTTP1_CHUNK_DATA,
  HTTP1_CHUNK_END,
  HTTP1_TRAILERS,
  HTTP1_DONE,
  HTTP1_OPAQUE
};

// A message that is passing.
struct http1_message {
  enum http1_phase phase;
  bool response;                   // whether it is a response, else a request
  bool bodiless;                   // response to HEAD, which has no body whatever its fields say
  bool connect;                    // CONNECT or its response: no HTTP follows a 2xx
  bool chunked, has_length, head;  // Transfer-Encoding: chunked, Content-Length, and the method HEAD
  bool closes, keeps;              // Connection: close, and Connection: keep-alive
  bool old;                        // HTTP/1.0, or an unknown version
  char tail;                       // the last byte of the first line so far, which ends the version
  uint16_t status;                 // the status code of a response
  uint8_t held;                    // the number of bytes in `line`
  uint64_t remaining;              // the number of bytes left of the body or chunk
  char line[46];                   // the beginning of the current line
};

// Takes bytes up to the end of one message, and returns how many were taken. `phase` is then HTTP1_DONE, HTTP1_OPAQUE
// (an upgrade, a tunnel, or no HTTP/1.x at all), or the phase in which the bytes ran out. `bytes` is NULL if the bytes
// were not seen. That is enough inside a body, and makes the phase HTTP1_OPAQUE elsewhere.
size_t http1_take(struct http1_message *message, const uint8_t *bytes, size_t count);
// Begins the next message.
void http1_reset(struct http1_message *message, bool response);
