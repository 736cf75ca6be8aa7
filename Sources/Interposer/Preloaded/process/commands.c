// The commands of hotreload: to pause, to accept again, and to take over connections and states.
#include "process.h"

#include <stdio.h>
#include <string.h>

// Opens or closes the gate, and with it the server's epoll registrations of its listeners.
static void admit(bool admitted) {
  if (admitted) {
    drain_cancel();
    gate_open();
    interest_apply(true);
  } else {
    gate_close();
    interest_apply(false);
  }
}

void command_welcomed(bool held) {
  admit(!held);
  listeners_announce();
}

// Stops accepting, has the app save its states, and answers "paused". Accepts again and answers "not-paused" if the
// gate or the app takes longer than `milliseconds`. `number` tells the answer from a late answer to an earlier command.
static void pause_accepting(int number, int milliseconds, bool moves) {
  admit(false);
  if (!gate_wait_empty(milliseconds)) {
    admit(true);
    link_send(-1, "not-paused %d", number);
    return;
  }
  // Idle connections move or end before the next generation is released, so no request that is sent after the release
  // reaches this generation. Queued arrivals go back for the same reason.
  arrivals_return(NULL);
  struct connection_counts counts = connections_count();
  drain_begin(moves);
  if (!library_pause(milliseconds)) {
    admit(true);
    library_resume();
    link_send(-1, "not-paused %d", number);
    return;
  }
  link_send(-1, "paused %d %u %u %u", number, counts.fresh, counts.busy, counts.idle);
}

void command_carry_out(const char *record, int fd) {
  int number, milliseconds;
  unsigned id, listener;
  char connections[8];
  if (sscanf(record, "pause %d %d %7s", &number, &milliseconds, connections) == 3) {
    pause_accepting(number, milliseconds, strcmp(connections, "move") == 0);
  } else if (sscanf(record, "connection %u %u", &id, &listener) == 2) {
    arrivals_add(id, listener, fd, false);
  } else if (sscanf(record, "probe %u", &listener) == 1) {
    arrivals_add(0, listener, fd, true);
  } else if (sscanf(record, "release %d", &number) == 1) {
    admit(true);
    library_resume();
    link_send(-1, "released %d", number);
  } else if (strncmp(record, "restore ", 8) == 0) {
    library_restore(record + 8, fd);
  } else {
    if (fd != -1) real()->close(fd);
    if (strncmp(record, "unsupported ", 12) != 0) link_send(-1, "unsupported %.100s", record);
  }
}
