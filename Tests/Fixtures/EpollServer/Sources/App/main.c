// A server on one thread that never blocks: HTTP/1.1 over epoll(7), with keep-alive. `GET /` is answered at once with
// "GREETING PID", `GET /slow` a second later. SIGTERM ends it at once, as it ends every program that does not care.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "behaviour.h"

#ifndef LISTENERS  // {address, or path, or @name, and a variable with the port}, …; none for a program that does not serve
#define LISTENERS {"127.0.0.1", "PORT"}
#endif
#ifndef BEFORE_LISTEN  // statements, as all of these
#define BEFORE_LISTEN
#endif
#ifndef BEFORE_BIND  // of `fd`
#define BEFORE_BIND
#endif
#ifndef AFTER_LISTEN
#define AFTER_LISTEN
#endif
#ifndef WATCHED  // what is accepted from, of the listener `fd`
#define WATCHED fd
#endif
#ifndef BEFORE_ACCEPT  // when a listener was reported
#define BEFORE_ACCEPT
#endif
#ifndef AFTER_ACCEPT  // when there is no more to accept: `errno` says why
#define AFTER_ACCEPT
#endif
#ifndef CONNECTION_EVENTS  // what is waited for on a connection
#define CONNECTION_EVENTS EPOLLIN
#endif
#ifndef BEFORE_WAIT  // when a slow request was read from `connection`
#define BEFORE_WAIT
#endif
#ifndef ANSWER_SLOW  // and when it is to be answered
#define ANSWER_SLOW answer(connection)
#endif
// SLOW_UNTIL: the path of a FIFO; slow requests are answered when it can be read, not after a second.
#ifndef AFTER_EVENTS  // `answered`: requests until now; `waiting`: connections that wait for an answer
#define AFTER_EVENTS
#endif

static const struct { const char *address, *variable; } listeners[] = {LISTENERS};

enum kind { LISTENER, CONNECTION, TIMER };

// What an epoll event is about: a listener, a connection, or the timer that ends a slow request of a connection.
struct source {
  enum kind kind;
  int fd;
  struct source *connection;  // of a timer
  size_t held;
  bool awaited;  // accepted or asked, and not answered yet
  char request[2048];
};

static int loop, bound[8], bound_count;
static struct source *bound_sources[8];
static unsigned answered, waiting;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct source *watch(enum kind kind, int fd, struct source *connection) {
  struct source *source = calloc(1, sizeof *source);
  *source = (struct source){.kind = kind, .fd = fd, .connection = connection};
  struct epoll_event event = {.events = kind == CONNECTION ? CONNECTION_EVENTS : EPOLLIN, .data.ptr = source};
  if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) == -1) fail("epoll_ctl");
  return source;
}

static void set_awaited(struct source *connection, bool awaited) {
  waiting += awaited - connection->awaited;
  connection->awaited = awaited;
}

static void end(struct source *source) {
  if (source->kind == CONNECTION) set_awaited(source, false);
  close(source->fd);
  free(source);
}

static void answer(struct source *connection) {
  char body[256], response[512];
  int length = snprintf(body, sizeof body, "%s %d\n", GREETING, getpid());
  int size = snprintf(response, sizeof response, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", length, body);
  (void)!send(connection->fd, response, (size_t)size, MSG_NOSIGNAL);
  set_awaited(connection, false);
  answered++;
}

static void answer_later(struct source *connection) {
  BEFORE_WAIT;
#ifdef SLOW_UNTIL
  int timer = open(SLOW_UNTIL, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
#else
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  timerfd_settime(timer, 0, &(struct itimerspec){.it_value.tv_sec = 1}, NULL);
#endif
  watch(TIMER, timer, connection);
  // Nothing is heard of it until then, not even its end: it outlives the timer.
  epoll_ctl(loop, EPOLL_CTL_DEL, connection->fd, NULL);
}

static void answer_now(struct source *timer) {
  struct source *connection = timer->connection;
  ANSWER_SLOW;
  struct epoll_event event = {.events = CONNECTION_EVENTS, .data.ptr = connection};
  epoll_ctl(loop, EPOLL_CTL_ADD, connection->fd, &event);
  end(timer);
}

static void receive(struct source *connection) {
  char *free = connection->request + connection->held;
  ssize_t count = recv(connection->fd, free, sizeof connection->request - 1 - connection->held, MSG_DONTWAIT);
  if (count == -1 && errno == EAGAIN) return;
  if (count <= 0) return end(connection);
  set_awaited(connection, true);
  connection->held += (size_t)count;
  connection->request[connection->held] = 0;
  if (strstr(connection->request, "\r\n\r\n") == NULL) return;
  connection->held = 0;
  if (strncmp(connection->request, "GET /slow ", 10) == 0) answer_later(connection);
  else answer(connection);
}

static void accept_all(struct source *listener) {
  int fd;
  BEFORE_ACCEPT;
  while ((fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) != -1) {
    struct source *connection = watch(CONNECTION, fd, NULL);
    set_awaited(connection, true);
    receive(connection);
  }
  AFTER_ACCEPT;
}

static void listen_at(const char *address, const char *port) {
  struct sockaddr_un path = {.sun_family = AF_UNIX};
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = v4.sin_port};
  bool local = address[0] == '@' || strchr(address, '/'), six = !local && inet_pton(AF_INET, address, &v4.sin_addr) != 1;
  if (six && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1) fail(address);
  socklen_t path_length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(address) + (address[0] != '@'));
  if (local) strcpy(path.sun_path, address);
  if (address[0] == '@') path.sun_path[0] = 0;
  int fd = socket(local ? AF_UNIX : six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  if (six) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
  BEFORE_BIND;
  if (bind(fd, local ? (void *)&path : six ? (void *)&v6 : (void *)&v4,
           local ? path_length : six ? sizeof v6 : sizeof v4) == -1)
    fail("bind");
  if (listen(fd, 1024) == -1) fail("listen");
  fd = WATCHED;
  bound_sources[bound_count] = watch(LISTENER, fd, NULL);
  bound[bound_count++] = fd;
}

// In a forked worker: an epoll instance of its own.
static __attribute__((unused)) void watch_alone(void) {
  close(loop);
  loop = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < bound_count; i++) watch(LISTENER, bound[i], NULL);
}

int main(int argc, char **argv) {
  (void)argc, (void)argv;
  setvbuf(stdout, NULL, _IOLBF, 0);
  loop = epoll_create1(EPOLL_CLOEXEC);
  BEFORE_LISTEN;
  for (size_t i = 0; i < sizeof listeners / sizeof *listeners; i++)
    listen_at(listeners[i].address, getenv(listeners[i].variable) ?: "8080");
  AFTER_LISTEN;
  for (;;) {
    struct epoll_event events[64];
    int count = epoll_wait(loop, events, 64, -1);
    for (int i = 0; i < count; i++) {
      struct source *source = events[i].data.ptr;
      switch (source->kind) {
        case LISTENER: accept_all(source); break;
        case CONNECTION: receive(source); break;
        case TIMER: answer_now(source); break;
      }
    }
    AFTER_EVENTS;
  }
}
