import ConvokeProcess
import Foundation
import Testbed
import Testing

@testable import ConvokeSweep

/// The page in a real browser, opened from disk.
@Suite(.timeLimit(.minutes(3))) struct ReportBrowserTests {
  private static let file = """
    parameters: {size: [1, 10, 100], mode: [fast, slow], n: {range: [1, 3]}}
    run:
      results: json
      command: 'test {size}{mode}{n} != 10slow2 || { echo "<b>tail</b>"; echo why >&2; exit 3; };
        echo "{\\"time\\": $(( {size} * {n} )).125}"'
    """
  private static let column =
    "[...document.querySelectorAll('.sortable tbody tr:not([hidden])')].map(r => r.cells[INDEX].textContent)"

  private static func cells(_ index: Int) -> String {
    self.column.replacing("INDEX", with: "\(index)")
  }

  private func withReport(_ body: (String) async throws -> Void) async throws {
    try await TemporaryFolder.withFolder { folder in
      try Data(Self.file.utf8).write(to: folder.appending(component: "sweep.yaml"))
      for words in [["run"], ["report", "--title", "All <sizes>"]] {
        let result = await Command(
          arguments: [SweepProgramUnderTest.path, "sweep"] + words
        ).with {
          $0.directory = folder.path
          $0.environment = ["CONVOKE_CONFIG": ""]
          $0.deadline = .seconds(60)
        }.run()
        #expect(result.outcome == .exited(words[0] == "run" ? 1 : 0), "\(result.stderr.text)")
      }
      try await body("\(folder.path)/sweep.results/report.html")
    }
  }

  @Test func `tables sort and filter, plots and failures are visible, and nothing is loaded`()
    async throws
  {
    try await self.withReport { path in
      let head = "document.querySelectorAll('.sortable thead th')[3]"
      let answers = try await Browser.perform([
        .size(1280, 900), .open("file://\(path)"),
        .value("document.querySelector('.counts').textContent"),
        .value("\(head).click(), \(head).textContent + ' ' + \(head).ariaSort"),
        .value(Self.cells(3)),
        .value("\(head).click(), \(head).ariaSort"),
        .value(Self.cells(3)),
        .value("document.querySelector('input.filter').focus()"),
        .type("SLOW done 100"),
        .value(Self.cells(0)),
        .value("document.querySelector('.shown').textContent"),
        .value(
          "[...document.querySelectorAll('figure svg')].map(s => s.getBoundingClientRect().width > 300)"
        ),
        .value("document.querySelector('details').innerText"),
        .value("document.querySelector('.facts').innerText.includes('convoke')"),
      ])
      let values = answers.values
      #expect(values[1] == #""All <sizes>""#)
      #expect(values[2] == #""18 combinations: 17 done, 1 failed""#)
      #expect(values[3] == #""time ascending""#)
      let rising = [1, 1, 2, 2, 3, 3, 10, 10, 20, 30, 30, 100, 100, 200, 200, 300, 300]
      let texts = rising.map { "\"\($0).125\"" }
      // What has no value comes last either way.
      #expect(values[4] == "[\((texts + ["\"\""]).joined(separator: ","))]")
      #expect(values[5] == #""descending""#)
      #expect(values[6] == "[\((texts.reversed() + ["\"\""]).joined(separator: ","))]")
      #expect(values[9] == #"["100","100","100"]"#)
      #expect(values[10] == #""3 of 18""#)
      #expect(values[11] == "[true,true]")
      #expect(values[12].contains("exited with code 3: why") && values[12].contains("<b>tail</b>"))
      #expect(values[13] == "true")
      #expect(answers.logged == [])
      #expect(answers.requests == ["file://\(path)"])
    }
  }

  @Test func `in the dark and on a narrow screen everything can be read`() async throws {
    try await self.withReport { path in
      // Contrast as WCAG 2.2 defines it; 4.5 is its level AA.
      let contrast = """
        (() => {
          const light = (text) => {
            const parts = text.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255)
              .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
          };
          const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          const back = light(getComputedStyle(document.body).backgroundColor);
          const names = "h1, .counts b, td, th, summary, .reason, .shown, figure svg > text";
          return Math.min(...[...document.querySelectorAll(names)].map((element) => {
            const style = getComputedStyle(element);
            return ratio(light(element.closest("svg") ? style.fill : style.color), back);
          }));
        })() >= 4.5
        """
      let fits = "document.documentElement.scrollWidth <= innerWidth"
      let answers = try await Browser.perform([
        .open("file://\(path)"), .dark(false), .value(contrast), .dark(true), .value(contrast),
        .size(360, 700), .value(fits), .size(1600, 900), .value(fits),
      ])
      #expect([2, 4, 6, 8].map { answers.values[$0] } == ["true", "true", "true", "true"])
    }
  }
}
