# What processes have in their environments; part of both programs.


def environment_of(pid):
    """The variables of a process, each before and after a zero byte; only those of the same user can be read.

    Who is within execve(2) has neither arguments nor an environment for a moment, which may be long on a busy
    machine. It has a program, unlike a thread of the kernel."""
    for _ in range(100):
        try:
            with open("/proc/%d/environ" % pid, "rb") as file:
                data = file.read()
            if data:
                return b"\0" + data
            with open("/proc/%d/cmdline" % pid, "rb") as file:
                if file.read(1):
                    return b""
            os.readlink("/proc/%d/exe" % pid)
        except EnvironmentError:
            return b""
        time.sleep(0.002)
    return b""
