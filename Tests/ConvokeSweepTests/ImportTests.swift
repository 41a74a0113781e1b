import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

struct ImportTests {
  private func python(_ source: String) async throws {
    let program = Tool.packageFolder.appending(path: ".venv/bin/python").path
    let result = try await Tool.run(program, ["-c", source])
    try #require(result.status == 0, "\(result.errors)")
  }

  private let parameters = """
    {'size': [1, 2.5, -70000, 2**40], 'mode': {'a': {}, 'b': {'level': [True, None]}}}
    """

  @Test func `a folder of the genuine ParamSweeper is taken over`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let at = "\(folder.path)/execo"
      try await self.python(
        """
        from execo_engine import ParamSweeper, sweep
        sweeper = ParamSweeper('\(at)', sweep(\(self.parameters)), save_sweeps=True)
        for _ in range(5): sweeper.done(sweeper.get_next())
        sweeper.skip(sweeper.get_next())
        sweeper.get_next()
        """
      )
      let sweeper = try ExecoSweeper(folder: at)
      #expect(sweeper.sweeps?.count == 12)
      #expect(sweeper.done.count == 5)
      #expect(sweeper.inProgress.count == 1)
      let store = try SweepStore("\(folder.path)/store")
      // The definition keeps its order, and every value its type.
      try store.update(
        to: [
          "size": [1, 2.5, -70000, .init(integerLiteral: 1 << 40)],
          "mode": ["a": [:], "b": ["level": [true, nil]]],
        ]
      )
      let report = try store.adopt(sweeper)
      #expect(report.description.hasPrefix("5 done, 0 known already, 0 not in the sweep, 1 in"))
      #expect(try store.statistics().description == "12 total, 5 done, 7 todo")
      #expect(try store.adopt(sweeper).known == 5)
      let fresh = try SweepStore("\(folder.path)/fresh")
      #expect(try fresh.adopt(sweeper).done == 5)
      #expect(try fresh.statistics().total == 12)
    }
  }

  @Test(arguments: 0...5) func `every protocol of Python is read`(version: Int) async throws {
    try await TemporaryFolder.withFolder { folder in
      try await self.python(
        """
        import pickle
        from execo_engine import HashableDict
        with open('\(folder.path)/done', 'wb') as file:
            for value in [HashableDict({'a': 1, 'b': 'x"é\\n', 'c': (1, 2), 'd': -3.5e-7}), 7, 'text',
                          HashableDict({'big': -2**62, 'no': False, 'none': None, 'l': [[], [1]]})]:
                file.write(pickle.dumps(value, \(version)))
        """
      )
      let done = try ExecoSweeper(folder: folder.path).done.map(\.json)
      #expect(
        done == [
          #"{"a":1,"b":"x\"é\n","c":[1,2],"d":-3.5e-07}"#, #"{"value":7}"#, #"{"value":"text"}"#,
          #"{"big":-4611686018427387904,"no":false,"none":null,"l":[[],[1]]}"#,
        ]
      )
    }
  }

  @Test func `a pickle that would run a program is refused, and runs nothing`() async throws {
    try await TemporaryFolder.withFolder { folder in
      let at = folder.path
      try await self.python(
        """
        import os, pickle
        class Evil:
            def __reduce__(self): return (os.system, ('touch \(at)/evil',))
        for version in range(6):
            os.makedirs('\(at)/%d' % version)
            with open('\(at)/%d/done' % version, 'wb') as file: pickle.dump(Evil(), file, version)
        """
      )
      for version in 0...5 {
        let error = #expect(throws: SweepError.self) {
          try ExecoSweeper(folder: "\(at)/\(version)")
        }
        #expect(error?.message.contains("refused") == true, "\(error?.message ?? "")")
      }
      #expect(!FileManager.default.fileExists(atPath: "\(at)/evil"))
    }
  }

  @Test func `a torn end loses the last element alone`() async throws {
    try await TemporaryFolder.withFolder { folder in
      try await self.python(
        """
        import pickle
        data = b''.join(pickle.dumps({'i': i}) for i in range(3))
        open('\(folder.path)/done', 'wb').write(data[:-4])
        """
      )
      let sweeper = try ExecoSweeper(folder: folder.path)
      #expect(sweeper.done.map(\.description) == ["i=0", "i=1"])
      #expect(sweeper.isTorn)
    }
  }

  @Test func `random bytes are an error and nothing worse`() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<3_000 {
      let count = Int.random(in: 1...40, using: &generator)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      var reader = PickleReader(bytes)
      while let value = try? reader.next() { _ = value }
    }
  }
}
