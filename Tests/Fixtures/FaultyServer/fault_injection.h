#pragma once

// What the server answers.
extern char injury_greeting[64];
// The server is at this step: what is to happen to it there happens, once.
void injury_reach(const char *step);
// For SIGTERM.
void injury_terminated(int signal);
