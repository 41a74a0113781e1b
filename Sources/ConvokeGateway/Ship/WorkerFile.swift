import ConvokeProcess
import Glibc

/// The file of a worker in Swift on this machine.
struct WorkerFile: Sendable, Hashable {
  /// The name of the worker that comes with Convoke.
  static let standardName = "convoke-worker"
  /// The variable that names another one.
  static let variable = "CONVOKE_WORKER"

  let path: String

  /// The file that a specification asks for.
  ///
  /// Without a path in the specification or the options it is the one that `CONVOKE_WORKER` names, this
  /// program itself if it can be a worker, or `convoke-worker` beside it or in `PATH`.
  ///
  /// - Throws: ``GatewayError`` with code ``GatewayError/Code/notStarted`` when there is none.
  static func find(_ wanted: String?, _ options: GatewayOptions) throws(GatewayError) -> WorkerFile
  {
    if let path = wanted ?? options.workerProgram ?? self.variableValue {
      guard unsafe access(path, X_OK) == 0 else {
        let reason = unsafe String(cString: strerror(errno))
        throw GatewayError(.notStarted, "the worker program \(path) cannot be run: \(reason)")
      }
      return WorkerFile(path: path)
    }
    let own = OwnProgram.path
    if OwnProgram.isWorker, let own { return WorkerFile(path: own) }
    let folders = (own.map { [$0.split(separator: "/").dropLast().joined(separator: "/")] } ?? [])
      .map { "/" + $0 }
    for folder in folders + self.searchPath {
      let path = "\(folder)/\(self.standardName)"
      if unsafe access(path, X_OK) == 0 { return WorkerFile(path: path) }
    }
    throw GatewayError(
      .notStarted,
      "there is no \(self.standardName) beside this program nor in PATH: build it with "
        + "scripts/build-worker, or name it with swift=PATH or \(self.variable)"
    )
  }

  private static var variableValue: String? {
    guard let value = unsafe getenv(self.variable), unsafe value.pointee != 0 else { return nil }
    return unsafe String(cString: value)
  }

  private static var searchPath: [String] {
    guard let value = unsafe getenv("PATH") else { return [] }
    return unsafe String(cString: value).split(separator: ":").map(String.init)
  }
}

extension GatewaySpec.Interpreter {
  /// Why no worker of this kind can be had from this machine, whatever the host; `nil` if it may.
  package func localProblem(_ options: GatewayOptions = GatewayOptions()) -> String? {
    guard case .swift(let path) = self else { return nil }
    do throws(GatewayError) {
      _ = try WorkerFile.find(path, options)
      return nil
    } catch {
      return error.message
    }
  }
}
