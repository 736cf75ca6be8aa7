// The link to hotreload: one SOCK_SEQPACKET connection for each process, and one text record for each message.
//
// A thread of the interposer receives. It carries out commands, and passes answers to the thread that asked.
#include "link.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_TIMEOUT_S 5            // in seconds: how long to wait for a hotreload that does not answer
#define ROOM_TIMEOUT_MS 20            // in milliseconds: how long to wait for room for one more record
#define RECEIVING_STACK (256 * 1024)  // in bytes

static char socket_path[sizeof(((struct sockaddr_un *)0)->sun_path)];
static char generation[24];
static const struct link_handler *handler;
static pid_t process;          // the process that opened the link
static bool inherits, opened;  // whether it may have inherited listeners, and whether a link was ever opened
static pthread_mutex_t open_mutex = PTHREAD_MUTEX_INITIALIZER;

// The question that is being asked, and its answer. `ask_mutex` is held by the thread that asks, and `answer_mutex`
// guards the answer.
static pthread_mutex_t ask_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t answer_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t answered = PTHREAD_COND_INITIALIZER;
static char answer_text[RECORD_SIZE];
static int answer_fd = -1;
static unsigned asked, awaited;  // the numbers of the last question, and of the one that waits for its answer or 0

enum link_owner link_owner(void) {
  if (private_fd(FD_LINK) == -1) return LINK_NONE;
  return getpid() == process ? LINK_OURS : LINK_OF_THE_PARENT;
}

void link_send(int fd, const char *format, ...) {
  va_list arguments;
  int saved = errno;
  va_start(arguments, format);
  record_send(private_fd(FD_LINK), fd, 0, format, arguments);
  va_end(arguments);
  errno = saved;
}

bool link_try_send(int fd, const char *format, ...) {
  int saved = errno;
  bool sent = false, full = true;
  for (int tries = 0; !sent && full && tries < 3; tries++) {
    struct pollfd room = {.fd = private_fd(FD_LINK), .events = POLLOUT};
    if (tries > 0) real()->ppoll(&room, 1, &(struct timespec){0, ROOM_TIMEOUT_MS * 1000000L}, NULL);
    va_list arguments;
    va_start(arguments, format);
    errno = 0;
    sent = record_send(private_fd(FD_LINK), fd, MSG_DONTWAIT, format, arguments);
    full = errno == EAGAIN;
    va_end(arguments);
  }
  errno = saved;
  return sent;
}

bool link_ask(const char *verb, const char *what, char answer[RECORD_SIZE], int *granted) {
  struct timespec end;
  bool got = false;
  pthread_mutex_lock(&ask_mutex);
  pthread_mutex_lock(&answer_mutex);
  awaited = ++asked;
  link_send(-1, "%s %u %s", verb, asked, what);
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += ANSWER_TIMEOUT_S;
  while (awaited && pthread_cond_clockwait(&answered, &answer_mutex, CLOCK_MONOTONIC, &end) == 0) continue;
  if (!awaited) {
    got = true;
    memcpy(answer, answer_text, RECORD_SIZE);
    *granted = answer_fd;
  }
  awaited = 0;
  pthread_mutex_unlock(&answer_mutex);
  pthread_mutex_unlock(&ask_mutex);
  return got;
}

// Passes an answer to the thread that asked. Drops an answer that comes too late. Returns false if the record is no
// answer.
static bool take_answer(const char *record, int fd) {
  unsigned number;
  if (sscanf(record, "granted %u", &number) != 1 && sscanf(record, "kept %u", &number) != 1 &&
      sscanf(record, "own %u", &number) != 1 && sscanf(record, "attached %u", &number) != 1 &&
      sscanf(record, "unsupported %*s %u", &number) != 1)
    return false;
  pthread_mutex_lock(&answer_mutex);
  if (number == awaited) {
    snprintf(answer_text, sizeof answer_text, "%s", record);
    answer_fd = fd;
    awaited = 0;
    pthread_cond_signal(&answered);
  } else if (fd != -1) {
    real()->close(fd);
  }
  pthread_mutex_unlock(&answer_mutex);
  return true;
}

