import ConvokeGateway

/// The far side of `convoke shell`: Python's own interactive console over a channel, or Node's.
///
/// It takes lines, 0 to drop a statement that is not complete, and `None` for the end. It sends tuples:
/// 0 and whether the statement goes on, when it is ready for a line; 1 or 2 and text for a stream; 3
/// and the status at the end.
enum ShellProgram {
  /// The program for a worker of either language.
  static var program: RemoteProgram { .either(python: self.python, javascript: self.javascript) }

  private static let python = """
    import code, os, signal, sys, threading

    class Output(object):
        encoding, errors, closed = "utf-8", "replace", False
        def __init__(self, number):
            self.number = number
        def write(self, text):
            if isinstance(text, bytes):
                text = text.decode("utf-8", "replace")
            if text:
                channel.send((self.number, text))
            return len(text)
        def writelines(self, lines):
            for line in lines:
                self.write(line)
        def flush(self):
            pass
        def isatty(self):
            return False

    control = channel.receive()
    state = {"running": False}
    thread = threading.current_thread()

    def interrupt(item):
        if state["running"]:
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(thread.ident, signal.SIGINT)
            else:
                os.kill(os.getpid(), signal.SIGINT)

    def status(value):
        if value is None or isinstance(value, int):
            return (value or 0) & 255
        sys.stderr.write("%s\\n" % (value,))
        return 1

    def serve():
        console = code.InteractiveConsole({"__name__": "__console__", "__doc__": None})
        goes_on = False
        while True:
            try:
                channel.send((0, bool(goes_on)))
                line = channel.receive()
                if line is None:
                    if goes_on:
                        console.push("")
                    return 0
                if line == 0:
                    console.resetbuffer()
                    goes_on = False
                else:
                    state["running"] = True
                    goes_on = console.push(line)
            except KeyboardInterrupt:
                console.resetbuffer()
                goes_on = False
                sys.stderr.write("KeyboardInterrupt\\n")
            except SystemExit as end:
                return status(end.code)
            finally:
                state["running"] = False

    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Output(1), Output(2)
    control.setcallback(interrupt)
    try:
        channel.send((3, serve()))
    except EOFError:
        pass
    finally:
        sys.stdout, sys.stderr = streams
    """
}
