// Requests and responses of a connection, as they pass: how many are complete, and whether the connection ends after
// the last one.
#include "connections.h"

void end_http2(struct connection *connection) {
  http2_end(connection->http2);
  connection->http2 = NULL;
}

// Stops following the messages of the connection. From now on only the direction of the last bytes is known.
static void became_opaque(struct connection *connection, bool pending) {
  end_http2(connection);
  connection->opaque = true;
  connection->pending = pending;
}

// Returns whether this process has seen no byte on the connection in either direction.
static bool is_unused(const struct connection *connection) {
  return connection->http2 == NULL && !connection->opaque && connection->requests == 0 && connection->responses == 0 &&
         connection->request.phase == HTTP1_START && connection->response.phase == HTTP1_START;
}

void take_requests(struct connection *connection, const uint8_t *bytes, size_t count) {
  if (is_unused(connection) && bytes && http2_is_client(bytes, count)) connection->http2 = http2_begin();
  connection->received = true;
  if (connection->http2) {
    if (!http2_received(connection->http2, bytes, count)) became_opaque(connection, true);
    return;
  }
  while (count > 0 && !connection->opaque) {
    size_t taken = http1_take(&connection->request, bytes, count);
    bytes = bytes ? bytes + taken : NULL;
    count -= taken;
    if (connection->request.phase == HTTP1_OPAQUE) return became_opaque(connection, true);
    if (connection->request.phase != HTTP1_DONE) return;
    uint64_t bit = 1ull << (connection->requests++ % 64);
    connection->heads = connection->request.head ? connection->heads | bit : connection->heads & ~bit;
    connection->connects = connection->request.connect ? connection->connects | bit : connection->connects & ~bit;
    connection->closings = connection->request.closes ? connection->closings | bit : connection->closings & ~bit;
    connection->http10_requests =
        connection->request.old ? connection->http10_requests | bit : connection->http10_requests & ~bit;
    http1_reset(&connection->request, false);
  }
  connection->pending = true;
}

// Returns whether the connection ends with this response (RFC 9112 §9.3). It also does if the response came before the
// end of its request.
static bool is_last(const struct connection *connection, const struct http1_message *response) {
  uint64_t bit = 1ull << (connection->responses % 64);
  if (response->closes || connection->requests == connection->responses || connection->closings & bit) return true;
  return (response->old || connection->http10_requests & bit) && !response->keeps;
}

void take_responses(struct connection *connection, const uint8_t *bytes, size_t count) {
  if (is_unused(connection) && bytes && http2_is_server(bytes, count)) connection->http2 = http2_begin();
  connection->received = true;  // a server that speaks first is not waiting for a request
  if (connection->http2) {
    if (!http2_sent(connection->http2, bytes, count)) became_opaque(connection, false);
    return;
  }
  while (count > 0 && !connection->opaque) {
    struct http1_message *response = &connection->response;
    if (response->phase == HTTP1_START) {
      bool early = connection->requests == connection->responses;  // before its request was received completely
      if (early && connection->request.phase == HTTP1_START) return became_opaque(connection, false);
      uint64_t bit = 1ull << (connection->responses % 64);
      response->bodiless = early ? connection->request.head : (connection->heads & bit) != 0;
      response->connect = early ? connection->request.connect : (connection->connects & bit) != 0;
    }
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
