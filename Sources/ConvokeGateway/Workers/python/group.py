"""The processes that were started here."""

def group_members():
    """The processes of this process group, without this one and its parent, which may be a shell."""
    group, known = os.getpgrp(), (os.getpid(), os.getppid())
    found = []
    for pid, parent, its_group, state in processes():
        if int(its_group) == group and int(pid) not in known and state[0] not in "ZX":
            found.append(int(pid))
    return found


def processes():
    """Number, parent, process group and state of every process."""
    if not os.path.exists("/proc/self/stat"):
        for line in os.popen("ps -A -o pid= -o ppid= -o pgid= -o stat="):
            yield line.split()
    else:
        for pid in os.listdir("/proc"):
            try:
                with open("/proc/%d/stat" % int(pid), "rb") as stat:
                    state, parent, group = stat.read().decode("latin-1").rpartition(")")[2].split()[:3]
            except (ValueError, IOError):
                continue
            yield pid, parent, group, state


def signal_group(number):
    """Sends a signal to the others of the group, and says whether there were any."""
    members = group_members()
    for pid in members:
        try:
            os.kill(pid, number)
        except OSError:
            pass
    return members
