import Foundation

public import struct ConvokeHosts.Host

extension FleetJournal {
  /// What a journal on disk tells, whether its run ended or was killed.
  public struct Contents: Sendable, Hashable {
    /// The run as a whole.
    public var run: FleetJournalRun
    /// The outcomes that were written down, by the folder of the member.
    public var results: [String: FleetResult.Record]

    /// The hosts that have not succeeded in every part, in order; those never tried count too.
    public var failedHosts: [Host] { self.hosts { !$0 } }

    /// The hosts that have succeeded in every part, in order.
    public var succeededHosts: [Host] { self.hosts { $0 } }

    private func hosts(where isWanted: (Bool) -> Bool) -> [Host] {
      // A host of several parts is one host; a host named twice in an action counts twice.
      struct Place: Hashable {
        var host: Host
        var rank: Int
      }
      var order: [Place] = []
      var isOK: [Place: Bool] = [:]
      for member in self.run.members {
        let place = Place(host: member.value, rank: member.rank)
        if isOK[place] == nil { order.append(place) }
        let isMemberOK = self.results[member.folder]?.ok == true
        isOK[place] = isOK[place, default: true] && isMemberOK
      }
      return order.filter { isWanted(isOK[$0] == true) }.map(\.host)
    }
  }

  /// Reads a journal.
  ///
  /// - Parameter path: The path of its folder.
  /// - Returns: What it tells; outcomes that cannot be read count as not written.
  /// - Throws: ``FleetError`` with code ``FleetError/Code/journal`` if there is no run in it.
  public static func contents(of path: String) throws(FleetError) -> Contents {
    let run: FleetJournalRun
    do {
      run = try Self.read(FleetJournalRun.self, "\(path)/run.json")
    } catch {
      throw FleetError(
        .journal,
        "\(path) is not the journal of a run: \(error.localizedDescription)"
      )
    }
    guard run.version == 1 else {
      throw FleetError(.journal, "\(path) has version \(run.version), and only version 1 is known")
    }
    var results: [String: FleetResult.Record] = [:]
    for member in run.members {
      // Without an outcome the member was not finished.
      let record = try? Self.read(FleetResult.Record.self, "\(path)/\(member.folder)/meta.json")
      results[member.folder] = record
    }
    return Contents(run: run, results: results)
  }

  private static func read<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: path)))
  }
}
