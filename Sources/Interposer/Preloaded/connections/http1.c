// Follows HTTP/1.x messages (RFC 9112) through the bytes that the server reads and writes, without keeping them.
#define _GNU_SOURCE  // strcasestr(3)
#include "http1.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

void http1_reset(struct http1_message *message, bool response) {
  memset(message, 0, sizeof *message);
  message->response = response;
}

// Returns whether the current line begins with `prefix`.
static bool has_prefix(const struct http1_message *message, const char *prefix) {
  size_t length = strlen(prefix);
  return message->held >= length && memcmp(message->line, prefix, length) == 0;
}

// Returns the value of the field `name` if the current line is that field, or NULL.
static const char *field_value(const struct http1_message *message, const char *name) {
  size_t length = strlen(name);
  if (message->held <= length || strncasecmp(message->line, name, length) != 0 || message->line[length] != ':')
    return NULL;
  const char *value = message->line + length + 1;
  while (*value == ' ' || *value == '\t') value++;
  return value;
}

// Reads a request line, which is METHOD SP target SP HTTP/1.x. Only the method is checked, because a long target
// exceeds `line`. Returns false if this is no HTTP/1.x request.
static bool take_request_line(struct http1_message *message) {
  const char *space = memchr(message->line, ' ', message->held);
  if (space == NULL || space == message->line) return false;
  for (const char *c = message->line; c < space; c++)
    if (!isupper((unsigned char)*c) && *c != '-' && *c != '_') return false;
  message->head = has_prefix(message, "HEAD ");
  message->connect = has_prefix(message, "CONNECT ");
  message->old = message->tail != '1';
  return !has_prefix(message, "PRI ");  // the preface of HTTP/2 (RFC 9113 §3.4)
}

// Reads a status line. Returns false if this is no HTTP/1.x response.
static bool take_status_line(struct http1_message *message) {
  if (!has_prefix(message, "HTTP/1.") || message->held < 12) return false;
  message->old = message->line[7] != '1';
  for (int i = 9; i < 12; i++) {
    if (!isdigit((unsigned char)message->line[i])) return false;
    message->status = (uint16_t)(message->status * 10 + (message->line[i] - '0'));
  }
  return true;
}

// Reads a field line, of which Content-Length, Transfer-Encoding and Connection matter.
static void take_field(struct http1_message *message) {
  const char *value;
  if ((value = field_value(message, "content-length"))) {
    message->has_length = true;
    for (message->remaining = 0; isdigit((unsigned char)*value); value++)
      message->remaining = message->remaining * 10 + (uint64_t)(*value - '0');
  } else if ((value = field_value(message, "transfer-encoding"))) {
    // The final coding decides. A value that is cut at the end of `line` is taken for a list that ends in "chunked".
    message->chunked = strcasestr(value, "chunked") != NULL || message->held == sizeof message->line - 1;
  } else if ((value = field_value(message, "connection"))) {
    // A value that is cut may contain "close", so it counts as that.
    message->closes |= strcasestr(value, "close") != NULL || message->held == sizeof message->line - 1;
    message->keeps |= strcasestr(value, "keep-alive") != NULL;
  }
}

// Returns the phase after the empty line that ends the fields (RFC 9112 §6.3).
static enum http1_phase phase_after_fields(const struct http1_message *message) {
  if (message->response) {
    if (message->status == 101 || (message->connect && message->status / 100 == 2)) return HTTP1_OPAQUE;
    if (message->bodiless || message->status / 100 == 1 || message->status == 204 || message->status == 304)
      return HTTP1_DONE;
  }
  if (message->chunked) return HTTP1_CHUNK_SIZE;
  if (message->has_length) return message->remaining ? HTTP1_BODY : HTTP1_DONE;
  return message->response ? HTTP1_UNTIL_CLOSE : HTTP1_DONE;
}

// Reads the current line, and returns the phase after it.
static enum http1_phase phase_after_line(struct http1_message *message) {
  bool empty = message->held == 0;
  switch (message->phase) {
    case HTTP1_START:  // empty lines before a request are skipped (RFC 9112 §2.2)
      return HTTP1_START;
    case HTTP1_FIRST_LINE:
      return (message->response ? take_status_line(message) : take_request_line(message)) ? HTTP1_FIELDS : HTTP1_OPAQUE;
    case HTTP1_FIELDS:
      if (empty) return phase_after_fields(message);
      take_field(message);
      return HTTP1_FIELDS;
    case HTTP1_CHUNK_SIZE: {
      message->remaining = 0;
      for (const char *c = message->line; isxdigit((unsigned char)*c); c++)
        message->remaining =
            message->remaining * 16 + (uint64_t)(isdigit((unsigned char)*c) ? *c - '0' : tolower(*c) - 'a' + 10);
      return message->remaining ? HTTP1_CHUNK_DATA : HTTP1_TRAILERS;
    }
    case HTTP1_CHUNK_END:
      return HTTP1_CHUNK_SIZE;
    case HTTP1_TRAILERS:
      return empty ? HTTP1_DONE : HTTP1_TRAILERS;
    default:
      return message->phase;
  }
}

// Takes bytes up to and including the next line feed. Returns how many were taken.
static size_t take_line(struct http1_message *message, const uint8_t *bytes, size_t count) {
  const uint8_t *feed = memchr(bytes, '\n', count);
  size_t length = feed ? (size_t)(feed - bytes) : count, taken = feed ? length + 1 : length;
  size_t room = sizeof message->line - 1 - message->held, copied = length < room ? length : room;
  memcpy(message->line + message->held, bytes, copied);
  message->held = (uint8_t)(message->held + copied);
  for (size_t i = length; i > 0 && message->phase <= HTTP1_FIRST_LINE; i--) {
    if (bytes[i - 1] == '\r') continue;
    message->tail = (char)bytes[i - 1];
    break;
  }
  if (message->phase == HTTP1_START && message->held > 0 && message->line[0] != '\r') {
    message->phase = HTTP1_FIRST_LINE;
    // The first byte decides: ciphertext and other protocols may have no line feed for a long time.
    if (!isupper((unsigned char)message->line[0])) message->phase = HTTP1_OPAQUE;
  }
  if (message->phase == HTTP1_OPAQUE || !feed) return taken;
  if (message->held > 0 && message->line[message->held - 1] == '\r') message->held--;
  message->line[message->held] = 0;
  message->phase = phase_after_line(message);
  message->held = 0;
  return taken;
}

size_t http1_take(struct http1_message *message, const uint8_t *bytes, size_t count) {
  size_t taken = 0;
  while (taken < count && message->phase != HTTP1_DONE) {
    size_t left = count - taken;
    switch (message->phase) {
      case HTTP1_OPAQUE:
      case HTTP1_UNTIL_CLOSE:
        return count;
      case HTTP1_BODY:
      case HTTP1_CHUNK_DATA: {
        size_t part = left < message->remaining ? left : (size_t)message->remaining;
        message->remaining -= part;
        taken += part;
        if (message->remaining == 0) message->phase = message->phase == HTTP1_BODY ? HTTP1_DONE : HTTP1_CHUNK_END;
        break;
      }
      default:
        if (bytes == NULL) {
          message->phase = HTTP1_OPAQUE;
          return count;
        }
        taken += take_line(message, bytes + taken, left);
    }
  }
  return taken;
}