#define LOOK_AGAIN 250  // in milliseconds

// Waits for a record, and looks every LOOK_AGAIN meanwhile if the handler has to.
static void wait_for_record(void) {
  struct timespec moment = {0, LOOK_AGAIN * 1000000L};
  while (handler->has_to_look()) {
    struct pollfd entry = {.fd = private_fd(FD_LINK), .events = POLLIN};
    if (real()->ppoll(&entry, 1, &moment, NULL) != 0) return;
    handler->look();
  }
}

// The body of the receiving thread.
static void *receive(void *unused) {
  (void)unused;
  char record[RECORD_SIZE];
  int fd;
  prctl(PR_SET_NAME, "hotreload");
  while (wait_for_record(), errno = 0, record_receive(private_fd(FD_LINK), record, &fd) > 0) {
    if (!take_answer(record, fd)) handler->command(record, fd);
  }
  // hotreload has exited, and no process that it started may stay behind. EBADF and ENOTSOCK only mean that the server
  // has closed the link's descriptor unseen.
  if (errno != EBADF && errno != ENOTSOCK) kill(getpid(), SIGKILL);
  return NULL;
}

// Connects to hotreload's socket. Returns -1 if that fails, or if another user listens there.
static int connect_to_hotreload(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, socket_path, sizeof address.sun_path);
  int low = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (low == -1) return -1;
  int fd = private_fd_place(low);
  struct timeval timeout = {ANSWER_TIMEOUT_S, 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  struct ucred peer = {0};
  socklen_t size = sizeof peer;
  if (real()->connect(fd, (struct sockaddr *)&address, sizeof address) == -1 ||
      real()->getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == -1 || peer.uid != geteuid()) {
    real()->close(fd);
    return -1;
  }
  return fd;
}

// Sends one record over a link that is not open to others yet.
static bool send_over(int link, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  bool sent = record_send(link, -1, 0, format, arguments);
  va_end(arguments);
  return sent;
}

// Introduces this process to hotreload. The link is open to other threads once hotreload has answered.
static void say_hello(int fd) {
  char record[RECORD_SIZE] = "";
  int granted;
  bool welcome = send_over(fd, "hello %d %s %d", PROTOCOL_VERSION, generation, getpid()) &&
                 record_receive(fd, record, &granted) > 0 && strncmp(record, "welcome ", 8) == 0;
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){0, 0}, sizeof(struct timeval));
  process = getpid();
  opened = true;
  private_fd_set(FD_LINK, fd);
  if (welcome) handler->welcomed(strcmp(record, "welcome held") == 0);
  // The generation has ended, and no process of it may stay behind.
  if (!welcome && strcmp(record, "refused ended") == 0) kill(getpid(), SIGKILL);
  if (!welcome || !thread_start(RECEIVING_STACK, receive)) private_fd_close(FD_LINK);
}

bool link_was_opened(void) { return opened; }

bool link_open(void) {
  if (private_fd(FD_LINK) != -1) return true;
  if (socket_path[0] == 0) return false;
  int saved = errno;
  pthread_mutex_lock(&open_mutex);
  if (private_fd(FD_LINK) == -1 && socket_path[0] != 0) {
    int fd = connect_to_hotreload();
    if (fd != -1) say_hello(fd);
    if (private_fd(FD_LINK) == -1) {
      fprintf(stderr,
              "hotreload: cannot connect to hotreload at %s (%s); the listeners of this server are not handed over\n",
              socket_path, strerror(errno));
      socket_path[0] = 0;
    }
  }
  pthread_mutex_unlock(&open_mutex);
  errno = saved;
  return private_fd(FD_LINK) != -1;
}

void link_join(void) {
  if (inherits && private_fd(FD_LINK) == -1) link_open();
}

void link_expect(void) { inherits = true; }

void link_forked(void) {
  open_mutex = ask_mutex = answer_mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  answered = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
  inherits = true;
}

void link_configure(const char *path, const char *number, const struct link_handler *with) {
  snprintf(socket_path, sizeof socket_path, "%s", path);
  snprintf(generation, sizeof generation, "%s", number);
  handler = with;
}
