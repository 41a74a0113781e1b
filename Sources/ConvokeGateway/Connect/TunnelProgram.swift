/// The program that carries bytes between a channel and a process; it runs on any Python worker.
package enum TunnelProgram {
  /// Ends the process and its children.
  package static let kill = 1
  /// Waits for the end of the process and answers with its exit code.
  package static let wait = 2
  /// Closes the input of the process.
  package static let closeInput = 4

  static let source = """
    import os, signal, subprocess, threading
    words = channel.receive()
    control = channel.receive()
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               bufsize=0, close_fds=True, preexec_fn=os.setsid)

    def close_input():
        try:
            process.stdin.close()
        except (OSError, IOError, ValueError):
            pass

    def kill():
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            pass

    def down():
        try:
            for item in channel:
                view = memoryview(item)
                while len(view):
                    view = view[os.write(process.stdin.fileno(), view):]
        except (OSError, IOError, ValueError, EOFError):
            pass
        close_input()

    ended = threading.Event()

    def report():
        ended.wait()
        try:
            control.send(process.returncode)
        except (OSError, IOError, EOFError):
            pass

    def start(target):
        thread = threading.Thread(target=target)
        thread.daemon = True
        thread.start()

    def obey():
        try:
            for number in control:
                if number == 1:
                    kill()
                elif number == 2:
                    start(report)
                elif number == 4:
                    close_input()
        except (OSError, IOError, EOFError):
            pass
        # Nobody is left to ask for the process.
        close_input()

    start(down)
    start(obey)
    try:
        while True:
            data = os.read(process.stdout.fileno(), 1 << 18)
            if not data:
                break
            channel.send(data)
    except (OSError, IOError, EOFError):
        pass
    except BaseException:
        kill()
        raise
    close_input()
    process.wait()
    kill()
    ended.set()
    """
}
