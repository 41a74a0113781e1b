import ConvokeGateway
import ConvokeProcess
import ConvokeWire
import Testing

/// The messages of the service that runs processes.
struct ProcessMessageTests {
  @Test func `an order arrives as it was given`() throws {
    var command = Command("a", "b c", "é")
    command.environment = ["X": "1", "Y": nil]
    command.directory = "/d"
    command.umask = 0o027
    command.niceness = 3
    command.limits[.openFiles] = ResourceLimit(soft: 5, hard: nil)
    command.limits[.coreSize] = ResourceLimit(.max - 1)
    command.input = .bytes([1])
    command.deadline = .milliseconds(1500)
    command.linger = .seconds(2)
    command.termination = TerminationSequence([
      .init(.interrupt, wait: .seconds(1)), .init(Signal(rawValue: 40), wait: .zero),
    ])
    let order = ProcessOrder.start(7, ProcessRequest(command))
    guard case .start(7, let request)? = ProcessOrder(order.value) else {
      throw GatewayError(.badValue, "no start")
    }
    let read = request.command
    #expect(read.form == command.form && read.environment == command.environment)
    #expect(read.directory == "/d" && read.umask == 0o027 && read.niceness == 3)
    #expect(read.limits == command.limits && read.deadline == command.deadline)
    #expect(read.linger == command.linger && read.termination == command.termination)
    guard case .stream = read.input else { throw GatewayError(.badValue, "no input") }
    #expect(request.window == ProcessRequest.window)
  }

  @Test func `a terminal replaces the input`() throws {
    var command = Command.shell("stty size")
    command.input = .stream
    command.terminal = PseudoTerminal(rows: 3, columns: 4, type: "vt100")
    let order = ProcessOrder.start(1, ProcessRequest(command))
    guard case .start(_, let request)? = ProcessOrder(order.value) else {
      throw GatewayError(.badValue, "no start")
    }
    #expect(request.command.form == .shell("stty size"))
    #expect(request.command.terminal == command.terminal)
    guard case .none = request.command.input else { throw GatewayError(.badValue, "an input") }
  }

  @Test func `orders and reports survive the journey`() {
    let orders: [ProcessOrder] = [
      .input(1, [0, 255]), .closeInput(2), .signal(3, .user1), .signal(3, Signal(rawValue: 50)),
      .end(4, .standard), .end(4, .immediate), .resize(5, rows: 6, columns: 7),
      .credit(8, .stderr, 9), .alive(.seconds(20)), .forget(10),
    ]
    for order in orders { #expect(ProcessOrder(order.value).map { "\($0)" } == "\(order)") }
    var account = ProcessAccount(
      .signalled(.kill),
      usage: ResourceUsage(user: .seconds(1), system: .milliseconds(500), peakMemory: 1 << 40)
    )
    account.wasForced = true
    account.hasTimedOut = true
    account.unread = 3
    account.openStreams = [.stderr]
    let reports: [ProcessReport] = [
      .started(1, 2), .output(3, .stdout, [1]), .output(3, .stderr, [2]), .took(4, 5),
      .inputClosed(6), .ended(7, account), .ended(8, ProcessAccount(.exited(255), usage: nil)),
      .refused(9, .permissionDenied, "why"),
    ]
    for report in reports { #expect(ProcessReport(report.value).map { "\($0)" } == "\(report)") }
  }

  @Test(arguments: [
    WireValue.none, 1, "x", .tuple([]), .tuple([0]), .tuple([99, 1]), .tuple([-1, 1]),
    .tuple([0, 1]), .tuple([0, 1, [:]]), .tuple([0, 1, ["arguments": []]]),
    .tuple([0, 1, ["arguments": [1], "limits": [1]]]), .tuple([3, 1]), .tuple([5, 1, 2]),
    .tuple([6, 1, 3, 4]), .list([1, 1, .bytes([])]), .tuple(["x", 1]),
  ])
  func `what makes no sense is no order`(value: WireValue) {
    #expect(ProcessOrder(value) == nil)
  }

  @Test(arguments: [
    WireValue.none, .tuple([]), .tuple([5, 1]), .tuple([5, 1, [:]]), .tuple([5, 1, ["code": "x"]]),
    .tuple([17, 1]), .list([0, 1, 2]),
  ])
  func `what makes no sense is no report`(value: WireValue) {
    #expect(ProcessReport(value) == nil)
  }
}
