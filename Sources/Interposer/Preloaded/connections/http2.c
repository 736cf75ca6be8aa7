// Follows HTTP/2 frames (RFC 9113 §4.1) through the bytes that the server reads and writes, without keeping them.
#include "http2.h"

#include <stdatomic.h>
#include <string.h>

// The frame types that matter (RFC 9113 §6).
enum frame_type { DATA = 0, HEADERS = 1, RST_STREAM = 3, SETTINGS = 4 };
#define END_STREAM 1

// The client's connection preface (RFC 9113 §3.4).
#define PREFACE 24
static const char preface[PREFACE + 1] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// GOAWAY on stream 0 with NO_ERROR and the highest possible last stream identifier.
const uint8_t http2_goaway[HTTP2_GOAWAY_SIZE] = {0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0};

// Returns the length of the payload.
static uint32_t length_of(const struct http2_frame *frame) {
  return (uint32_t)frame->header[0] << 16 | (uint32_t)frame->header[1] << 8 | frame->header[2];
}

// Returns the stream identifier.
static uint32_t stream_of(const struct http2_frame *frame) {
  const uint8_t *number = frame->header + 5;
  return (uint32_t)(number[0] & 0x7f) << 24 | (uint32_t)number[1] << 16 | (uint32_t)number[2] << 8 | number[3];
}

bool http2_is_client(const uint8_t *bytes, size_t count) {
  return count >= 5 && memcmp(bytes, preface, count < PREFACE ? count : PREFACE) == 0;
}

bool http2_is_server(const uint8_t *bytes, size_t count) {
  struct http2_frame frame;
  if (count < sizeof frame.header) return false;
  memcpy(frame.header, bytes, sizeof frame.header);
  return frame.header[3] == SETTINGS && frame.header[4] == 0 && stream_of(&frame) == 0 && length_of(&frame) % 6 == 0;
}

static struct http2_connection connections[HTTP2_CONNECTIONS];
static _Atomic bool taken[HTTP2_CONNECTIONS];

struct http2_connection *http2_begin(void) {
  for (int i = 0; i < HTTP2_CONNECTIONS; i++) {
    if (atomic_exchange(&taken[i], true)) continue;
    memset(&connections[i], 0, sizeof connections[i]);
    return &connections[i];
  }
  return NULL;
}

void http2_end(struct http2_connection *connection) {
  if (connection) atomic_store(&taken[connection - connections], false);
}

// Returns whether the client's preface is complete.
static bool has_begun(const struct http2_connection *connection) { return connection->preface == PREFACE; }

bool http2_is_between_frames(const struct http2_connection *connection) {
  return connection->greeted && connection->sent.held == 0;
}

// Records a stream that the client opens. Returns false if there are too many.
static bool open_stream(struct http2_connection *connection, uint32_t stream) {
  if (stream <= connection->newest) return true;  // the trailers of an open stream
  if (connection->count == HTTP2_STREAMS) return false;
  connection->newest = connection->open[connection->count++] = stream;
  return true;
}

static void close_stream(struct http2_connection *connection, uint32_t stream) {
  for (uint32_t i = 0; i < connection->count; i++)
    if (connection->open[i] == stream) connection->open[i--] = connection->open[--connection->count];
}

// Follows a frame that has passed completely. Returns false if the connection cannot be followed any more.
static bool take_frame(struct http2_connection *connection, const struct http2_frame *frame, bool from_client) {
  uint8_t type = frame->header[3];
  if (from_client && type == HEADERS) return open_stream(connection, stream_of(frame));
  bool ends = (type == HEADERS || type == DATA) && frame->header[4] & END_STREAM;
  if (type == RST_STREAM || (ends && !from_client)) close_stream(connection, stream_of(frame));
  return true;
}

// Follows bytes of one direction. Returns false if the connection cannot be followed any more.
static bool take(struct http2_connection *connection, struct http2_frame *frame, const uint8_t *bytes, size_t count,
                 bool from_client) {
  while (count > 0) {
    size_t part;
    if (frame->held < sizeof frame->header) {
      if (bytes == NULL) return false;
      part = sizeof frame->header - frame->held;
      if (part > count) part = count;
      memcpy(frame->header + frame->held, bytes, part);
      frame->held = (uint8_t)(frame->held + part);
      if (frame->held == sizeof frame->header) frame->left = length_of(frame);
    } else {
      part = frame->left < count ? frame->left : count;
      frame->left -= (uint32_t)part;
    }
    bytes = bytes ? bytes + part : NULL;
    count -= part;
    if (frame->held < sizeof frame->header || frame->left > 0) continue;
    if (!take_frame(connection, frame, from_client)) return false;
    frame->held = 0;
  }
  return true;
}

bool http2_received(struct http2_connection *connection, const uint8_t *bytes, size_t count) {
  while (!has_begun(connection) && count > 0) {
    if (bytes == NULL || *bytes != (uint8_t)preface[connection->preface]) return false;
    connection->preface++;
    bytes++;
    count--;
  }
  return take(connection, &connection->received, bytes, count, true);
}

bool http2_sent(struct http2_connection *connection, const uint8_t *bytes, size_t count) {
  if (count > 0) connection->greeted = true;
  return take(connection, &connection->sent, bytes, count, false);
}
