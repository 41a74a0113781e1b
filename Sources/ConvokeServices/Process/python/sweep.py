# What is left of processes that are to end.


def stat_of(pid):
    """State, parent, process group and start time of a process; None if it is gone."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            words = file.read().rpartition(b")")[2].split()
        return words[0], int(words[1]), int(words[2]), int(words[19])
    except (EnvironmentError, IndexError, ValueError):
        return None


def marks_of(pid):
    """The marks in the environment of a process."""
    data = environment_of(pid)
    at = data.find(b"\0" + MARK + b"=")
    return data[at + len(MARK) + 2:].split(b"\0", 1)[0].split(b":") if at >= 0 else ()


def what_is_left(children):
    """The living processes of each child, which is being ended, with their start times.

    They are those of its group, those with its mark, those started by one of these, and those that were
    among them before: who has lost its parent has nothing else that tells where it comes from."""
    if not os.path.isdir("/proc/self"):
        return dict((child, group_of(child)) for child in children)
    left = dict((child, {}) for child in children)
    groups = dict((child.pid, child) for child in children)
    marks = dict((child.mark, child) for child in children)
    known = dict((entry, child) for child in children for entry in child.ending.known.items())
    heirs, alive, found = {}, {}, []
    for name in os.listdir("/proc"):
        pid = int(name) if name.isdigit() else 0
        stat = stat_of(pid) if pid else None
        if stat is None:
            continue
        state, parent, group, start = stat
        heirs.setdefault(parent, []).append(pid)
        if state not in (b"Z", b"X"):
            alive[pid] = start
        owners = set(marks[mark] for mark in marks_of(pid) if mark in marks)
        if group in groups:
            owners.add(groups[group])
        if (pid, start) in known:
            owners.add(known[pid, start])
        found.extend((owner, pid) for owner in owners)
    seen = set()
    while found:
        owner, pid = found.pop()
        if (owner, pid) not in seen:
            seen.add((owner, pid))
            if pid in alive:
                left[owner][pid] = alive[pid]
            found.extend((owner, heir) for heir in heirs.get(pid, ()))
    return left


def group_of(child):
    """Where there is no /proc: the group as a whole."""
    try:
        os.killpg(child.pid, 0)
        return {-child.pid: 0}
    except OSError:
        return {}
