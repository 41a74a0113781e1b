/// The drawing of a plot: axes, grid, legend, and what is drawn between them.
struct PlotFrame {
  /// The colours of series.
  ///
  /// Those of Okabe and Ito (Color Universal Design, 2008), which everybody can tell apart.
  static let colors = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#666666", "#B8A800",
  ]

  static let width = 760.0
  private static let left = 84.0
  private static let top = 44.0
  private static let bottom = 58.0

  let title: String
  let x: PlotAxis
  let y: PlotAxis
  let legend: [String]
  let height: Double
  private let right: Double
  private var shapes: [String] = []

  init(_ title: String, _ x: PlotAxis, _ y: PlotAxis, legend: [String], height: Double = 440) {
    self.title = title
    self.x = x
    self.y = y
    self.legend = legend
    self.height = height
    self.right = legend.isEmpty ? 24 : 170
  }

  /// The width of the inner part.
  var innerWidth: Double { Self.width - Self.left - self.right }
  /// The height of the inner part.
  var innerHeight: Double { self.height - Self.top - Self.bottom }

  /// The place of a share of the horizontal axis.
  func across(_ share: Double) -> Double { Self.left + share * self.innerWidth }
  /// The place of a share of the vertical axis, which grows upwards.
  func up(_ share: Double) -> Double { Self.top + (1 - share) * self.innerHeight }

  /// The colour of a series.
  static func color(_ index: Int) -> String { Self.colors[index % Self.colors.count] }

  /// Adds a shape.
  mutating func add(_ shape: String) { self.shapes.append(shape) }

  /// Adds a rectangle with a text that shows when one points at it.
  mutating func addBox(
    _ x: Double,
    _ y: Double,
    _ width: Double,
    _ height: Double,
    fill: String,
    hint: String
  ) {
    let place = [x, y, max(width, 0.5), max(height, 0.5)].map(Markup.number)
    self.add(
      "<rect x=\"\(place[0])\" y=\"\(place[1])\" width=\"\(place[2])\" height=\"\(place[3])\" "
        + "fill=\"\(fill)\"><title>\(Markup.escape(hint))</title></rect>"
    )
  }

  /// Adds a text.
  mutating func addText(_ text: String, _ x: Double, _ y: Double, fill: String = "#222") {
    self.add(Self.text(text, x, y, "middle", fill: fill))
  }

  /// Adds a line.
  mutating func addLine(_ from: (Double, Double), _ to: (Double, Double), color: String) {
    let place = [from.0, from.1, to.0, to.1].map(Markup.number)
    self.add(
      "<line x1=\"\(place[0])\" y1=\"\(place[1])\" x2=\"\(place[2])\" y2=\"\(place[3])\" "
        + "stroke=\"\(color)\"/>"
    )
  }

  /// The whole drawing (SVG 1.1).
  var svg: String {
    let size = "width=\"\(Int(Self.width))\" height=\"\(Int(self.height))\""
    let box = "viewBox=\"0 0 \(Int(Self.width)) \(Int(self.height))\""
    let head =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) \(box) font-family=\"sans-serif\" "
      + "font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
    let title = Self.text(self.title, Self.width / 2, 24, "middle", size: 15)
    let parts = [head, title] + self.axes + self.shapes + self.legendShapes + ["</svg>"]
    return parts.joined(separator: "\n") + "\n"
  }

  private static func text(
    _ text: String,
    _ x: Double,
    _ y: Double,
    _ anchor: String,
    size: Int = 12,
    fill: String = "#222",
    more: String = ""
  ) -> String {
    "<text x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\" text-anchor=\"\(anchor)\" "
      + "font-size=\"\(size)\" fill=\"\(fill)\"\(more)>\(Markup.escape(text))</text>"
  }

  private static func shortened(_ text: String, _ count: Int) -> String {
    text.count > count ? "\(text.prefix(count - 1))…" : text
  }

  private var axes: [String] {
    let left = Markup.number(Self.left)
    let bottom = Markup.number(self.up(0))
    let end = Markup.number(self.across(1))
    var parts: [String] = []
    let ticksAcross = self.x.ticks
    let slanted = ticksAcross.count > 8
    for (share, text) in ticksAcross {
      let at = self.across(share)
      let turn = " transform=\"rotate(-35 \(Markup.number(at)) \(Markup.number(self.up(0) + 16)))\""
      parts.append(
        Self.text(
          Self.shortened(text, slanted ? 10 : 16),
          at,
          self.up(0) + 16,
          slanted ? "end" : "middle",
          more: slanted ? turn : ""
        )
      )
    }
    for (share, text) in self.y.ticks {
      let at = Markup.number(self.up(share))
      parts.append(
        "<line x1=\"\(left)\" y1=\"\(at)\" x2=\"\(end)\" y2=\"\(at)\" stroke=\"#e4e4e4\"/>"
      )
      parts.append(Self.text(Self.shortened(text, 12), Self.left - 6, self.up(share) + 4, "end"))
    }
    parts.append(
      "<path d=\"M\(left) \(Markup.number(Self.top))V\(bottom)H\(end)\" fill=\"none\" stroke=\"#444\"/>"
    )
    parts.append(Self.text(self.x.label, self.across(0.5), self.height - 10, "middle", size: 13))
    let middle = Markup.number(self.up(0.5))
    parts.append(
      Self.text(
        self.y.label,
        16,
        self.up(0.5),
        "middle",
        size: 13,
        more: " transform=\"rotate(-90 16 \(middle))\""
      )
    )
    return parts
  }

  private var legendShapes: [String] {
    self.legend.enumerated().flatMap { index, name in
      let y = Self.top + 10 + Double(index) * 20
      let x = self.across(1) + 14
      let box =
        "<rect x=\"\(Markup.number(x))\" y=\"\(Markup.number(y - 9))\" width=\"12\" height=\"12\" "
        + "fill=\"\(Self.color(index))\"/>"
      return [box, Self.text(Self.shortened(name, 20), x + 18, y + 1, "start")]
    }
  }
}
