/// The workers in Swift that are kept on hosts, as lines of a POSIX shell see and remove them.
public enum WorkerCache: Sendable {
  /// Prints a line for each: its hash, its size in bytes, when it was put there, its path.
  public static let listLine =
    ShipScript.preamble + "; for b in \(ShipScript.folders); do own \"$b\" || continue; "
    + "for f in \"$b\"/workers/*/\(WorkerFile.standardName); do [ -f \"$f\" ] || continue; "
    + "h=${f%/*}; echo \"${h##*/} $(wc -c < \"$f\") $(date -r \"$f\" +%Y-%m-%dT%H:%M:%S%z) $f\"; "
    + "done; done"

  /// Removes all and prints the path of each; those that run go on, as their file stays theirs.
  public static let cleanLine =
    ShipScript.preamble + "; for b in \(ShipScript.folders); do own \"$b\" || continue; "
    + "[ -d \"$b/workers\" ] || continue; for f in \"$b\"/workers/*/*; do [ -f \"$f\" ] && echo \"$f\"; "
    + "done; rm -rf \"$b/workers\"; rmdir \"$b\" 2> /dev/null; done; true"
}
