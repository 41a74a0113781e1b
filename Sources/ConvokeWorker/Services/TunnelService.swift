import ConvokeGateway
import ConvokeProcess
import ConvokeWire

/// Carries bytes between a channel and a process of the worker's machine: gateways through this one.
struct TunnelService: WorkerService {
  let name = "tunnel"

  func serve(_ channel: Channel, _ arguments: WireValue) async throws {
    let words = (try await channel.receive().elements ?? []).compactMap(\.string)
    let control = try await channel.receiveChannel()
    guard !words.isEmpty else {
      throw WorkerError("the service tunnel takes the words of a command")
    }
    let command = Command(arguments: words).with {
      $0.stdout.keep = .init(head: 0, tail: 0)
      $0.stdout.chunkHandler = { chunk in try? await channel.send(.bytes(chunk.bytes)) }
      $0.stderr.isInherited = true
      $0.accepting = .all
      $0.termination = .immediate
      $0.killsGroupAtEnd = true
      $0.linger = .seconds(5)
    }
    try await command.start { process in
      // Whether it was the last thing to wait for.
      await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          // A process that reads no more ends by itself or by order.
          try? await self.carryDown(channel, process)
          return false
        }
        group.addTask {
          try? await self.obey(control, process)
          return true
        }
        _ = try? await process.wait()
        channel.close()
        // Whoever wants to know how it ended asks now.
        group.addTask {
          try? await Task.sleep(for: Self.timeForQuestions)
          return true
        }
        while await group.next() == false {}
        group.cancelAll()
      }
    }
  }

  private static let timeForQuestions = Duration.seconds(30)

  private func carryDown(_ channel: Channel, _ process: RunningProcess) async throws {
    for try await item in channel {
      if let bytes = item.bytes { try await process.write(bytes) }
    }
    await process.closeInput()
  }

  private func obey(_ control: Channel, _ process: RunningProcess) async throws {
    for try await item in control {
      switch item.int {
      case TunnelProgram.kill?: await process.terminate()
      case TunnelProgram.wait?:
        // Whoever asks goes on asking for other things.
        Task {
          let outcome = await process.waitUncancelled().outcome
          try? await control.send(.int(Self.status(outcome)))
        }
      case TunnelProgram.closeInput?: await process.closeInput()
      default: break
      }
    }
    // Nobody is left to ask for the process.
    await process.closeInput()
  }

  // As Python's subprocess tells it: a signal is a negative number.
  private static func status(_ outcome: Outcome) -> Int {
    switch outcome {
    case .exited(let code): Int(code)
    case .signalled(let signal): -Int(signal.rawValue)
    default: 255
    }
  }
}
