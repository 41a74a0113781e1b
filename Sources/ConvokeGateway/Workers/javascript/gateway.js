// The gateway: frames out and in, tasks, the end.
// The error with its stack, without our own functions at the end of it.
function stack(error) {
  if (!(error instanceof Error && error.stack)) return String(error)
  const lines = error.stack.split('\n')
  const ours = lines.findIndex(line => /^ +at (async )?(Gateway|Port)\.(run|pump) /.test(line))
  return (ours > 0 ? lines.slice(0, ours) : lines).join('\n')
}

class Gateway {
  constructor(id, options, input, output) {
    this.options = options
    this.ports = new Map()
    this.running = new Set()
    this.nextId = 2
    this.coercion = [true, false]
    this.window = options.window
    this.peerWindow = null
    this.ending = this.leaving = false
    this.status = 0
    this.chunks = []
    this.have = 0
    this.batch = null
    this.posted = 0
    this.drained = []
    this.held = [] // output from before HELLO
    this.dropped = new FinalizationRegistry(port => this.drop(port))
    this.face = {
      id,
      newchannel: () => this.newChannel(),
      hasreceiver: () => !this.ending,
      // Sends what would wait for the end of this turn of the event loop, for tasks that keep it long.
      flush: () => this.flush(),
      // Each item on that channel is also a SIGINT for this process, if it comes while that is allowed.
      interruptOn: channel => this.thread.postMessage({ interruptOn: channel.id }),
      allowInterrupts: () => Atomics.store(interruptible, 0, 1),
      // None is sent after this has returned.
      forbidInterrupts: () => { while (Atomics.compareExchange(interruptible, 0, 1, 0) === 2); },
    }
    const interruptible = new Int32Array(new SharedArrayBuffer(4)) // 0 no, 1 yes, 2 while one is sent
    const counter = new SharedArrayBuffer(24) // bytes written, somebody waits, broken
    this.written = new BigInt64Array(counter)
    const limit = options.grace + options.interrupt + 0.5 // after our own try
    this.thread = new Worker(THREAD, { eval: true, workerData: { input, output, counter, interruptible, limit, group: options.group } })
    this.thread.on('message', message => this.onMessage(message))
    this.thread.on('error', error => { console.error(stack(error)); process.exit(1) })
  }

  // -- out

  // The first frame goes at once; the next ones of the same turn go together.
  write(data) {
    this.posted += data.length
    if (this.batch) {
      this.batch.push(data)
      this.batch.size += data.length
      if (this.batch.size > 65536) this.flush()
      return
    }
    // First of all, as a task may be interrupted here.
    setImmediate(() => { this.flush(); this.batch = null })
    this.batch = []
    this.batch.size = 0
    this.post(data)
  }

  flush() {
    if (!this.batch || !this.batch.length) return
    const data = this.batch.length === 1 ? this.batch[0] : Buffer.concat(this.batch)
    this.batch.length = this.batch.size = 0
    this.post(data)
  }

  post(data) {
    // Memory of its own can be handed over; what lies in a pool or belongs to others is copied.
    if (data.buffer.byteLength === data.length) this.thread.postMessage(data, [data.buffer])
    else this.thread.postMessage(data)
  }

  // Nothing, or a promise that waits for the writer.
  ready() {
    if (this.posted - Number(Atomics.load(this.written, 0)) < BUSY || Atomics.load(this.written, 2)) return undefined
    return new Promise(resolve => {
      this.drained.push(resolve)
      Atomics.store(this.written, 1, 1n)
      // The thread may have been faster.
      if (this.posted - Number(Atomics.load(this.written, 0)) < BUSY) this.onDrain()
    })
  }

  onDrain() {
    for (const resolve of this.drained.splice(0)) resolve()
  }

  // -- in

  onMessage(message) {
    if (message === 'drain') this.onDrain()
    else if (message === 'left') process.exit(this.status)
    else if ('alone' in message) {
      this.alone = message.alone
      this.finish()
    }
    else if (!this.ending) {
      const chunk = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
      this.chunks.push(chunk)
      this.have += chunk.length
      if (this.have >= (this.need || 9)) this.frames()
    }
  }

