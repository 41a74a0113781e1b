#include <sys/vfs.h>

#include "CConvokeSystem.h"

int64_t convoke_file_system(const char *path) {
  struct statfs status;
  if (statfs(path, &status) != 0) return -1;
  return (int64_t)(uint32_t)status.f_type;
}
