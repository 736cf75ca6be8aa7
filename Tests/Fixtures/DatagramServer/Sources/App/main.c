// A server over UDP: answers every datagram with "GREETING PID".
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "behaviour.h"

#ifndef FLAGS
#define FLAGS 0
#endif
#ifndef WAIT  // before it receives; nothing for a server that blocks in recvfrom(2)
#define WAIT
#endif

static int server;
static struct epoll_event event = {.events = EPOLLIN};

static __attribute__((unused)) void wait_with_poll(void) {
  poll(&(struct pollfd){.fd = server, .events = POLLIN}, 1, -1);
}

static __attribute__((unused)) void wait_with_epoll(void) {
  static int loop = -1;
  if (loop == -1) {
    loop = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(loop, EPOLL_CTL_ADD, server, &event);
  }
  epoll_wait(loop, &(struct epoll_event){0}, 1, -1);
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(getenv("PORT") ?: "8080"))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  server = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | FLAGS, 0);
  if (bind(server, (struct sockaddr *)&address, sizeof address) == -1) return perror("bind"), 1;
  for (;;) {
    struct sockaddr_in client;
    socklen_t length = sizeof client;
    char text[256];
    WAIT;
    if (recvfrom(server, text, sizeof text, 0, (struct sockaddr *)&client, &length) == -1) {
      if (errno != EAGAIN) perror("recvfrom");
      continue;
    }
    int size = snprintf(text, sizeof text, "%s %d", GREETING, getpid());
    sendto(server, text, (size_t)size, 0, (struct sockaddr *)&client, length);
  }
}
