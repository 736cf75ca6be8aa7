#pragma once
#include "injury.h"

// What Tests/Fixtures/EpollServer does at the steps at which it may be injured.
// A queue that a test can fill.
#define listen(fd, backlog) (listen)(fd, 16)
#define GREETING injury_greeting
#define BEFORE_LISTEN signal(SIGTERM, injury_terminated); injury_reach("start")
#define BEFORE_BIND injury_reach("socket")
#define AFTER_LISTEN injury_reach("polled")
#define BEFORE_ACCEPT injury_reach("accept")
#define AFTER_EVENTS if (answered > 0) injury_reach("answered")
