#ifndef CONVOKE_SCAN_H
#define CONVOKE_SCAN_H

#include "include/CConvokeSystem.h"

/// Calls back with every process of the system. Makes system calls only, so that a fork of a program with
/// threads may use it. The marks are read if they are wanted.
void convoke_scan(int with_marks, void (*visit)(const struct convoke_process *, void *), void *context);

#endif
