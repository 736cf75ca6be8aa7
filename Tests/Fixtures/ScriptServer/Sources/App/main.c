// Becomes a server in another language: COMMAND says which, as the arguments of execvp(3).
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "behaviour.h"

#ifndef COMMAND
#define COMMAND "python3", "http_server.py"
#endif

int main(void) {
  char *command[] = {COMMAND, NULL};
  setenv("GREETING", GREETING, 1);
  execvp(command[0], command);
  perror(command[0]);
  return 1;
}
