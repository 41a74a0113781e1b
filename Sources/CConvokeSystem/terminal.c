#define _GNU_SOURCE
#include "include/CConvokeSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

int convoke_resize_terminal(int32_t controller, uint16_t rows, uint16_t columns) {
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  return ioctl(controller, TIOCSWINSZ, &size) < 0 ? errno : 0;
}

int convoke_open_terminal(uint16_t rows, uint16_t columns, int32_t *controller, int32_t *terminal) {
  char name[128];
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0) return errno;
  int slave = -1;
  if (grantpt(master) == 0 && unlockpt(master) == 0 && ptsname_r(master, name, sizeof name) == 0)
    slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0) {
    int error = errno;
    close(master);
    return error;
  }
  int error = convoke_resize_terminal(master, rows, columns);
  if (error) {
    close(master);
    close(slave);
    return error;
  }
  *controller = master;
  *terminal = slave;
  return 0;
}
