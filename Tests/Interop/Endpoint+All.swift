import Foundation
import Testbed

extension Endpoint {
  /// Every transport and worker that this machine has.
  static let all: [Endpoint] =
    [
      Endpoint(specs: [], language: .swift),
      Endpoint(specs: ["popen"]),
      Endpoint(specs: ["popen//execmodel=main_thread_only"]),
      Endpoint(specs: ["popen//execmodel=asyncio"], language: .asyncio),
      Endpoint(specs: ["popen//id=master", "popen//via=master"]),
      Endpoint(specs: ["popen//id=master", "popen//id=second//via=master", "popen//via=second"]),
      Endpoint(specs: ["popen//id=master", "socket//installvia=master"]),
      Endpoint(specs: ["ssh=HOST"], isRemote: true),
      Endpoint(specs: ["local//swift=FIXTURE"], language: .swift),
      Endpoint(specs: ["ssh=HOST//swift=FIXTURE"], language: .swift, isRemote: true),
      Endpoint(
        specs: ["popen//id=hub", "local//via=hub//swift=FIXTURE//id=other", "local//via=other"]
      ),
    ] + Endpoint.pythons + Endpoint.nodes + Endpoint.fromPyPI

  /// The Node of this machine, and the one that `scripts/setup-tests` adds.
  private static var nodes: [Endpoint] {
    ["/usr/bin/node", Tool.newerNode].filter(self.exists).map {
      Endpoint(specs: ["popen//javascript=\($0)"], language: .javascript)
    }
  }

  private static var pythons: [Endpoint] {
    let folder = NSHomeDirectory() + "/.pyenv/versions"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let paths = versions.sorted().map { "\(folder)/\($0)/bin/python" } + ["/usr/bin/pypy3"]
    return paths.filter(self.exists).map { Endpoint(specs: ["popen//python=\($0)"]) }
  }

  /// What needs packages, which `scripts/setup-tests` installs.
  private static var fromPyPI: [Endpoint] {
    guard let python = Tool.installedExecnetPython else { return [] }
    return [
      Endpoint(specs: ["popen//python=\(python)//execmodel=gevent"]),
      Endpoint(specs: ["popen//python=\(python)//execmodel=eventlet"]),
      Endpoint(specs: ["popen//python=\(python)"], usesExecnet: true),
      Endpoint(specs: ["popen//python=\(python)//execmodel=main_thread_only"], usesExecnet: true),
      Endpoint(
        specs: ["popen//id=m//python=\(python)", "popen//python=\(python)//via=m"],
        usesExecnet: true
      ),
      Endpoint(specs: ["socket=ADDRESS"], server: .open),
      Endpoint(specs: ["socket=ADDRESS"], server: .protected),
      Endpoint(specs: ["socket=ADDRESS"], server: .execnet),
      Endpoint(specs: ["socket=ADDRESS"], usesExecnet: true, server: .open),
      Endpoint(specs: ["socket=ADDRESS"], usesExecnet: true, server: .execnet),
    ]
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: path)
  }
}
