import ConvokeSweep
import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Answers requests: the page, the news that it has changed, and the way in.
struct SweepResponder: Sendable {
  let page: LivePage
  let door: SweepDoor

  private static let longestForm = 8 << 10

  /// Answers a request.
  ///
  /// - Throws: What ends the connection.
  @concurrent func respond(
    to request: Request,
    _ writer: consuming ResponseWriter,
    on channel: any Channel
  ) async throws {
    let wantsNews = request.uri.path == "/events" && request.method == .get
    if wantsNews, self.door.answer(request.head) == .open {
      return try await self.stream(request, writer, on: channel)
    }
    let answer = await self.answer(request)
    var head = HTTPResponse(status: answer.status, headerFields: answer.fields)
    head.headerFields[.contentLength] = "\(answer.body.readableBytes)"
    let body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: answer.body)
    try await writer.write(response: head, body: body)
  }

  private func answer(_ request: Request) async -> SweepAnswer {
    if request.uri.path == "/login", self.door.hasToken {
      guard request.method == .post else {
        return .text(.methodNotAllowed, "this takes a POST with the token")
      }
      return await self.logIn(request)
    }
    switch self.door.answer(request.head) {
    case .refuse(let reason): return .text(.forbidden, reason)
    case .ask: return .question(isAgain: false)
    case .open: break
    }
    guard ["/", "/events"].contains(request.uri.path) else {
      return .text(.notFound, "there is only / and /events here")
    }
    guard request.method == .get || (request.method == .head && request.uri.path == "/") else {
      return .text(.methodNotAllowed, "this can only be read")
    }
    do {
      return .page(try await self.page.current().html)
    } catch {
      return .text(.serviceUnavailable, "the sweep cannot be read: \(error)")
    }
  }

  private func logIn(_ request: Request) async -> SweepAnswer {
    guard let form = try? await request.body.collect(upTo: Self.longestForm) else {
      return .text(.contentTooLarge, "a token is not that long")
    }
    let fields = String(buffer: form).split(separator: "&").map {
      $0.split(separator: "=", maxSplits: 1).map { Self.decoded(String($0)) }
    }
    let token = fields.first { $0.count == 2 && $0[0] == "token" }?[1]
    return self.door.logIn(token).map { .welcome($0) } ?? .question(isAgain: true)
  }

  // application/x-www-form-urlencoded (URL Standard, 5).
  private static func decoded(_ text: String) -> String {
    let spaced = text.replacing("+", with: " ")
    return spaced.removingPercentEncoding ?? spaced
  }

  // MARK: - News

  // Server-sent events (HTML Standard, 9.2), until the reader goes or the server ends.
  @concurrent private func stream(
    _ request: Request,
    _ writer: consuming ResponseWriter,
    on channel: any Channel
  ) async throws {
    var fields = SweepAnswer.fields
    fields[.contentType] = "text/event-stream"
    let head = HTTPResponse(status: .ok, headerFields: fields)
    let body = try await writer.writeHead(head)
    try await request.body.consumeWithCancellationOnInboundClose { _ in
      // A reader who takes nothing in must not keep the server from ending.
      try await withTaskCancellationHandler {
        var body = body
        try await self.write(to: &body)
      } onCancel: {
        channel.close(promise: nil)
      }
    }
  }

  @concurrent private func write(to body: inout some ResponseBodyWriter) async throws {
    let notices = self.page.notices()
    _ = try? await self.page.current()
    try await body.write(ByteBuffer(string: "retry: 2000\n\n"))
    var last = 0
    for await notice in notices {
      // The same news again is a sign of life, and finds out who has gone.
      let isNew = notice.number != last
      last = notice.number
      let event = "event: changed\nid: \(notice.number)\ndata: \(notice.counts)\n\n"
      try await body.write(ByteBuffer(string: isNew ? event : ": still here\n\n"))
    }
  }
}
