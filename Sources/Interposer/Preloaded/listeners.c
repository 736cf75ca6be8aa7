// The stream sockets that this process binds: each is asked for at hotreload, which may hold it already.
#include "interposer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

#define KEY_SIZE 128

static struct listener listeners[LISTENERS];
static char keys[LISTENERS][KEY_SIZE];
static _Atomic int used;  // slots that were ever used
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

struct listener *listener_known_at(int fd) {
  int count = atomic_load_explicit(&used, memory_order_acquire);
  for (int i = 0; fd >= 0 && i < count; i++)
    if (listeners[i].fd == fd) return &listeners[i];
  return NULL;
}

static void forget(struct listener *listener, bool closing) {
  // After vfork(2) a child closes what it inherited, and the table is its parent's.
  enum link_owner owner = link_owner();
  if (owner == LINK_OF_THE_PARENT) return;
  interest_forget(listener->fd, closing);
  if (owner == LINK_OURS) link_send(-1, "closed %u %s", listener->id, keys[listener->id]);
  listener->fd = -1;
}

struct listener *listener_at(int fd) {
  struct listener *listener = listener_known_at(fd);
  if (listener == NULL || listener->cookie == socket_cookie(fd)) return listener;
  forget(listener, false);  // it was closed by syscall(2), say
  return NULL;
}

struct listener *listener_number(unsigned id) {
  return (int)id < atomic_load_explicit(&used, memory_order_acquire) ? &listeners[id] : NULL;
}

bool listeners_exist(void) { return atomic_load_explicit(&used, memory_order_relaxed) > 0; }

static struct listener *listener_add(int fd, const char *key) {
  pthread_mutex_lock(&mutex);
  int count = atomic_load(&used), slot = 0;
  while (slot < count && listeners[slot].fd != -1) slot++;
  struct listener *listener = slot < LISTENERS ? &listeners[slot] : NULL;
  if (listener) {
    *listener = (struct listener){.fd = fd, .cookie = socket_cookie(fd), .id = (unsigned)slot};
    snprintf(keys[slot], KEY_SIZE, "%s", key);
    if (slot == count) atomic_store_explicit(&used, count + 1, memory_order_release);
  }
  pthread_mutex_unlock(&mutex);
  return listener;
}

void listener_forget(int fd) {
  struct listener *listener = listener_at(fd);
  if (listener) forget(listener, true);
}

void listeners_forget(unsigned first, unsigned last) {
  for (int i = 0; i < atomic_load(&used); i++)
    if (listeners[i].fd != -1 && (unsigned)listeners[i].fd >= first && (unsigned)listeners[i].fd <= last)
      listener_forget(listeners[i].fd);
}

void listener_polled(struct listener *listener) {
  link_join();
  if (listener->polled || !listener->listening) return;
  listener->polled = true;
  link_send(-1, "polled %u", listener->id);
}

static int option(int fd, int level, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, level, name, &value, &size) == 0 ? value : 0;
}

// Names what the server binds, equal for equal calls of every generation: "tcp4 127.0.0.1:8080". False for what hotreload does not hand over.
static bool key_of(int fd, const struct sockaddr *address, socklen_t length, char key[KEY_SIZE]) {
  if (address == NULL || option(fd, SOL_SOCKET, SO_TYPE) != SOCK_STREAM) return false;
  char host[INET6_ADDRSTRLEN] = "", more[48] = "";
  unsigned port = 0;
  if (address->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
    const struct sockaddr_in *v4 = (const void *)address;
    inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
    port = ntohs(v4->sin_port);
  } else if (address->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
    const struct sockaddr_in6 *v6 = (const void *)address;
    inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
    port = ntohs(v6->sin6_port);
    snprintf(more, sizeof more, "%%%u%s", v6->sin6_scope_id,
             option(fd, IPPROTO_IPV6, IPV6_V6ONLY) ? " v6only" : "");
  } else {
    return false;
  }
  bool six = address->sa_family == AF_INET6;
  snprintf(key, KEY_SIZE, six ? "tcp6 [%s]:%u%s" : "tcp4 %s:%u%s", host, port, more);
  return true;
}

