// The listening sockets of this network namespace (sock_diag(7)). The kernel lists only these, so the connections of a
// busy server cost nothing.
#define _GNU_SOURCE
#include "CPosix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LISTENS (1u << 10)  // a bit mask of TCP_LISTEN, which is also the state of a listening Unix domain socket

// Sends the request for all listening sockets of a family. Returns 0, or -1 with errno.
static int ask(int netlink, int family) {
  struct {
    struct nlmsghdr head;
    union {
      struct inet_diag_req_v2 inet;
      struct unix_diag_req path;
    };
  } request = {.head = {.nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};
  size_t size;
  if (family == AF_UNIX) {
    request.path =
        (struct unix_diag_req){.sdiag_family = AF_UNIX, .udiag_states = LISTENS, .udiag_show = UDIAG_SHOW_NAME};
    size = sizeof request.path;
  } else {
    request.inet = (struct inet_diag_req_v2){
        .sdiag_family = (uint8_t)family, .sdiag_protocol = IPPROTO_TCP, .idiag_states = LISTENS};
    size = sizeof request.inet;
  }
  request.head.nlmsg_len = (uint32_t)NLMSG_LENGTH(size);
  return send(netlink, &request, request.head.nlmsg_len, 0) == -1 ? -1 : 0;
}

// Reads one TCP socket of the answer.
static void read_inet(const struct inet_diag_msg *message, struct cposix_listener *listener) {
  listener->inode = message->idiag_inode;
  if (message->idiag_family == AF_INET) {
    struct sockaddr_in *address = (void *)&listener->address;
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = message->id.idiag_sport};
    memcpy(&address->sin_addr, message->id.idiag_src, sizeof address->sin_addr);
  } else {
    struct sockaddr_in6 *address = (void *)&listener->address;
    *address = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = message->id.idiag_sport};
    memcpy(&address->sin6_addr, message->id.idiag_src, sizeof address->sin6_addr);
  }
}

// Reads one Unix domain socket of the answer. Returns 0 if it is no stream socket or has no name.
static int read_unix(const struct nlmsghdr *head, struct cposix_listener *listener) {
  const struct unix_diag_msg *message = NLMSG_DATA(head);
  struct sockaddr_un *address = (void *)&listener->address;
  size_t left = head->nlmsg_len - NLMSG_LENGTH(sizeof *message);
  if (message->udiag_type != SOCK_STREAM) return 0;
  listener->inode = message->udiag_ino;
  const struct rtattr *attribute = (const void *)((const char *)message + NLMSG_ALIGN(sizeof *message));
  for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
    size_t length = RTA_PAYLOAD(attribute);
    if (attribute->rta_type != UNIX_DIAG_NAME || length == 0 || length > sizeof address->sun_path) continue;
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(address->sun_path, RTA_DATA(attribute), length);
    return 1;
  }
  return 0;
}

ssize_t cposix_listeners(int family, struct cposix_listener *listeners, size_t capacity) {
  int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (netlink == -1) return -1;
  _Alignas(struct nlmsghdr) char buffer[32768];
  ssize_t count = 0, size = ask(netlink, family);
  int is_done = 0, failure = errno;
  while (size != -1 && !is_done && (size = recv(netlink, buffer, sizeof buffer, 0)) > 0) {
    size_t left = (size_t)size;
    for (const struct nlmsghdr *head = (void *)buffer; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left)) {
      if (head->nlmsg_type == NLMSG_DONE) is_done = 1;
      if (head->nlmsg_type == NLMSG_ERROR) {
        errno = -((const struct nlmsgerr *)NLMSG_DATA(head))->error;
        size = -1;
        break;
      }
      if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY || count == (ssize_t)capacity) continue;
      struct cposix_listener listener = {0};
      if (family != AF_UNIX) read_inet(NLMSG_DATA(head), &listener);
      else if (!read_unix(head, &listener)) continue;
      listeners[count++] = listener;
    }
  }
  failure = errno;
  close(netlink);
  errno = failure;
  return size == -1 ? -1 : count;
}

void cposix_address_text(const struct sockaddr_storage *address, char text[128], int *port) {
  char host[INET6_ADDRSTRLEN] = "";
  *port = 0;
  if (address->ss_family == AF_UNIX) {
    const char *path = ((const struct sockaddr_un *)address)->sun_path;
    snprintf(text, 128, "%s%.107s", *path ? "" : "@", *path ? path : path + 1);
    return;
  }
  const struct sockaddr_in *v4 = (const void *)address;
  const struct sockaddr_in6 *v6 = (const void *)address;
  int is_v4 = address->ss_family == AF_INET;
  inet_ntop(address->ss_family, is_v4 ? (const void *)&v4->sin_addr : &v6->sin6_addr, host, sizeof host);
  *port = ntohs(v4->sin_port);  // sockaddr_in6 has its port at the same place
  snprintf(text, 128, is_v4 ? "%s:%d" : "[%s]:%d", host, *port);
}
