// Where an HTTP/1.x message ends (RFC 9112 §6.3).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http1_phase { HTTP1_START, HTTP1_FIRST_LINE, HTTP1_FIELDS, HTTP1_BODY, HTTP1_UNTIL_CLOSE, HTTP1_CHUNK_SIZE,
                   HTTP1_CHUNK_DATA, HTTP1_CHUNK_END, HTTP1_TRAILERS, HTTP1_DONE, HTTP1_OPAQUE };

struct http1_message {
  enum http1_phase phase;
  bool response;        // else a request
  bool bodiless;        // response to HEAD: no body whatever its fields say
  bool connect;         // CONNECT, or its response: what follows a 2xx is not HTTP
  bool chunked, has_length, head;
  bool closes, keeps;   // it says that the connection ends with it, or stays
  bool old;             // of HTTP/1.0, or a version that is not known
  char tail;            // the last byte of the first line, until now
  uint16_t status;
  uint8_t held;         // bytes of the line in `line`
  uint64_t remaining;   // of the body or chunk
  char line[46];        // the beginning of the current line
};

// Takes bytes up to the end of one message; returns how many. `phase` is then DONE, OPAQUE (what follows is not
// HTTP/1.x: an upgrade, a tunnel, or never was), or where the bytes ran out. `bytes` is NULL where nobody saw them: that
// is enough inside a body, and OPAQUE elsewhere.
size_t http1_take(struct http1_message *message, const uint8_t *bytes, size_t count);
// Another message begins.
void http1_reset(struct http1_message *message, bool response);
