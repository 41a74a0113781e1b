extension Command {
  /// Talks to a serial line: what is written goes out on it, what comes in is the standard output.
  ///
  /// Eight bits, no parity, one stop bit, no flow control, no echo, bytes as they are. It ends when its
  /// input is closed. It works here and on other hosts, with the programs `stty` and `cat`.
  ///
  /// ```swift
  /// try await Command.serial("/dev/ttyS0", speed: 115_200).start { console in
  ///   try await console.write("\r")
  ///   try await console.expect("login:", within: .seconds(10))
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - device: The path of the device.
  ///   - speed: The speed, in bits per second, one that stty(1) knows.
  /// - Returns: The command, whose input is a stream.
  public static func serial(_ device: String, speed: Int) -> Command {
    let settings = "\(speed) cs8 -parenb -cstopb -crtscts -ixon -ixoff clocal raw -echo"
    let name = ShellQuoting.quote(device)
    let line = """
      [ -c \(name) ] || { echo \(name): not a character device >&2; exit 1; }
      exec 3<>\(name) && stty \(settings) <&3 || exit 1
      cat <&3 & reader=$!
      cat >&3
      kill $reader
      """
    var command = Command.shell(line)
    command.name = "serial \(device)"
    command.input = .stream
    return command
  }
}
