// Granted listeners before listen(2). A granted listener already listens in the kernel. Until the server calls
// listen(2), socket options report it as the bound socket that the server takes it for.
#include "listeners.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>

bool listener_is_only_bound(const struct listener *listener) {
  return listener && listener->granted && !listener->inherited && !listener->listening && !listener->datagrams;
}

EXPORTED int getsockopt(int fd, int level, int name, void *value, socklen_t *size) {
  int result = real()->getsockopt(fd, level, name, value, size);
  bool tells = (level == SOL_SOCKET && name == SO_ACCEPTCONN) || (level == IPPROTO_TCP && name == TCP_INFO);
  if (result == -1 || !tells || !listener_is_only_bound(listener_known_at(fd))) return result;
  if (level == SOL_SOCKET && *size >= sizeof(int)) *(int *)value = 0;
  if (level == IPPROTO_TCP && *size > 0) *(uint8_t *)value = TCP_CLOSE;  // tcpi_state
  return result;
}
