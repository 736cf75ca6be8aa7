// How a child process is started.
#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// Moves the descriptors that are passed on to 3, 4, …; from above those first, so that none is overwritten before it is used.
static int pass_on(const struct cposix_spawn *spawn) {
  int first = 3, last = first + spawn->passed_count, copies[spawn->passed_count + 1];
  for (int i = 0; i < spawn->passed_count; i++)
    if ((copies[i] = fcntl(spawn->passed[i], F_DUPFD, last)) == -1) return -1;
  for (int i = 0; i < spawn->passed_count; i++)
    if (dup2(copies[i], first + i) == -1) return -1;
  if (spawn->pid_variable) sprintf(strchr(spawn->pid_variable, '=') + 1, "%d", getpid());
  return close_range((unsigned)last, ~0u, CLOSE_RANGE_CLOEXEC);
}

static const char *value_of(const char *name, char *const *environment) {
  size_t length = strlen(name);
  for (; *environment; environment++)
    if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=') return *environment + length + 1;
  return NULL;
}

// As execvp(3): what is no program the kernel knows is a script for the shell.
static void execute(const struct cposix_spawn *spawn, const char *path) {
  execve(path, spawn->arguments, spawn->environment);
  if (errno != ENOEXEC) return;
  size_t count = 0;
  while (spawn->arguments[count]) count++;
  const char *arguments[count + 2];
  arguments[0] = "/bin/sh";
  arguments[1] = path;
  for (size_t i = 1; i <= count; i++) arguments[i + 1] = spawn->arguments[i];
  execve(arguments[0], (char *const *)arguments, spawn->environment);
}

// The same, with the PATH that the program gets.
static void find_and_execute(const struct cposix_spawn *spawn) {
  if (strchr(spawn->path, '/')) return execute(spawn, spawn->path);
  const char *directories = value_of("PATH", spawn->environment);
  int error = ENOENT;
  for (const char *next = directories ? directories : "/bin:/usr/bin"; next; next = *next ? next + 1 : NULL) {
    const char *end = strchrnul(next, ':');
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%.*s%s%s", (int)(end - next), next, end == next ? "" : "/", spawn->path);
    next = end;
    if (length >= (int)sizeof path) continue;
    execute(spawn, path);
    if (errno == EACCES) error = EACCES;
    else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE && errno != ENODEV && errno != ETIMEDOUT) return;
  }
  errno = error;
}

// What the child does, which has our memory (vfork(2)): it allocates nothing, and changes nothing of it that we read later.
static void become(const struct cposix_spawn *spawn, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  setpgid(0, 0);
  // A Ctrl-Z that came before that was not for it, and must not stop it while we wait.
  for (int i = 0; i < 3; i++) signal((int[]){SIGTSTP, SIGTTIN, SIGTTOU}[i], SIG_IGN);
  // In the background as it is, it writes to the terminal all the same, also after `stty tostop`.
  for (int signal_number = 1; signal_number < NSIG; signal_number++)
    if (signal_number != SIGTTOU) signal(signal_number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (spawn->parent_death_signal) {
    prctl(PR_SET_PDEATHSIG, spawn->parent_death_signal);
    if (getppid() != parent) _exit(127);  // it died before the line above
  }
  if (spawn->is_idle) {
    struct sched_param none_needed = {0};
    sched_setscheduler(0, SCHED_IDLE, &none_needed);
  }
  // Above 2 first, so that none of the three is overwritten before it is used.
  int input = fcntl(spawn->input, F_DUPFD, 3), output = fcntl(spawn->output, F_DUPFD, 3),
      error = fcntl(spawn->error, F_DUPFD, 3);
  if (input == -1 || output == -1 || error == -1 || dup2(input, 0) == -1 || dup2(output, 1) == -1 ||
      dup2(error, 2) == -1)
    return;
  // Where the system forbids it, the program runs without.
  if (spawn->bind_filter != -1) cposix_filter_binds(spawn->bind_filter);
  if (pass_on(spawn) == -1) return;
  if (chdir(spawn->directory) == -1) return;
  find_and_execute(spawn);
}

int cposix_spawn(const struct cposix_spawn *spawn, pid_t *pid) {
  volatile int failure = 0;
  pid_t parent = getpid();
  sigset_t all, mask;
  // No handler of ours runs in the child.
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &mask);
  // This thread goes on when the child has become the program, or has ended; no page is copied.
  *pid = vfork();
  if (*pid == 0) {
    become(spawn, parent);
    failure = errno;
    _exit(127);
  }
  if (*pid == -1) failure = errno;
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  if (*pid != -1 && failure) waitpid(*pid, NULL, 0);
  return failure;
}
