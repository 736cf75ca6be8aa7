// A server on one thread over poll(2) or select(2): HTTP/1.1 with keep-alive. `GET /` is answered at once with
// "GREETING PID", `GET /slow` a second later. SIGTERM ends it at once.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "behaviour.h"

#ifndef WAIT  // one of the functions below
#define WAIT wait_with_poll
#endif
#ifndef LISTENER_FLAGS
#define LISTENER_FLAGS SOCK_NONBLOCK
#endif
#ifndef BEFORE_BIND  // statements, as all of these
#define BEFORE_BIND
#endif
#ifndef AFTER_LISTEN
#define AFTER_LISTEN
#endif

#ifndef CONNECTIONS
#define CONNECTIONS 64
#endif

static int listener;
static struct pollfd entries[1 + CONNECTIONS];
static struct { size_t held; int64_t due; char request[2048]; } connections[1 + CONNECTIONS];

static int wait_with_poll(int milliseconds) { return poll(entries, 1 + CONNECTIONS, milliseconds); }

static int wait_with_ppoll(int milliseconds) {
  struct timespec timeout = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  return ppoll(entries, 1 + CONNECTIONS, milliseconds < 0 ? NULL : &timeout, NULL);
}

static int fill(fd_set *set) {
  int limit = 0;
  FD_ZERO(set);
  for (int i = 0; i <= CONNECTIONS; i++) {
    if (entries[i].fd == -1 || entries[i].events == 0) continue;
    FD_SET(entries[i].fd, set);
    if (entries[i].fd >= limit) limit = entries[i].fd + 1;
  }
  return limit;
}

static void read_off(const fd_set *set) {
  for (int i = 0; i <= CONNECTIONS; i++)
    entries[i].revents = entries[i].fd != -1 && FD_ISSET(entries[i].fd, set) ? POLLIN : 0;
}

static int wait_with_select(int milliseconds) {
  fd_set set;
  struct timeval timeout = {milliseconds / 1000, milliseconds % 1000 * 1000};
  int ready = select(fill(&set), &set, NULL, NULL, milliseconds < 0 ? NULL : &timeout);
  if (ready >= 0) read_off(&set);
  return ready;
}

static int wait_with_pselect(int milliseconds) {
  fd_set set;
  struct timespec timeout = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  int ready = pselect(fill(&set), &set, NULL, NULL, milliseconds < 0 ? NULL : &timeout, NULL);
  if (ready >= 0) read_off(&set);
  return ready;
}

static int64_t now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void answer(int i) {
  char body[256], response[512];
  int length = snprintf(body, sizeof body, "%s %d\n", GREETING, getpid());
  int size = snprintf(response, sizeof response, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", length, body);
  (void)!send(entries[i].fd, response, (size_t)size, MSG_NOSIGNAL);
  connections[i].due = 0;
  entries[i].events = POLLIN;
}

static void receive(int i) {
  size_t held = connections[i].held;
  char *request = connections[i].request;
  ssize_t count = recv(entries[i].fd, request + held, sizeof connections[i].request - 1 - held, MSG_DONTWAIT);
  if (count == -1 && errno == EAGAIN) return;
  if (count <= 0) {
    close(entries[i].fd);
    entries[i].fd = -1;
    return;
  }
  request[connections[i].held += (size_t)count] = 0;
  if (strstr(request, "\r\n\r\n") == NULL) return;
  connections[i].held = 0;
  if (strncmp(request, "GET /slow ", 10) != 0) return answer(i);
  connections[i].due = now() + 1000;
  entries[i].events = 0;
}

static void accept_one(void) {
  int i = 1;
  while (i <= CONNECTIONS && entries[i].fd != -1) i++;
  if (i > CONNECTIONS) abort();
  int connection = accept(listener, NULL, NULL);
  if (connection == -1) return;
  connections[i].held = 0;
  connections[i].due = 0;
  entries[i] = (struct pollfd){.fd = connection, .events = POLLIN};
}

static void serve(void) {
  for (int i = 1; i <= CONNECTIONS; i++) entries[i].fd = -1;
  entries[0] = (struct pollfd){.fd = listener, .events = POLLIN};
  for (;;) {
    int64_t next = INT64_MAX, left;
    for (int i = 1; i <= CONNECTIONS; i++)
      if (entries[i].fd != -1 && connections[i].due && connections[i].due < next) next = connections[i].due;
    left = next - now();
    if (WAIT(next == INT64_MAX ? -1 : left < 0 ? 0 : (int)left) == -1 && errno != EINTR) perror("wait"), exit(1);
    for (int i = 1; i <= CONNECTIONS; i++) {
      if (entries[i].fd == -1) continue;
      if (connections[i].due && connections[i].due <= now()) answer(i);
      else if (entries[i].revents) receive(i);
    }
    if (entries[0].revents & POLLIN) accept_one();
  }
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  (void)wait_with_poll, (void)wait_with_ppoll, (void)wait_with_select, (void)wait_with_pselect;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(getenv("PORT") ?: "8080"))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | LISTENER_FLAGS, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  BEFORE_BIND;
  if (bind(listener, (struct sockaddr *)&address, sizeof address) == -1) return perror("bind"), 1;
  if (listen(listener, 64) == -1) return perror("listen"), 1;
  AFTER_LISTEN;
  serve();
}
