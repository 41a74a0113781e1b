import ConvokeProcess
import ConvokeSweep
import Foundation
import Testbed
import Testing

/// The live page in a real browser.
@Suite(.timeLimit(.minutes(3))) struct LiveBrowserTests {
  private func finish(_ store: SweepStore, _ count: Int) throws {
    for lease in try store.next(count) {
      let value = (lease.combination["i"]?.number ?? 0) * 2
      try store.done(lease, result: .object([.init("double", .double(value + 0.5))]))
    }
  }

  @Test func `the page follows without being loaded, and keeps what the reader has chosen`()
    async throws
  {
    try await WatchProgram.serving { server in
      try self.finish(server.store, 4)
      try server.store.close()
      let heads = "[...document.querySelectorAll('.sortable thead th')]"
      let column = "\(heads).findIndex(h => h.textContent === 'i')"
      let shown = "[...document.querySelectorAll('.sortable tbody tr:not([hidden])')]"
      let cells = "\(shown).map(r => r.cells[\(column)].textContent).join()"
      let field = "document.querySelector('input.filter')"
      let counts = "document.querySelector('.counts').textContent"
      let skip = [Tool.convoke, "sweep", "skip", server.store.folder, "--where", "i > 7"]
      let run = [Tool.convoke, "sweep", "run", server.store.folder, "--", "true"]
      let answers = try await Browser.perform([
        .open(server.address), .until("document.querySelector('.live.on') !== null"),
        .value("window.mark = 1, \(heads)[\(column)].click(), \(heads)[\(column)].click()"),
        .value("\(field).focus()"), .type("done"), .value(cells),
        .run(skip), .until("\(counts).includes('3 skipped')"), .value(cells),
        // The counts come with the event, the rows with the page that is fetched then.
        .run(run), .until("\(counts).includes('7 done') && \(shown).length === 7"), .value(cells),
        .value("document.activeElement.value + window.mark"),
        .value("document.querySelector('.shown').textContent"),
        .value("performance.getEntriesByType('navigation').length"),
        .run(["kill", "\(server.pid)"]),
        .until("document.querySelector('.live.off') !== null"), .value(counts),
      ])
      let values = answers.values
      #expect(values[1] == "true")
      #expect(values[5] == #""4,3,2,1""#)
      #expect(values[7] == "true" && values[8] == #""4,3,2,1""#)
      #expect(values[10] == "true" && values[11] == #""7,6,5,4,3,2,1""#)
      #expect(values[12] == #""done1""# && values[13] == #""7 of 10""# && values[14] == "1")
      // What was there stays when the server goes.
      #expect(values[16] == "true" && values[17] == #""10 combinations: 7 done, 3 skipped""#)
      let complaints = answers.logged.filter { !$0.contains("/events") }
      #expect(complaints == [])
      #expect(answers.requests.allSatisfy { $0.hasPrefix(server.address) || $0 == "data:," })
    }
  }
}
