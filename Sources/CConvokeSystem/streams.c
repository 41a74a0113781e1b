#include "include/CConvokeSystem.h"

#include <stdio.h>

void convoke_buffer_lines(void) { setvbuf(stdout, NULL, _IOLBF, 0); }