  frames() {
    const data = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks)
    let at = 0
    this.need = 9
    while (data.length - at >= 9) {
      const code = data.readInt8(at), id = data.readInt32BE(at + 1), size = Math.max(0, data.readInt32BE(at + 5))
      if (data.length - at - 9 < size) {
        this.need = size + 9
        break
      }
      const payload = data.subarray(at + 9, at + 9 + size)
      at += 9 + size
      if (code === TERMINATE) break // the thread has seen it, too
      try {
        this.onFrame(code, id, payload)
      } catch (error) {
        if (id !== 0) this.refuse(id, error)
      }
    }
    this.chunks = at < data.length ? [data.subarray(at)] : []
    this.have = data.length - at
  }

  onFrame(code, id, data) {
    const port = this.ports.get(id)
    switch (code) {
      case DATA:
        if (port && !port.ended) port.deliver(load(data, port.coercion, id => this.channelOf(id)), data.length)
        break
      case EXEC: this.execute(id, data); break
      case CLOSE: case LAST_MESSAGE:
        if (port) port.end(code === CLOSE)
        break
      case CLOSE_ERROR: {
        let reason
        try { reason = String(load(data)) } catch (error) { reason = error.message }
        if (port) port.end(true, reason)
        break
      }
      case STATUS: {
        const status = { numchannels: this.ports.size, numexecuting: this.running.size, execmodel: 'javascript' }
        this.write(Buffer.concat([frameOf(DATA, id, status), frame(CLOSE, id)]))
        break
      }
      case RECONFIGURE: {
        const [first, second] = load(data)
        if (id === 0) this.coercion = [first, second]
        else this.portOf(id).coercion = [first, second]
        break
      }
      case HELLO: this.hello(load(data)); break
      default:
        // A side that said no HELLO would not know the answer.
        if (this.peerWindow === null || code === PING) break
        if (code === WINDOW) port?.grant(data.readInt32BE(0))
        else this.write(frame(UNKNOWN, 0, Buffer.from([code & 255])))
    }
  }

  hello({ window, heartbeat }) {
    if (!Number.isInteger(window)) throw new Error('HELLO without a window')
    const capabilities = ['window', 'heartbeat'].concat(this.options.output ? ['output'] : [])
    this.thread.postMessage({ heartbeat })
    this.write(frameOf(HELLO, 0, { version: 1, capabilities, window: this.window }))
    if (this.peerWindow === null) for (const port of this.ports.values()) port.granted = window
    this.peerWindow = window
    for (const release of this.held.splice(0)) release()
  }

  refuse(id, error) {
    const reason = `${error.name}: ${error.message}`
    this.write(frameOf(CLOSE_ERROR, id, reason))
    this.ports.get(id)?.end(true, reason)
  }

  // -- channels and tasks

  portOf(id) {
    let port = this.ports.get(id)
    if (!port) {
      port = new Port(this, id)
      if (this.ending) port.ended = port.closed = true
      else this.ports.set(id, port)
    }
    return port
  }

  channelOf(id) {
    const port = this.portOf(id)
    return port.handle?.deref() || new Channel(port)
  }

  newChannel() {
    if (this.ending) throw new Error('the connection is closed')
    const id = this.nextId
    this.nextId += 2
    return this.channelOf(id)
  }

  drop(port) {
    if (port.closed || port.ended || port.handle.deref()) return
    port.closed = true
    if (!port.callback) {
      port.ended = true
      this.ports.delete(port.id)
    }
    this.write(frame(port.callback ? LAST_MESSAGE : CLOSE, port.id))
  }

  execute(id, data) {
    const [source, name, call, args] = load(data)
    const channel = this.channelOf(id), port = this.ports.get(id)
    port.executing = true
    this.running.add(port)
    // What others have sent in this turn must not hold back the first frame of a task that keeps it long.
    this.flush()
    this.batch = null
    this.run(port, channel, source, name || '<remote exec>', call, args)
  }

  async run(port, channel, source, filename, call, args) {
    let reason = null
    try {
      const head = '(async function (channel, require, kwargs) {'
      const tail = call ? `\n;return (${call})(channel, kwargs)\n})` : '\n})'
      const requireHere = require('module').createRequire(process.cwd() + '/')
      const importModuleDynamically = vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER
      const options = { filename, columnOffset: -head.length, importModuleDynamically }
      await vm.runInThisContext(head + source + tail, options)(channel, requireHere, args)
    } catch (error) {
      if (!(error instanceof EOFError && port.ended)) reason = stack(error)
    }
    this.running.delete(port)
    port.close(reason)
    if (this.ending && !this.running.size) this.leave(0)
  }

  // -- the end

  finish() {
    if (this.ending) return
    this.ending = true
    for (const port of [...this.ports.values()]) {
      port.lost = !port.ended
      port.end(false)
    }
    if (this.running.size) setTimeout(() => this.leave(1), this.options.grace * 1000)
    else setImmediate(() => this.leave(0))
  }

  leave(status) {
    if (this.leaving) return
    this.leaving = true
    this.status = status
    if (this.alone) this.endChildren()
    this.flush()
    this.thread.postMessage('leave')
    setTimeout(() => process.exit(status), Math.min(500, this.options.interrupt * 500))
  }

  endChildren() {
    const wait = milliseconds => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
    const limit = Date.now() + 500
    const members = signal => groupMembers(this.options.group, signal).length
    if (members('SIGTERM')) while (members() && Date.now() < limit) wait(10)
    while (members('SIGKILL') && Date.now() < limit + 500) wait(2)
  }

  // -- standard output

  redirect(moved) {
    const { Writable } = require('stream')
    const replace = (name, write) => {
      const stream = new Writable({ decodeStrings: true, highWaterMark: 65536, write })
      stream.fd = name === 'stdout' ? 1 : 2
      Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream })
    }
    if (this.options.output) {
      ['stdout', 'stderr'].forEach((name, index) => replace(name, (data, _, done) => {
        const send = () => {
          this.write(frameOf(OUTPUT, 0, Tuple.from([index + 1, data])))
          const wait = this.ready()
          if (wait) wait.then(() => done())
          else done()
        }
        if (this.peerWindow === null) this.held.push(send)
        else send()
      }))
    } else if (!moved) {
      replace('stdout', (data, _, done) => done())
    }
  }
}
