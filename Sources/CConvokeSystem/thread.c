#define _GNU_SOURCE
#include "include/CConvokeSystem.h"

#include <sys/syscall.h>
#include <unistd.h>

int convoke_is_main_thread(void) { return syscall(SYS_gettid) == getpid(); }
