#pragma once
#include "fault_injection.h"

// What Tests/Fixtures/EpollServer does at the steps at which a fault may be injected.
// A queue that a test can fill.
#define listen(fd, backlog) (listen)(fd, 16)
#define GREETING fault_greeting
#define BEFORE_LISTEN signal(SIGTERM, fault_terminated); fault_reach("start")
#define BEFORE_BIND fault_reach("socket")
#define AFTER_LISTEN fault_reach("polled")
#define BEFORE_ACCEPT fault_reach("accept")
#define AFTER_EVENTS if (answered > 0) fault_reach("answered")
