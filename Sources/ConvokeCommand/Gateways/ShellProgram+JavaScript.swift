extension ShellProgram {
  /// The source for JavaScript workers, around Node's module `repl`.
  ///
  /// Results go to standard output and errors to standard error. What is printed goes over the same
  /// channel, so that the order stays.
  static let javascript = #"""
    const repl = require('repl'), { Readable, Writable } = require('stream')
    const control = await channel.receive()
    channel.gateway.interruptOn(control)
    const say = (kind, value) => {
      const sent = channel.send([kind, value])
      channel.gateway.flush()
      return sent
    }
    const stream = route => new Writable({
      decodeStrings: false,
      write(data, _, done) {
        // No promise where none is needed: an interrupt drops what waits for the end of the turn.
        const sent = say(...route(String(data)))
        if (sent) sent.then(() => done(), done)
        else done()
      },
    })
    const left = 'the shell ends'
    const routeOfPrompt = text => {
      if (!/^Uncaught[ :]/m.test(text)) return [1, text]
      if (text.includes('ERR_SCRIPT_EXECUTION_INTERRUPTED')) return [2, 'Interrupted\n']
      return [2, text.includes(left) ? '' : text]
    }
    const streams = { stdout: stream(text => [1, text]), stderr: stream(text => [2, text]) }
    const before = {}
    for (const [name, stream] of Object.entries(streams)) {
      before[name] = Object.getOwnPropertyDescriptor(process, name)
      Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream })
    }
    const consoleBefore = globalThis.console, exit = process.exit
    globalThis.console = new console.Console(streams)
    const input = new Readable({ read() {} }), lines = []
    let status = 0, isReady = false, isOver = false
    // A line waits until the one before it is done with: Node would run it beside one that awaits.
    const feed = () => {
      if (!isReady || isOver || !lines.length) return
      isReady = false
      input.push(lines.shift())
    }
    const server = repl.start({
      input, output: stream(routeOfPrompt), prompt: '', terminal: false, useColors: false, useGlobal: true,
      ignoreUndefined: true, breakEvalOnSigint: true,
    })
    server.prompt = () => {
      say(0, server.getPrompt() !== '')
      isReady = true
      setImmediate(feed)
    }
    // While Node evaluates, it watches for interrupts itself, and ends if anybody else does; what awaits is
    // interrupted by nobody else. One that comes in between waits for the latter.
    let isEvaluating = false, isMissed = false
    const takers = server.listeners('SIGINT'), listeners = process.listeners('SIGINT')
    const interrupt = () => {
      if (isEvaluating) isMissed = true
      else if (!isReady) for (const take of takers) take.call(server)
    }
    server.removeAllListeners('SIGINT').on('SIGINT', interrupt)
    process.removeAllListeners('SIGINT').on('SIGINT', interrupt)
    const evaluate = server.eval
    server.eval = (code, context, file, done) => {
      const listen = () => process.off('SIGINT', interrupt).on('SIGINT', interrupt)
      process.off('SIGINT', interrupt)
      isMissed = false
      isEvaluating = true
      evaluate.call(server, code, context, file, (...results) => {
        listen()
        done(...results)
      })
      isEvaluating = false
      listen()
      if (isMissed) interrupt()
    }
    process.exit = code => {
      status = Number(code ?? process.exitCode ?? 0) & 255
      isOver = true
      server.close()
      throw new Error(left)
    }
    const ended = new Promise(resolve => server.on('exit', resolve)).then(() => { isOver = true })
    try {
      server.displayPrompt()
      while (!isOver) {
        const line = await Promise.race([ended, channel.receive()])
        if (line === 0) {
          server.clearBufferedCommand()
          server.displayPrompt()
        } else if (!isOver) {
          lines.push(line === null ? null : line + '\n')
          feed()
        }
        if (line === null) await ended
      }
      await say(3, status)
    } finally {
      process.removeAllListeners('SIGINT')
      for (const listener of listeners) process.on('SIGINT', listener)
      globalThis.console = consoleBefore
      process.exit = exit
      for (const name in before) Object.defineProperty(process, name, before[name])
    }
    """#
}
