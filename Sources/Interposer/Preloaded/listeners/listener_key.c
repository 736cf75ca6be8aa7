// The keys of listeners in messages, and their addresses for the developer.
#include "listeners.h"

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>

// Writes bytes as one word of a message. A blank, a backslash, or a byte that is not printable ASCII is written as a
// backslash and two hexadecimal digits. Returns false if `room` is too small.
static bool write_word(const char *bytes, size_t count, char *word, size_t room) {
  for (size_t i = 0; i < count; i++) {
    bool plain = bytes[i] > ' ' && bytes[i] < 127 && bytes[i] != '\\';
    int written = snprintf(word, room, plain ? "%c" : "\\%02x", (unsigned char)bytes[i]);
    if (written >= (int)room) return false;
    word += written;
    room -= (size_t)written;
  }
  return true;
}

// Writes the absolute path without links, except for the last component, which need not exist. Returns false if its
// directory does not exist (realpath(3)).
static bool resolve(const char *path, char absolute[PATH_MAX]) {
  char directory[PATH_MAX];
  const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
  if (snprintf(directory, sizeof directory, "%.*s", slash ? (int)(slash + 1 - path) : 1, slash ? path : ".") >=
      PATH_MAX)
    return false;
  if (realpath(directory, absolute) == NULL) return false;
  size_t length = strlen(absolute);
  return snprintf(absolute + length, PATH_MAX - length, "%s%s", length > 1 ? "/" : "", last) < (int)(PATH_MAX - length);
}

bool key_of_path(const char *path, char key[KEY_SIZE]) {
  char absolute[PATH_MAX];
  strcpy(key, "unix ");
  return resolve(path, absolute) && write_word(absolute, strlen(absolute), key + 5, KEY_SIZE - 5);
}

// Returns the number of bytes in sun_path.
static size_t path_length(socklen_t length) {
  return length > offsetof(struct sockaddr_un, sun_path) ? length - offsetof(struct sockaddr_un, sun_path) : 0;
}

// Writes the path as a string. sun_path need not end with NUL (unix(7)).
static void copy_path(const struct sockaddr_un *address, socklen_t length, char path[sizeof address->sun_path + 1]) {
  size_t count = path_length(length);
  if (count > sizeof address->sun_path) count = sizeof address->sun_path;
  memcpy(path, address->sun_path, count);
  path[count] = 0;
}

// Writes the key of a Unix domain socket: "unix /path", or "unix @name" for an abstract name.
static bool key_of_unix(const struct sockaddr_un *address, socklen_t length, char key[KEY_SIZE]) {
  char path[sizeof address->sun_path + 1];
  size_t count = path_length(length);
  if (count == 0) return false;  // the kernel chooses a name
  if (address->sun_path[0] == 0) {
    strcpy(key, "unix @");
    return write_word(address->sun_path + 1, count - 1, key + 6, KEY_SIZE - 6);
  }
  copy_path(address, length, path);
  return key_of_path(path, key);
}

bool key_of(int fd, const struct sockaddr *address, socklen_t length, char key[KEY_SIZE]) {
  char host[INET6_ADDRSTRLEN];
  int type = address ? socket_option(fd, SOL_SOCKET, SO_TYPE) : 0;
  const char *protocol = type == SOCK_STREAM ? "tcp" : "udp";
  if (type != SOCK_STREAM && type != SOCK_DGRAM) return false;
  if (address->sa_family == AF_UNIX) return type == SOCK_STREAM && key_of_unix((const void *)address, length, key);
  if (address->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
    const struct sockaddr_in *v4 = (const void *)address;
    inet_ntop(AF_INET, &v4->sin_addr, host, sizeof host);
    snprintf(key, KEY_SIZE, "%s4 %s:%u", protocol, host, ntohs(v4->sin_port));
    return type == SOCK_STREAM || v4->sin_port != 0;
  }
  if (address->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
    const struct sockaddr_in6 *v6 = (const void *)address;
    inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof host);
    // IPV6_V6ONLY has no effect except at ::, and some servers set it anyway.
    bool v6only = IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr) && socket_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
    snprintf(key, KEY_SIZE, "%s6 [%s]:%u%%%u%s", protocol, host, ntohs(v6->sin6_port), v6->sin6_scope_id,
             v6only ? " v6only" : "");
    return type == SOCK_STREAM || v6->sin6_port != 0;
  }
  return false;
}

bool key_of_bound(int fd, char key[KEY_SIZE]) {
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  return getsockname(fd, (struct sockaddr *)&address, &length) == 0 &&
         key_of(fd, (struct sockaddr *)&address, length, key);
}

bool path_is_there(const struct sockaddr *address, socklen_t length) {
  char path[sizeof((struct sockaddr_un *)0)->sun_path + 1];
  struct stat status;
  if (address->sa_family != AF_UNIX || ((const struct sockaddr_un *)address)->sun_path[0] == 0) return true;
  copy_path((const void *)address, length, path);
  return lstat(path, &status) == 0 && S_ISSOCK(status.st_mode);
}

void address_of(int fd, char text[KEY_SIZE]) {
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un path;
  } address = {0};
  socklen_t length = sizeof address;
  char host[INET6_ADDRSTRLEN];
  const char *suffix = socket_option(fd, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM ? "/udp" : "";
  getsockname(fd, &address.any, &length);
  if (address.any.sa_family == AF_INET) {
    inet_ntop(AF_INET, &address.v4.sin_addr, host, sizeof host);
    snprintf(text, KEY_SIZE, "%s:%u%s", host, ntohs(address.v4.sin_port), suffix);
  } else if (address.any.sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &address.v6.sin6_addr, host, sizeof host);
    snprintf(text, KEY_SIZE, "[%s]:%u%s", host, ntohs(address.v6.sin6_port), suffix);
  } else {
    char key[KEY_SIZE] = "";
    key_of_unix(&address.path, length, key);
    snprintf(text, KEY_SIZE, "%s", key[0] ? key + 5 : "?");
  }
}
