// Starts a child process with vfork(2).
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

// Moves the passed descriptors to 3, 4 and so on, and marks all higher ones close-on-exec. Copies them above these
// numbers first, so that none is overwritten before it is used. Returns -1 with errno if that fails.
static int pass_on(const struct cposix_spawn *spawn) {
  int first = 3, last = first + spawn->passed_count, copies[spawn->passed_count + 1];
  for (int i = 0; i < spawn->passed_count; i++)
    if ((copies[i] = fcntl(spawn->passed[i], F_DUPFD, last)) == -1) return -1;
  for (int i = 0; i < spawn->passed_count; i++)
    if (dup2(copies[i], first + i) == -1) return -1;
  if (spawn->pid_variable) sprintf(strchr(spawn->pid_variable, '=') + 1, "%d", getpid());
  return close_range((unsigned)last, ~0u, CLOSE_RANGE_CLOEXEC);
}

// Returns the value of a variable, or NULL.
static const char *value_of(const char *name, char *const *environment) {
  size_t length = strlen(name);
  for (; *environment; environment++)
    if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=') return *environment + length + 1;
  return NULL;
}

// Does what execvp(3) does with a path: a file that the kernel does not know as a program is a script for the shell.
// Returns with errno only if that fails.
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

// Does what execvpe(3) does, with the PATH of the new program. Returns with errno only if that fails.
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

// Turns the child into the program. Returns with errno only if that fails.
//
// The child shares the parent's memory (vfork(2)). It allocates nothing, and changes nothing that the parent reads
// later.
static void become(const struct cposix_spawn *spawn, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  if (!spawn->shares_group) setpgid(0, 0);
  // A Ctrl-Z before setpgid(2) was not meant for the child. It must not stop the child while the parent waits for it.
  for (int i = 0; i < 3; i++) signal((int[]){SIGTSTP, SIGTTIN, SIGTTOU}[i], SIG_IGN);
  // SIGTTOU stays ignored, so that the child can write to the terminal from the background, even after `stty tostop`.
  for (int signal_number = 1; signal_number < NSIG; signal_number++)
    if (signal_number != SIGTTOU) signal(signal_number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (spawn->parent_death_signal) {
    prctl(PR_SET_PDEATHSIG, spawn->parent_death_signal);
    if (getppid() != parent) _exit(127);  // it exited before prctl(2)
  }
  if (spawn->is_idle) {
    struct sched_param none_needed = {0};
    sched_setscheduler(0, SCHED_IDLE, &none_needed);
  }
  // Copies above 2 first, so that none of the three is overwritten before it is used.
  int input = fcntl(spawn->input, F_DUPFD, 3), output = fcntl(spawn->output, F_DUPFD, 3),
      error = fcntl(spawn->error, F_DUPFD, 3);
  if (input == -1 || output == -1 || error == -1 || dup2(input, 0) == -1 || dup2(output, 1) == -1 ||
      dup2(error, 2) == -1)
    return;
  // The program runs without the filter if the system forbids it.
  if (spawn->bind_filter != -1) cposix_filter_binds(spawn->bind_filter);
  if (pass_on(spawn) == -1) return;
  if (chdir(spawn->directory) == -1) return;
  find_and_execute(spawn);
}

int cposix_spawn(const struct cposix_spawn *spawn, pid_t *pid) {
  volatile int failure = 0;
  pid_t parent = getpid();
  sigset_t all, mask;
  // Blocked so that no handler of the parent runs in the child.
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &mask);
  // vfork(2) returns in this thread when the child has become the program or has exited. No page is copied.
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
