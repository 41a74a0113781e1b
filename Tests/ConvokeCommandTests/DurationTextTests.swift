import Testing

@testable import ConvokeCommand

@Suite struct DurationTextTests {
  @Test(
    arguments: [
      ("90", 90), ("1.5s", 1.5), ("20m", 1200), ("20min", 1200), ("1h30m", 5400), ("500ms", 0.5),
      ("1:30:00", 5400), ("2:05", 125), ("0:00.5", 0.5), ("1:00:00:00", 86_400), ("2d", 172_800),
    ] as [(String, Double)]
  )
  func `durations are read`(_ text: String, _ seconds: Double) {
    #expect(DurationText.parse(text) == .seconds(seconds))
  }

  @Test(arguments: [
    "", "s", "-1", "1e3", "inf", "1x", "1h1h", "1:60", "1:2:3:4:5", "1..5s", "1 s", "٣",
  ])
  func `what is no duration is refused`(_ text: String) {
    #expect(DurationText.parse(text) == nil)
  }
}
