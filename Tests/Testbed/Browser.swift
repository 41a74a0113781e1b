import Foundation

/// Headless Chromium, which opens a page and does what a reader would do.
package enum Browser {
  /// Something to do.
  package enum Step {
    /// Opens an address and waits until it has been loaded; the answer is the title.
    case open(String)
    /// Gives the window a size.
    case size(Int, Int)
    /// Lets the system be dark or light.
    case dark(Bool)
    /// Evaluates JavaScript; the answer is its value.
    case value(String)
    /// Waits until an expression is true; the answer is whether it came to be.
    case until(String)
    /// Types into what has the focus.
    case type(String)
    /// Runs a program to its end, while the page is open; the answer is what it printed.
    case run([String])
    /// Takes a picture of the whole page.
    case shot(String)
  }

  /// What has come of it.
  package struct Answers: Sendable {
    /// The answers of the steps, as JSON.
    package var values: [String]
    /// What was written to the console, errors of scripts and refused requests included.
    package var logged: [String]
    /// The addresses that were asked for.
    package var requests: [String]
  }

  private struct Ending: Decodable {
    var logged: [String]
    var requests: [String]
  }

  /// Does the steps, one after the other.
  ///
  /// - Throws: ``Tool/ScriptFailure`` if Chromium does not start, or a script of a step fails.
  package static func perform(_ steps: [Step]) async throws -> Answers {
    let script = #filePath.replacing("Browser.swift", with: "browser.mjs")
    let words = try JSONSerialization.data(withJSONObject: steps.map(self.object))
    let result = try await Tool.run(
      Tool.newerNode,
      [script, String(decoding: words, as: UTF8.self)]
    )
    var lines = result.output.split(separator: "\n").map(String.init)
    guard result.status == 0, let last = lines.popLast() else {
      throw Tool.ScriptFailure(description: "chromium: \(result.status) \(result.errors)")
    }
    let ending = try JSONDecoder().decode(Ending.self, from: Data(last.utf8))
    return Answers(values: lines, logged: ending.logged, requests: ending.requests)
  }

  private static func object(_ step: Step) -> [String: Any] {
    switch step {
    case .open(let address): ["open": address]
    case .size(let width, let height): ["size": [width, height]]
    case .dark(let isDark): ["dark": isDark]
    case .value(let expression): ["value": expression]
    case .until(let expression): ["until": expression]
    case .type(let text): ["type": text]
    case .run(let words): ["run": words]
    case .shot(let path): ["shot": path, "whole": true]
    }
  }
}
