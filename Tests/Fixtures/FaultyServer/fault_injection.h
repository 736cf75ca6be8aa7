#pragma once

// What the server answers.
extern char fault_greeting[64];
// The server is at this step: what is to happen to it there happens, once.
void fault_reach(const char *step);
// For SIGTERM.
void fault_terminated(int signal);
