import Glibc

/// The Python program that a worker process starts with: it reads the client's line and runs it.
///
/// It needs no package, and runs on Python 2.7 and 3.
enum WorkerProgram {
  /// The longest line, in bytes.
  static let longestLine = 4 << 20

  /// Exit codes for clients that do not send a line.
  static let complaints: [Int32: String] = [
    120: "it closed the connection before its program was complete",
    121: "its program did not arrive in time",
    122: "its program is longer than 4 MiB",
    123: "it sent more than a program",
  ]

  /// Reads the line from standard input, which is the socket, and no byte more.
  private static func reader(family: Int32, limit: Duration) -> String {
    """
    import os, socket, sys
    def convoke_line():
        import time
        end = time.time() + \(limit / .seconds(1))
        sock = socket.fromfd(0, \(family), socket.SOCK_STREAM)
        parts, size = [], 0
        while True:
            left = end - time.time()
            if left <= 0: os._exit(121)
            sock.settimeout(left)
            try: piece = sock.recv(65536, socket.MSG_PEEK)
            except socket.timeout: os._exit(121)
            except socket.error: os._exit(120)
            if not piece: os._exit(120)
            count = piece.find(b"\\n") + 1
            if count and count < len(piece): os._exit(123)
            parts.append(sock.recv(count or len(piece)))
            size += len(parts[-1])
            if size > \(self.longestLine): os._exit(122)
            if count: break
        sock.settimeout(None)
        sock.close()
        return b"".join(parts).rstrip()

    """
  }

  /// For a client of execnet: the line runs with `clientsock` and `address`, as in execnet's
  /// `script/socketserver.py`.
  ///
  /// There is no `execmodel`, so that the client brings its own, which its program provides for.
  /// What is printed goes to standard error: standard input and output are not the socket.
  static func execnet(family: Int32, peer: (host: String, port: Int), limit: Duration) -> String {
    self.reader(family: family, limit: limit) + """
      line = convoke_line()
      null = os.open(os.devnull, os.O_RDWR)
      clientsock = socket.fromfd(0, \(family), socket.SOCK_STREAM)
      if sys.version_info[0] < 3:
          import fcntl
          fcntl.fcntl(clientsock.fileno(), fcntl.F_SETFD, fcntl.FD_CLOEXEC)
      os.dup2(null, 0)
      os.dup2(2, 1)
      os.close(null)
      scope = {"clientsock": clientsock, "address": ('\(peer.host)', \(peer.port))}
      source = eval(line)
      if source: exec(compile(source + "\\n", "<socket server>", "exec"), scope)

      """
  }

  /// For a client of Convoke: the line runs as if it came through a pipe.
  static func convoke(family: Int32, limit: Duration) -> String {
    self.reader(family: family, limit: limit) + "exec(eval(convoke_line()))\n"
  }
}
