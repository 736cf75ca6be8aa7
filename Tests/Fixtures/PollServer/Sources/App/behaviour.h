// What this server does: the file that the tests save.
#pragma once
#define GREETING "one"
