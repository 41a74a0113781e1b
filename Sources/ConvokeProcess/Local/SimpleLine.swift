/// Command lines that mean the same with and without a shell.
///
/// Starting such a line without `/bin/sh` saves loading the shell; make(1) does the same.
enum SimpleLine {
  /// The words of the line, or `nil` if only a shell can say what it means.
  static func words(_ line: String) -> [String]? {
    guard line.utf8.allSatisfy(self.isPlain) else { return nil }
    let words = line.split(separator: " ").map(String.init)
    guard let first = words.first, !first.contains("="), !self.ofTheShell.contains(first) else {
      return nil
    }
    return words
  }

  /// Whether a shell, by its path, reads command lines as POSIX has it.
  static func isPOSIX(shell path: String) -> Bool {
    ["sh", "bash", "dash", "ash", "ksh"].contains(path.split(separator: "/").last ?? "")
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: " _-./:=,@%+".utf8.contains(byte)
    }
  }

  // The reserved words and the special and regular built-in utilities of POSIX.1-2017 (Shell Command
  // Language, sections 2.4, 2.9.1 and 2.14), less those that do the same as programs.
  private static let ofTheShell: Set<String> = [
    ".", ":", "alias", "bg", "break", "case", "cd", "command", "continue", "do", "done", "elif",
    "else", "esac", "eval", "exec", "exit", "export", "fc", "fg", "fi", "for", "function",
    "getopts", "hash", "if", "in", "jobs", "kill", "local", "newgrp", "read", "readonly", "return",
    "select", "set", "shift", "source", "then", "time", "times", "trap", "type", "ulimit", "umask",
    "unalias", "unset", "until", "wait", "while",
  ]
}
