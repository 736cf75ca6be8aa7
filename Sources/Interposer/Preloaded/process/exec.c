// Programs that the process becomes or starts. They run without the interposer, except for three cases:
// - A program that the process itself becomes by execve(2), because a shell or another launcher precedes many a server.
// - Programs that a launcher of hotreload starts, down to the process that opens a link.
// - Children that run the server's own program: they are workers, which may accept for it.
#include "process.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

// The functions below do not allocate. A child may call them after fork(2), where only async-signal-safe functions are
// allowed (signal-safety(7)).

// Returns whether the path is the program that this process runs.
static bool is_own_program(const char *path) {
  struct stat own, other;
  return path && stat("/proc/self/exe", &own) == 0 && stat(path, &other) == 0 && own.st_dev == other.st_dev &&
         own.st_ino == other.st_ino;
}

// Returns whether the first program of this name on the PATH is the program that this process runs (execvp(3)).
static bool is_own_program_on_path(const char *name) {
  char path[4096];
  size_t length = strlen(name);
  for (const char *start = getenv("PATH"), *end; start; start = *end ? end + 1 : NULL) {
    end = strchrnul(start, ':');
    size_t directory = (size_t)(end - start);
    if (directory + length + 2 > sizeof path) continue;
    memcpy(path, start, directory);
    path[directory] = '/';
    memcpy(path + directory + 1, name, length + 1);
    if (access(path, X_OK) == 0) return is_own_program(path);
  }
  return false;
}

// Returns whether the interposer stays in a program that is started. `path` is NULL if the program is not known;
// `is_searched`: a name without a slash is looked for on the PATH.
static bool is_passed_on(const char *path, bool is_searched, bool to_a_child) {
  if (hotreload_start.process == 0 || hotreload_start.library[0] == 0) return false;
  if (!to_a_child && getpid() == hotreload_start.process) return true;
  if (hotreload_start.launcher[0] && !link_was_opened()) return true;
  return is_searched && path && !strchr(path, '/') ? is_own_program_on_path(path) : is_own_program(path);
}

static bool is_named(const char *variable, const char *name) {
  size_t length = strlen(name);
  return strncmp(variable, name, length) == 0 && variable[length] == '=';
}

// Returns the number of strings in a list that ends with NULL, or 0 for NULL.
static size_t length_of(char *const list[]) {
  size_t length = 0;
  while (list && list[length]) length++;
  return length;
}

// The variables of the new program that are composed of several values.
struct variables {
  char preload[8192], user_preload[8192], options[2048], user_options[2048], listeners[8192];
};

// Writes to `all` the variables that the server passes to the new program, and those that hotreload gave to the server.
// `all` has room for MOST_OURS strings more than `environment`.
#define MOST_OURS 11
static void join_environments(char *const environment[], char **all, struct variables *variables) {
  size_t count = 0;
  const char *preloaded = "", *options = "";
  for (size_t i = 0; environment && environment[i]; i++) {
    if (is_named(environment[i], "LD_PRELOAD")) preloaded = value_of(environment[i]);
    else if (is_named(environment[i], "ASAN_OPTIONS")) options = value_of(environment[i]);
    else all[count++] = environment[i];
  }
  snprintf(variables->preload, sizeof variables->preload, "LD_PRELOAD=%s%s%s", hotreload_start.library,
           preloaded[0] ? ":" : "", preloaded);
  all[count++] = variables->preload;
  if (preloaded[0]) {
    snprintf(variables->user_preload, sizeof variables->user_preload, "HOTRELOAD_LD_PRELOAD=%s", preloaded);
    all[count++] = variables->user_preload;
  }
  snprintf(variables->options, sizeof variables->options, "ASAN_OPTIONS=%s%sverify_asan_link_order=0", options,
           options[0] ? ":" : "");
  all[count++] = variables->options;
  if (options[0]) {
    snprintf(variables->user_options, sizeof variables->user_options, "HOTRELOAD_ASAN_OPTIONS=%s", options);
    all[count++] = variables->user_options;
  }
  all[count++] = hotreload_start.socket;
  all[count++] = hotreload_start.files;
  all[count++] = hotreload_start.generation;
  if (hotreload_start.launcher[0]) all[count++] = hotreload_start.launcher;
  if (hotreload_start.trace[0]) all[count++] = hotreload_start.trace;
  if (listeners_write(variables->listeners, sizeof variables->listeners)) all[count++] = variables->listeners;
  all[count] = NULL;
}

// Makes the call that starts a program. `all` is its environment, joined with hotreload's variables if the interposer
// stays.
#define WITH_OURS(path, is_searched, environment, to_a_child, call) \
  if (!is_passed_on(path, is_searched, to_a_child)) {               \
    char *const *all = environment;                                 \
    return call;                                                    \
  }                                                                 \
  char *all[length_of(environment) + MOST_OURS];                    \
  struct variables variables;                                       \
  join_environments(environment, all, &variables);                  \
  return call

EXPORTED int execve(const char *path, char *const arguments[], char *const environment[]) {
  WITH_OURS(path, false, environment, false, real()->execve(path, arguments, all));
}

EXPORTED int execvpe(const char *file, char *const arguments[], char *const environment[]) {
  WITH_OURS(file, true, environment, false, real()->execvpe(file, arguments, all));
}

EXPORTED int fexecve(int fd, char *const arguments[], char *const environment[]) {
  WITH_OURS(NULL, false, environment, false, real()->fexecve(fd, arguments, all));
}

EXPORTED int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                         const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
  WITH_OURS(path, false, environment, true, real()->posix_spawn(pid, path, actions, attributes, arguments, all));
}

EXPORTED int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                          const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
  WITH_OURS(file, true, environment, true, real()->posix_spawnp(pid, file, actions, attributes, arguments, all));
}

EXPORTED int execv(const char *path, char *const arguments[]) { return execve(path, arguments, environ); }

EXPORTED int execvp(const char *file, char *const arguments[]) { return execvpe(file, arguments, environ); }

// Collects the arguments of a variadic call in an array. glibc declares that `first` is not NULL, and some programs
// pass NULL anyway, so the compiler must not know where `head` comes from.
#define COLLECT(first)                                                      \
  const char *head = first;                                                 \
  __asm__("" : "+r"(head));                                                 \
  va_list list, again;                                                      \
  size_t count = head != NULL;                                              \
  va_start(list, first);                                                    \
  va_copy(again, list);                                                     \
  while (head && va_arg(list, char *)) count++;                             \
  char *arguments[count + 1];                                               \
  arguments[0] = (char *)head;                                              \
  for (size_t i = 1; i <= count; i++) arguments[i] = va_arg(again, char *); \
  va_end(again)

EXPORTED int execl(const char *path, const char *first, ...) {
  COLLECT(first);
  va_end(list);
  return execv(path, arguments);
}

EXPORTED int execlp(const char *file, const char *first, ...) {
  COLLECT(first);
  va_end(list);
  return execvp(file, arguments);
}

EXPORTED int execle(const char *path, const char *first, ...) {
  COLLECT(first);
  char *const *environment = va_arg(list, char *const *);
  va_end(list);
  return execve(path, arguments, environment);
}
