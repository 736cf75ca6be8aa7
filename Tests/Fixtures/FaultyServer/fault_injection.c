// Injects a fault into its process at a chosen step of a swap. The end of the program's file says how: "#fault GREETING STEP FAULT".
//
// A step is a place in the server's code, or a message of its conversation with hotreload: "before VERB", "after VERB" for
// one that it sends, "got VERB" for one that it receives. The interposer's calls come here: this library is the next one.
#define _GNU_SOURCE
#include "fault_injection.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

char fault_greeting[64] = "none";
static char step[64], fault[64];
static atomic_bool done;

__attribute__((constructor)) static void read_fault(void) {
  char end[256] = "", *line = NULL;
  int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  ssize_t count = lseek(program, -200, SEEK_END) == -1 ? -1 : read(program, end, sizeof end - 1);
  close(program);
  for (ssize_t i = 0; i < count; i++)
    if (strncmp(end + i, "\n#fault ", 8) == 0) line = end + i;
  if (line) sscanf(line, "\n#fault %63s %63s %63s", fault_greeting, step, fault);
}

static bool is(const char *name) { return strcmp(fault, name) == 0; }

// Each step is reached once. The test sees on the standard output that it was.
static bool reaches(const char *reached) {
  if (strcmp(step, reached) != 0 || atomic_exchange(&done, true)) return false;
  char line[128];
  int length = snprintf(line, sizeof line, "%d at %s\n", getpid(), step);
  (void)!write(1, line, (size_t)length);
  return true;
}

static void use_up_descriptors(void) {
  int highest = dup(0);
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){(rlim_t)highest + 1, (rlim_t)highest + 1});
  while (open("/dev/null", O_RDONLY | O_CLOEXEC) != -1) continue;
}

static void inject(void) {
  if (is("kill")) kill(getpid(), SIGKILL);
  if (is("stop")) raise(SIGSTOP);  // of this thread, which goes no further
  if (is("crash")) abort();
  if (is("exit")) _exit(0);
  if (is("emfile")) use_up_descriptors();
  while (is("hang")) pause();
}

void fault_reach(const char *reached) {
  if (reaches(reached)) inject();
}

void fault_terminated(int signal) {
  (void)signal;
  fault_reach("terminated");
  _exit(0);
}

static bool reaches_message(const char *when, const char *text, size_t length) {
  char reached[80];
  size_t verb = 0;
  while (verb < length && text[verb] != ' ' && text[verb] != 0) verb++;
  snprintf(reached, sizeof reached, "%s-%.*s", when, (int)(verb < 32 ? verb : 32), text);
  return reaches(reached);
}

static void send_text(int fd, const char *text, size_t length) { (void)!send(fd, text, length, MSG_NOSIGNAL | MSG_DONTWAIT); }

// What is sent in place of a message. False: the message itself.
static bool is_replaced(int fd, const struct msghdr *message) {
  static char long_text[4000];
  memset(long_text, 'x', sizeof long_text);
  if (is("silent")) return true;
  if (is("empty")) return send_text(fd, "", 0), true;
  if (is("cut")) return send_text(fd, message->msg_iov[0].iov_base, 3), true;
  if (is("garbage")) return send_text(fd, "\377\0 \001 -9 99999999999999999999 %n", 32), true;
  if (is("long")) return send_text(fd, long_text, sizeof long_text), true;
  if (is("flood"))
    for (int i = 0; i < 2000; i++) send_text(fd, "nonsense 1 2 3", 14);
  if (is("descriptors")) {
    union { struct cmsghdr header; char space[CMSG_SPACE(3 * sizeof(int))]; } control = {0};
    struct msghdr other = *message;
    other.msg_control = &control;
    other.msg_controllen = sizeof control.space;
    control.header = (struct cmsghdr){CMSG_LEN(3 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.header), (int[]){0, 1, 2}, 3 * sizeof(int));
    ssize_t (*next)(int, const struct msghdr *, int) = dlsym(RTLD_NEXT, "sendmsg");
    next(fd, &other, MSG_NOSIGNAL);
    return true;
  }
  return false;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  ssize_t (*next)(int, const struct msghdr *, int) = dlsym(RTLD_NEXT, "sendmsg");
  const struct iovec *text = message->msg_iov;
  if (reaches_message("before", text->iov_base, text->iov_len)) {
    inject();
    if (is_replaced(fd, message)) return (ssize_t)text->iov_len;
  }
  ssize_t sent = next(fd, message, flags);
  if (reaches_message("after", text->iov_base, text->iov_len)) inject();
  return sent;
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  ssize_t (*next)(int, struct msghdr *, int) = dlsym(RTLD_NEXT, "recvmsg");
  ssize_t received = next(fd, message, flags);
  if (received > 0 && reaches_message("got", message->msg_iov->iov_base, (size_t)received)) inject();
  return received;
}
