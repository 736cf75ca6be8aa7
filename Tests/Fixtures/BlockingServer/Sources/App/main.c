// A server that blocks in accept(2), and answers every connection with "GREETING PID" before it takes the next. SIGTERM
// makes it leave its loop, as the return of accept(2) with EINTR lets it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "behaviour.h"

#ifndef BEFORE_BIND  // statements, as all of these
#define BEFORE_BIND
#endif
#ifndef BEFORE_LISTEN
#define BEFORE_LISTEN
#endif
#ifndef AFTER_LISTEN
#define AFTER_LISTEN
#endif
#ifndef BEFORE_READ  // of `connection`
#define BEFORE_READ
#endif
#ifndef AT_FAILURE  // of accept(2): `errno` says why
#define AT_FAILURE
#endif

static int listener;
static volatile sig_atomic_t stopping;

static void stop(int signal) {
  (void)signal;
  stopping = 1;
}

static void respond(int connection) {
  char body[256], response[512];
  int length = snprintf(body, sizeof body, "%s %d\n", GREETING, getpid());
  int size = snprintf(response, sizeof response, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
                      length, body);
  (void)!send(connection, response, (size_t)size, MSG_NOSIGNAL);
}

static void answer(int connection) {
  char request[4096];
  if (read(connection, request, sizeof request) > 0) respond(connection);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  sigaction(SIGTERM, &(struct sigaction){.sa_handler = stop}, NULL);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(getenv("PORT") ?: "8080"))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
  BEFORE_BIND;
  if (bind(listener, (struct sockaddr *)&address, sizeof address) == -1) return perror("bind"), 1;
  BEFORE_LISTEN;
  if (listen(listener, 64) == -1) return perror("listen"), 1;
  AFTER_LISTEN;
  while (!stopping) {
    int connection = accept(listener, NULL, NULL);
    if (connection == -1) {
      AT_FAILURE;
      continue;
    }
    BEFORE_READ;
    answer(connection);
    close(connection);
  }
  printf("%d leaves its loop\n", getpid());
}
