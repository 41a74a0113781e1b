/// Draws the kinds of plots that show a table.
enum PlotDrawing {
  private static func legend(_ plot: Plot, _ points: PlotPoints) -> [String] {
    plot.series == nil ? [] : points.names.map { "\(plot.series ?? "") \($0)" }
  }

  private static func title(_ plot: Plot) -> String {
    "\(plot.y) by \(plot.x)" + (plot.series.map { " and \($0)" } ?? "")
  }

  private static func across(_ plot: Plot, _ points: PlotPoints) -> PlotAxis {
    guard points.isNumeric else { return PlotAxis(plot.x, categories: points.places) }
    let numbers = points.places.compactMap(\.number)
    return PlotAxis(plot.x, numbers: numbers, isLogarithmic: plot.isXLogarithmic)
  }

  /// Medians joined by lines, with bands.
  static func lines(_ plot: Plot, _ points: PlotPoints) -> String {
    let medians = points.allMedians
    let up = PlotAxis(
      plot.y,
      numbers: medians.flatMap { [$0.low, $0.high] },
      isLogarithmic: plot.isYLogarithmic
    )
    var frame = PlotFrame(
      self.title(plot),
      self.across(plot, points),
      up,
      legend: self.legend(plot, points)
    )
    for series in points.names.indices {
      let places = points.medians(of: series).compactMap { point in
        frame.x.position(point.x).map { share in
          (
            point, frame.across(share), frame.up(up.position(point.value)),
            frame.up(up.position(point.low)), frame.up(up.position(point.high))
          )
        }
      }
      let color = PlotFrame.color(series)
      let upper = places.map { "\(Markup.number($0.1)),\(Markup.number($0.4))" }
      let lower = places.reversed().map { "\(Markup.number($0.1)),\(Markup.number($0.3))" }
      let band = (upper + lower).joined(separator: " ")
      frame.add("<polygon points=\"\(band)\" fill=\"\(color)\" fill-opacity=\"0.18\"/>")
      let line = places.map { "\(Markup.number($0.1)),\(Markup.number($0.2))" }
      frame.add(
        "<polyline points=\"\(line.joined(separator: " "))\" fill=\"none\" stroke=\"\(color)\" "
          + "stroke-width=\"2\"/>"
      )
      for place in places { self.addPoint(place.0, place.1, place.2, plot, &frame) }
    }
    return frame.svg
  }

  private static func addPoint(
    _ point: PlotPoints.Point,
    _ x: Double,
    _ y: Double,
    _ plot: Plot,
    _ frame: inout PlotFrame
  ) {
    let hint = "\(plot.x) \(point.x): \(Markup.label(point.value))"
    frame.add(
      "<circle cx=\"\(Markup.number(x))\" cy=\"\(Markup.number(y))\" r=\"3.5\" "
        + "fill=\"\(PlotFrame.color(point.series))\"><title>\(Markup.escape(hint))</title></circle>"
    )
  }

  /// Medians as bars, with their intervals.
  static func bars(_ plot: Plot, _ points: PlotPoints) -> String {
    let medians = points.allMedians
    let up = PlotAxis(plot.y, numbers: medians.flatMap { [$0.low, $0.high] }, fromZero: true)
    var frame = PlotFrame(
      self.title(plot),
      PlotAxis(plot.x, categories: points.places),
      up,
      legend: self.legend(plot, points)
    )
    let slot = frame.innerWidth / Double(points.places.count) * 0.8
    let width = slot / Double(points.names.count)
    for point in medians {
      guard let share = frame.x.position(point.x) else { continue }
      let x = frame.across(share) - slot / 2 + Double(point.series) * width
      let zero = frame.up(up.position(0))
      let top = frame.up(up.position(point.value))
      frame.addBox(
        x,
        min(zero, top),
        width * 0.92,
        abs(zero - top),
        fill: PlotFrame.color(point.series),
        hint: "\(plot.x) \(point.x): \(Markup.label(point.value))"
      )
      guard point.high > point.low else { continue }
      let middle = x + width * 0.46
      frame.addLine(
        (middle, frame.up(up.position(point.low))),
        (middle, frame.up(up.position(point.high))),
        color: "#222"
      )
    }
    return frame.svg
  }

  /// Every result as a point.
  static func scatter(_ plot: Plot, _ points: PlotPoints) -> String {
    let up = PlotAxis(
      plot.y,
      numbers: points.raw.map(\.value),
      isLogarithmic: plot.isYLogarithmic
    )
    var frame = PlotFrame(
      self.title(plot),
      self.across(plot, points),
      up,
      legend: self.legend(plot, points)
    )
    for point in points.raw {
      guard let share = frame.x.position(point.x) else { continue }
      let y = frame.up(up.position(point.value))
      self.addPoint(point, frame.across(share), y, plot, &frame)
    }
    return frame.svg
  }

  /// Medians as colours, over two parameters.
  static func heat(_ plot: Plot, _ points: PlotPoints) -> String {
    let medians = points.allMedians
    let values = medians.map(\.value)
    let low = values.min() ?? 0
    let range = max((values.max() ?? 1) - low, .leastNormalMagnitude)
    var frame = PlotFrame(
      self.title(plot),
      PlotAxis(plot.x, categories: points.places),
      PlotAxis(plot.series ?? "", categories: points.names),
      legend: []
    )
    let width = frame.innerWidth / Double(points.places.count)
    let height = frame.innerHeight / Double(points.names.count)
    for point in medians {
      guard let across = frame.x.position(point.x) else { continue }
      let up = (Double(point.series) + 0.5) / Double(points.names.count)
      let share = (point.value - low) / range
      let x = frame.across(across) - width / 2
      let y = frame.up(up) - height / 2
      let text = Markup.label(point.value)
      let hint = "\(plot.x) \(point.x), \(points.names[point.series]): \(text)"
      frame.addBox(x, y, width - 1, height - 1, fill: self.shade(share), hint: hint)
      guard width > 44, height > 16 else { continue }
      let ink = share > 0.6 ? "#222" : "#fff"
      frame.addText(text, x + width / 2, y + height / 2 + 4, fill: ink)
    }
    return frame.svg
  }

  // From dark blue to yellow by way of green, as light as the value is large.
  private static func shade(_ share: Double) -> String {
    let stops: [(Double, Double, Double)] = [
      (68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37),
    ]
    let place = max(0, min(share, 1)) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    let part = place - Double(index)
    let (from, to) = (stops[index], stops[index + 1])
    let mixed = [
      from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part,
      from.2 + (to.2 - from.2) * part,
    ]
    return "rgb(\(mixed.map { String(Int($0.rounded())) }.joined(separator: ",")))"
  }
}
