// As activated_server.py, without a line of Python: nothing can be preloaded into it when it is linked statically.
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TEXT(word) TEXT_OF(word)
#define TEXT_OF(word) #word

static void wake(int signal_number) { (void)signal_number; }

int main(void) {
  char request[4096], response[256], body[128];
  sigset_t term, before;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigaction(SIGTERM, &(struct sigaction){.sa_handler = wake}, NULL);
  sigprocmask(SIG_BLOCK, &term, &before);
  puts("runs");
  fflush(stdout);
  // SIGTERM counts between two requests only.
  while (ppoll(&(struct pollfd){.fd = 3, .events = POLLIN}, 1, NULL, &before) == 1) {
    int connection = accept(3, NULL, NULL);
    if (connection == -1) return 1;
    if (recv(connection, request, sizeof request, 0) > 0) {
      int length = sprintf(body, TEXT(GREETING) " %d", getpid());
      sprintf(response, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", length, body);
      send(connection, response, strlen(response), MSG_NOSIGNAL);
    }
    close(connection);
  }
}