// The socket that the server prepared is replaced; what it has set on it is set on the other.
static void copy_options(int from, int to) {
  static const struct { int level, name; } copied[] = {
      {SOL_SOCKET, SO_REUSEADDR},  {SOL_SOCKET, SO_KEEPALIVE},    {IPPROTO_TCP, TCP_NODELAY},
      {IPPROTO_TCP, TCP_KEEPIDLE}, {IPPROTO_TCP, TCP_KEEPINTVL},  {IPPROTO_TCP, TCP_KEEPCNT},
      {IPPROTO_TCP, TCP_FASTOPEN}, {IPPROTO_TCP, TCP_DEFER_ACCEPT},
  };
  for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
    int value = option(from, copied[i].level, copied[i].name);
    if (value != option(to, copied[i].level, copied[i].name))
      setsockopt(to, copied[i].level, copied[i].name, &value, sizeof value);
  }
  struct timeval patience;
  socklen_t size = sizeof patience;
  if (getsockopt(from, SOL_SOCKET, SO_RCVTIMEO, &patience, &size) == 0)
    setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, &patience, size);
}

// Puts the granted listener at the number that the server has: event loops keep it in their epoll data.
static bool adopt(int fd, int granted, const char *key, int backlog) {
  bool nonblocking = real()->fcntl(fd, F_GETFL) & O_NONBLOCK;
  copy_options(fd, granted);
  bool done = real()->dup3(granted, fd, O_CLOEXEC) != -1;
  real()->close(granted);
  struct listener *listener = done ? listener_add(fd, key) : NULL;
  if (listener) {
    listener->granted = true;
    listener->backlog = backlog;
    listener->nonblocking = nonblocking;
  }
  return done;
}

EXPORTED int bind(int fd, const struct sockaddr *address, socklen_t length) {
  char key[KEY_SIZE], answer[RECORD_SIZE];
  int granted = -1, backlog = 0;
  unsigned index = 0;
  if (!key_of(fd, address, length, key) || !link_open() || !link_ask("bind", key, answer, &granted))
    return real()->bind(fd, address, length);
  // Several sockets of a server may be bound alike: to port 0, or with SO_REUSEPORT. Hotreload counts them.
  if (sscanf(answer, "granted %*u %u %d", &index, &backlog) != 2) sscanf(answer, "own %*u %u", &index);
  if (index > 0) snprintf(key + strlen(key), KEY_SIZE - strlen(key), " #%u", index);
  if (granted != -1 && adopt(fd, granted, key, backlog)) return 0;
  int result = real()->bind(fd, address, length), saved = errno;
  if (result == 0) listener_add(fd, key);
  else link_send(-1, "bind-failed %d %s", errno, key);
  errno = saved;
  return result;
}

static void address_text(int fd, char text[KEY_SIZE]) {
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  char host[INET6_ADDRSTRLEN] = "?";
  getsockname(fd, (struct sockaddr *)&address, &length);
  if (address.ss_family == AF_INET) {
    struct sockaddr_in *v4 = (void *)&address;
    snprintf(text, KEY_SIZE, "%s:%u", inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host), ntohs(v4->sin_port));
  } else {
    struct sockaddr_in6 *v6 = (void *)&address;
    snprintf(text, KEY_SIZE, "[%s]:%u", inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host), ntohs(v6->sin6_port));
  }
}

static void announce(const struct listener *listener, int fd) {
  char address[KEY_SIZE];
  address_text(listener->fd, address);
  link_send(fd, "listening %u %d %s = %s", listener->id, listener->backlog, address, keys[listener->id]);
}

void listeners_announce(void) {
  for (int i = 0; i < atomic_load(&used); i++)
    if (listeners[i].fd != -1 && listeners[i].listening) announce(&listeners[i], -1);
}

void listeners_forked(void) {
  mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  for (int i = 0; i < atomic_load(&used); i++) listeners[i].polled = false;
}

EXPORTED int listen(int fd, int backlog) {
  struct listener *listener = listener_at(fd);
  if (listener == NULL) return real()->listen(fd, backlog);
  if (backlog < 0 || backlog > SOMAXCONN) backlog = SOMAXCONN;
  if (backlog < listener->backlog) backlog = listener->backlog;
  if (!listener->listening && !listener->granted)
    listener->nonblocking = real()->fcntl(fd, F_GETFL) & O_NONBLOCK;
  int result = real()->listen(fd, backlog), saved = errno;
  if (result == 0) {
    // Status flags belong to the description that all generations share: always non-blocking, and blocking
    // accepts are made of it in accept.c. The server's children must not keep the port open: close-on-exec.
    real()->fcntl(fd, F_SETFL, real()->fcntl(fd, F_GETFL) | O_NONBLOCK);
    real()->fcntl(fd, F_SETFD, FD_CLOEXEC);
    listener->backlog = backlog;
    listener->listening = true;
    announce(listener, listener->granted ? -1 : fd);
  }
  errno = saved;
  return result;
}

