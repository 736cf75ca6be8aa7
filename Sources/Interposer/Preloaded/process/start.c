// The start of the interposer in a server: by LD_PRELOAD, which is removed from the environment before main(), so that
// programs that the server starts are not affected. exec.c has the exceptions.
#include "process.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct hotreload_start hotreload_start;
// The user's own values of variables that hotreload has set, in the form NAME=value.
static char user_preload[4096], sanitizer[1024];

// Copies a variable, and removes it from the environment.
static void take_variable(const char *name, char *variable, size_t size) {
  const char *found = getenv(name);
  if (found) snprintf(variable, size, "%s=%s", name, found);
  unsetenv(name);
}

const char *value_of(const char *variable) {
  const char *sign = strchr(variable, '=');
  return sign ? sign + 1 : "";
}

// Sets a variable to the value that the user gave it, or removes it.
static void give_back(const char *name, const char *variable) {
  if (variable[0]) setenv(name, value_of(variable), 1);
  else unsetenv(name);
}

// The callbacks of the floors below.
static const struct link_handler link_handler = {
    .welcomed = command_welcomed,
    .command = command_carry_out,
    .has_to_look = drain_is_active,
    .look = drain_recheck,  // no event says that a connection stays silent
};

static void listener_ended(const struct listener *listener, bool closing) {
  interest_forget(listener->fd, closing);
  arrivals_return(listener);
}

// Takes hotreload's variables out of the environment, and configures the interposer. Runs before main().
__attribute__((constructor)) static void start(void) {
  struct hotreload_start *got = &hotreload_start;
  Dl_info ours;
  take_variable("HOTRELOAD_SOCKET", got->socket, sizeof got->socket);
  take_variable("HOTRELOAD_FILES", got->files, sizeof got->files);
  take_variable("HOTRELOAD_GENERATION", got->generation, sizeof got->generation);
  take_variable("HOTRELOAD_LAUNCHER", got->launcher, sizeof got->launcher);
  take_variable("HOTRELOAD_TRACE", got->trace, sizeof got->trace);
  take_variable("HOTRELOAD_LD_PRELOAD", user_preload, sizeof user_preload);
  take_variable("HOTRELOAD_ASAN_OPTIONS", sanitizer, sizeof sanitizer);
  if (got->socket[0] == 0) return;
  give_back("LD_PRELOAD", user_preload);
  give_back("ASAN_OPTIONS", sanitizer);  // AddressSanitizer reads it before any constructor runs
  if (dladdr((void *)start, &ours)) snprintf(got->library, sizeof got->library, "%s", ours.dli_fname);
  got->process = getpid();
  if (strcmp(value_of(got->trace), "1") == 0) trace_configure(value_of(got->generation));
  listeners_configure(listener_ended);
  link_configure(value_of(got->socket), value_of(got->generation), &link_handler);
  forks_configure();
  files_configure(value_of(got->files), got->launcher[0] && atoi(value_of(got->launcher)) != getppid());
  listeners_inherit(got->launcher[0]);
  listeners_read();
  private_fd_make_room();
}
