/// One page of HTML with everything that came out, which needs nothing beside it.
public enum ReportPage: Sendable {
  /// Makes the page.
  ///
  /// - Parameters:
  ///   - store: The store.
  ///   - title: The title of the page.
  ///   - plots: The pictures; by default one for each result that is a number, six at most.
  /// - Returns: The page; it loads nothing, and its script only sorts and filters the table.
  /// - Throws: ``SweepError`` if the store cannot be read or a plot names a column that is missing.
  public static func html(
    of store: SweepStore,
    title: String,
    plots: [Plot]? = nil
  ) throws(SweepError) -> String {
    self.page(title, try ReportSections.all(of: store, plots: plots), isLive: false)
  }

  /// Makes the page of a server, which loads itself again when `events` says that it has changed.
  package static func live(of store: SweepStore, title: String) throws(SweepError) -> String {
    self.page(title, try ReportSections.all(of: store, plots: nil), isLive: true)
  }

  private static func page(
    _ title: String,
    _ sections: [ReportSections.Section],
    isLive: Bool
  ) -> String {
    let parts = sections.map { "<section data-part=\"\($0.name)\">\($0.html)</section>" }
    let connections = isLive ? "; connect-src 'self'; img-src data:" : ""
    let sign = isLive ? "<p class=\"live\" role=\"status\">connecting</p>" : ""
    let script = ReportScript.table + (isLive ? ReportScript.live : "") + "arrange();\n"
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'\(connections)">
      \(isLive ? "<link rel=\"icon\" href=\"data:,\">" : "")
      <title>\(Markup.escape(title))</title>
      <style>\(ReportStyle.sheet)</style>
      </head>
      <body>
      <header><h1>\(Markup.escape(title))</h1>\(sign)</header>
      \(parts.joined(separator: "\n"))
      <script>\(script)</script>
      </body>
      </html>

      """
  }
}