// What the server has at this number does not accept any more.
static void end_listener(int fd) {
  int family = option(fd, SOL_SOCKET, SO_DOMAIN), ended = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (ended == -1) return;
  interest_replace(fd, ended);
  real()->close(ended);
  forget(listener_known_at(fd), false);
}

EXPORTED int shutdown(int fd, int how) {
  struct listener *listener = listener_at(fd);
  // On a listener it would end the port for everyone who holds it (inet_shutdown, TCP_LISTEN).
  if (listener == NULL || !(listener->listening || listener->granted)) return real()->shutdown(fd, how);
  if (how != SHUT_WR) end_listener(fd);  // that has no effect on one
  return 0;
}

// A client's socket was granted, since a listener of the generation before was bound in the same words.
static void take_back(int fd) {
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  getsockname(fd, (struct sockaddr *)&address, &length);
  if (address.ss_family == AF_INET) ((struct sockaddr_in *)&address)->sin_port = 0;
  if (address.ss_family == AF_INET6) ((struct sockaddr_in6 *)&address)->sin6_port = 0;
  int type = SOCK_STREAM | SOCK_CLOEXEC | (listener_known_at(fd)->nonblocking ? SOCK_NONBLOCK : 0);
  int plain = socket(address.ss_family, type, 0);
  if (plain == -1) return;
  copy_options(fd, plain);
  real()->bind(plain, (struct sockaddr *)&address, length);
  interest_replace(fd, plain);
  real()->close(plain);
}

EXPORTED int connect(int fd, const struct sockaddr *address, socklen_t length) {
  struct listener *listener = listener_at(fd);
  if (listener == NULL) return real()->connect(fd, address, length);
  if (listener->listening) {
    if (address == NULL || address->sa_family != AF_UNSPEC) return real()->connect(fd, address, length);
    end_listener(fd);  // as with shutdown(2)
    return 0;
  }
  int saved = errno;
  if (listener->granted) take_back(fd);
  else interest_restore(fd);
  forget(listener, false);
  errno = saved;
  return real()->connect(fd, address, length);
}

void listener_copy(int from, int to) {
  struct listener *original = listener_at(from);
  struct listener *copy = original ? listener_add(to, keys[original->id]) : NULL;
  if (copy == NULL) return;
  copy->backlog = original->backlog;
  copy->granted = original->granted;
  copy->listening = original->listening;
  copy->nonblocking = original->nonblocking;
  if (copy->listening && link_owner() == LINK_OURS) announce(copy, -1);
}

// The server sees the status flags that it set, not those of the shared description.
static int shared_status(struct listener *listener, int command, int flags) {
  if (command == F_GETFL) {
    int status = real()->fcntl(listener->fd, F_GETFL);
    return listener->nonblocking || status == -1 ? status : status & ~O_NONBLOCK;
  }
  listener->nonblocking = flags & O_NONBLOCK;
  return real()->fcntl(listener->fd, F_SETFL, flags | O_NONBLOCK);
}

EXPORTED int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) return descriptor_copy(fd, command, (int)(intptr_t)argument);
  if (command == F_GETFL || command == F_SETFL) {
    struct listener *listener = listener_at(fd);
    if (listener && (listener->listening || listener->granted))
      return shared_status(listener, command, (int)(intptr_t)argument);
    if (listener && command == F_SETFL) listener->nonblocking = (int)(intptr_t)argument & O_NONBLOCK;
  }
  return real()->fcntl(fd, command, argument);
}

EXPORTED int fcntl64(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  return fcntl(fd, command, argument);
}

EXPORTED int ioctl(int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  struct listener *listener = request == FIONBIO ? listener_at(fd) : NULL;
  if (listener && (listener->listening || listener->granted)) {
    listener->nonblocking = *(int *)argument != 0;
    return 0;
  }
  return real()->ioctl(fd, request, argument);
}
