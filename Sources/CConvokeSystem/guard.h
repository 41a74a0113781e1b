#ifndef CONVOKE_GUARD_H
#define CONVOKE_GUARD_H

#include <stdint.h>
#include <sys/types.h>

/// Writes a process group and its mark into a slot of the guard table; safe between vfork and execve.
void convoke_guard_enter(int32_t slot, pid_t group, uint64_t mark);

#endif
