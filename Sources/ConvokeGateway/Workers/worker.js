// The JavaScript worker of Convoke: serves channels over two descriptors, with Node's own modules alone.
//
// Runs on Node 18 and later. A controller starts, with LOADER as below,
//
//     sh -c 'exec node -e "$0" 3 4 3<&0 4>&1 </dev/null >/dev/null' LOADER
//
// which moves the connection to descriptors 3 and 4, so that nothing that prints or reads, children
// included, can touch it. (Plain "node -e LOADER" serves on 0 and 1.) Then it writes one line: a string
// literal that holds this file and, after it, the call
//
//     serve({id: 'gw0-worker', options: {}})
//
// The worker answers with the byte "1", or with "0", a sentence that says why not, and its end. LOADER is
//
//     let f=require('fs'),[,i=0,o=1]=process.argv,s='',t=Buffer.alloc(65536),n;for(;;){try{
//     n=f.readSync(+i,t)}catch(e){if(e.code!='EAGAIN')throw e;Atomics.wait(new Int32Array(
//     new SharedArrayBuffer(4)),0,0,5);continue}s+=t.latin1Slice(0,n);if(!n||t[n-1]==10)break}
//     (0,eval)((0,eval)(s))(+i,+o)
//
// without its line ends. Frames, and what HELLO adds to them, are described in worker.py.
//
// The source of a task is the body of an async function of channel and require:
//
//     for await (const item of channel) await channel.send(item)
//
// Values:
//
//     None, bool            null, boolean; undefined is sent as None
//     int                   number; BigInt beyond 2**53; numbers that are whole are sent as int
//     float                 number; new channel.Float(1) is sent as 1.0
//     complex               channel.Complex with re and im
//     str                   string
//     bytes                 Buffer; any Uint8Array or ArrayBuffer is sent as bytes
//     list, tuple           Array, channel.Tuple (an Array)
//     dict                  an object if all keys are strings, else a Map; a Map is sent as dict
//     set, frozenset        Set, channel.FrozenSet (a Set)
//     a channel             its Channel
//
// A list cannot be a key or a member of a set in Python: there an Array is sent as a tuple.
//
// This text must stay ASCII. Lines that are only a comment are left out before it is sent, and so is
// indentation: no string may go over a line's end.
const serve = (() => {
'use strict'
const fs = require('fs')
const vm = require('vm')
const { Worker } = require('worker_threads')

const STATUS = 0, RECONFIGURE = 1, TERMINATE = 2, EXEC = 3, DATA = 4, CLOSE = 5, CLOSE_ERROR = 6, LAST_MESSAGE = 7
const HELLO = 64, WINDOW = 65, PING = 66, PONG = 67, UNKNOWN = 68, OUTPUT = 69
const DEFAULTS = { window: 4 << 20, grace: 5, interrupt: 2, output: false, group: false, batch: false, chdir: null, nice: null, env: null }
const BUSY = 4 << 20

// ---------------------------------------------------------------------------------------------------
// Errors and values

class DumpError extends Error {}
class LoadError extends Error {}
class EOFError extends Error {}
class TimeoutError extends Error {}
class RemoteError extends Error {}
for (const kind of [DumpError, LoadError, EOFError, TimeoutError, RemoteError]) kind.prototype.name = kind.name

class Float { constructor(value) { this.value = value } valueOf() { return this.value } }
class Complex { constructor(re, im) { this.re = re; this.im = im } }
class Tuple extends Array {}
class FrozenSet extends Set {}

function op4(op, number) {
  const part = Buffer.allocUnsafe(5)
  part[0] = op
  part.writeInt32BE(number, 1)
  return part
}
const OPS = {}
for (const letter of '@ABCDEFGHIJKLMNOPQRST') OPS[letter] = letter.charCodeAt(0)
const one = letter => Buffer.from(letter)
const [O_FALSE, O_TRUE, O_NONE, O_DICT, O_SETITEM, O_STOP] = 'CRLJPQ'.split('').map(one)

function sized(parts, letter, data) {
  parts.push(op4(OPS[letter], data.length), data)
}

function float(parts, ...numbers) {
  const part = Buffer.allocUnsafe(1 + 8 * numbers.length)
  part[0] = numbers.length === 1 ? OPS.D : OPS.T
  numbers.forEach((number, index) => part.writeDoubleBE(number, 1 + 8 * index))
  parts.push(part)
}

function dump(parts, value, hashable = false) {
  switch (typeof value) {
    case 'number':
      if (!Number.isInteger(value) || Object.is(value, -0)) float(parts, value)
      else if (value >= -0x80000000 && value <= 0x7fffffff) parts.push(op4(OPS.F, value))
      else sized(parts, 'H', Buffer.from(BigInt(value).toString()))
      return
    case 'string':
      if (value.isWellFormed && !value.isWellFormed()) throw new DumpError('a string with half a surrogate pair')
      return sized(parts, 'N', Buffer.from(value))
    case 'boolean':
      parts.push(value ? O_TRUE : O_FALSE)
      return
    case 'undefined':
      parts.push(O_NONE)
      return
    case 'bigint':
      if (BigInt.asIntN(32, value) === value) parts.push(op4(OPS.F, Number(value)))
      else sized(parts, 'H', Buffer.from(value.toString()))
      return
    case 'object':
      break
    default:
      throw new DumpError(`can't serialize a ${typeof value}`)
  }
  if (value === null) parts.push(O_NONE)
  else if (Array.isArray(value)) {
    if (hashable || value instanceof Tuple) {
      for (const item of value) dump(parts, item, hashable)
      parts.push(op4(OPS['@'], value.length))
    } else {
      parts.push(op4(OPS.K, value.length))
      for (let index = 0; index < value.length; index++) {
        parts.push(op4(OPS.F, index))
        dump(parts, value[index])
        parts.push(O_SETITEM)
      }
    }
  } else if (ArrayBuffer.isView(value)) sized(parts, 'A', Buffer.from(value.buffer, value.byteOffset, value.byteLength))
  else if (value instanceof ArrayBuffer) sized(parts, 'A', Buffer.from(value))
  else if (value instanceof Map) {
    parts.push(O_DICT)
    for (const [key, item] of value) {
      dump(parts, key, true)
      dump(parts, item)
      parts.push(O_SETITEM)
    }
  } else if (value instanceof Set) {
    for (const item of value) dump(parts, item, true)
    parts.push(op4(hashable || value instanceof FrozenSet ? OPS.E : OPS.O, value.size))
  } else if (value instanceof Channel) parts.push(op4(OPS.B, value.id))
  else if (value instanceof Float) float(parts, value.value)
  else if (value instanceof Complex) float(parts, value.re, value.im)
  else {
    const kind = Object.getPrototypeOf(value)
    if (kind !== null && kind !== Object.prototype) throw new DumpError(`can't serialize a ${kind.constructor?.name}`)
    parts.push(O_DICT)
    for (const key of Object.keys(value)) {
      dump(parts, key)
      dump(parts, value[key])
      parts.push(O_SETITEM)
    }
  }
}

function frame(code, id, payload = Buffer.alloc(0)) {
  const head = Buffer.allocUnsafe(9)
  head.writeInt8(code, 0)
  head.writeInt32BE(id, 1)
  head.writeInt32BE(payload.length, 5)
  return payload.length ? Buffer.concat([head, payload]) : head
}

function frameOf(code, id, value) {
  const head = Buffer.allocUnsafe(9)
  const parts = [head]
  try {
    dump(parts, value)
  } catch (error) {
    throw error instanceof RangeError ? new DumpError("can't serialize: nested too deeply") : error
  }
  parts.push(O_STOP)
  let size = -9
  for (const part of parts) size += part.length
  if (size > 0x7fffffff) throw new DumpError(`too long: ${size} bytes`)
  head.writeInt8(code, 0)
  head.writeInt32BE(id, 1)
  head.writeInt32BE(size, 5)
  return Buffer.concat(parts, size + 9)
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
function text(data) {
  const result = data.toString('utf8')
  // Only what has a replacement character can be wrong.
  return result.includes('\ufffd') ? strict.decode(data) : result
}

function load(data, coercion = [true, false], channelOf = null) {
  try {
    return loadStack(data, coercion, channelOf)
  } catch (error) {
    throw error instanceof LoadError ? error : new LoadError(`no value: ${error.message}`)
  }
}

function loadStack(data, coercion, channelOf) {
  const stack = []
  let at = 0
  for (;;) {
    const op = data[at++]
    switch (op) {
      case OPS.F: case OPS.G: stack.push(data.readInt32BE(at)); at += 4; break
      case OPS.P: {
        if (stack.length < 3) throw new LoadError('no value: nothing to set')
        const value = stack.pop(), key = stack.pop(), target = stack[stack.length - 1]
        if (Array.isArray(target) && Number.isInteger(key) && key >= -target.length && key < target.length) {
          target[key < 0 ? key + target.length : key] = value
        } else if (target instanceof Map) target.set(key, value)
        else throw new LoadError('no value: cannot set an item')
        break
      }
      case OPS.L: stack.push(null); break
      case OPS.R: stack.push(true); break
      case OPS.C: stack.push(false); break
      case OPS.D: stack.push(data.readDoubleBE(at)); at += 8; break
      case OPS.T: stack.push(new Complex(data.readDoubleBE(at), data.readDoubleBE(at + 8))); at += 16; break
      case OPS.J: stack.push(new Map()); break
      case OPS.Q:
        if (stack.length !== 1) throw new LoadError(`no value: ${stack.length} values at the end`)
        return finished(stack[0])
      default: {
        const size = data.readInt32BE(at)
        at += 4
        if (op === OPS.B) {
          if (!channelOf) throw new LoadError('no value: a channel, where none can be')
          stack.push(channelOf(size))
        } else if (op === OPS.K) {
          if (size < 0 || size > Math.max(1000, data.length - at)) throw new LoadError('no value: too long a list')
          stack.push(new Array(size).fill(null))
        } else if (op === OPS['@'] || op === OPS.O || op === OPS.E) {
          if (size < 0 || size > stack.length) throw new LoadError(`no value: ${stack.length} items of ${size}`)
          const items = stack.splice(stack.length - size, size).map(finished)
          if (op === OPS['@']) stack.push(items.length ? Tuple.from(items) : new Tuple())
          else stack.push(op === OPS.O ? new Set(items) : new FrozenSet(items))
        } else {
          if (size < 0 || at + size > data.length) throw new LoadError('no value: it ends too early')
          const part = data.subarray(at, at + size)
          at += size
          if (op === OPS.N) stack.push(coercion[1] ? Buffer.from(part) : text(part))
          else if (op === OPS.A) stack.push(Buffer.from(part))
          else if (op === OPS.M) stack.push(coercion[0] ? part.toString('latin1') : Buffer.from(part))
          else if (op === OPS.S) stack.push(text(part))
          else if (op === OPS.H || op === OPS.I) {
            const number = BigInt(part.toString('latin1').trim().replace(/_/g, ''))
            const small = number >= -(2n ** 53n) && number <= 2n ** 53n
            stack.push(small ? Number(number) : number)
          } else throw new LoadError(`no value: unknown opcode ${op}`)
        }
      }
    }
  }
}

// A dict is a Map while it is built. One whose keys are strings becomes an object, once it is whole.
function finished(value) {
  if (value instanceof Map) {
    let plain = true
    for (const [key, item] of value) {
      plain = plain && typeof key === 'string'
      if (typeof item === 'object' && item !== null) value.set(key, finished(item))
    }
    return plain ? Object.fromEntries(value) : value
  }
  if (Array.isArray(value) && !(value instanceof Tuple)) {
    for (let index = 0; index < value.length; index++) {
      if (typeof value[index] === 'object' && value[index] !== null) value[index] = finished(value[index])
    }
  }
  return value
}

// ---------------------------------------------------------------------------------------------------
// The thread that reads and writes
//
// It answers PING and notices the end also while a task keeps the main thread busy. A busy main thread
// cannot be interrupted: when its time is over the process is killed.

// What was started here and did not leave the process group: not this process, nor its parent, which may
// be a shell. Nobody, if the group may be that of others. Sends a signal to each, if there is one.
function groupMembers(isOurs, signal) {
  const fs = require('fs')
  const read = pid => {
    const text = fs.readFileSync('/proc/' + pid + '/stat', 'latin1')
    const [state, , group] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state, group }
  }
  try {
    const { group } = read('self')
    if (!isOurs && +group !== process.pid) return []
    return fs.readdirSync('/proc').filter(pid => {
      if (!(pid > 0) || +pid === process.pid || +pid === process.ppid) return false
      try {
        const other = read(pid)
        if (other.group !== group || 'ZX'.includes(other.state)) return false
        if (signal) process.kill(+pid, signal)
        return true
      } catch (_) {
        return false
      }
    })
  } catch (_) {
    return []
  }
}

const THREAD = `
const { parentPort, workerData } = require('worker_threads')
const net = require('net')
const { input, output, counter, limit, group } = workerData
const written = new BigInt64Array(counter)
let ending = false, told = false, leaving = false, extended = false, period = 0, timer = null, silence = null
const open = (fd, options) => new net.Socket(Object.assign({ fd }, options))
const reader = open(input, { readable: true, writable: false })
const writer = open(output, { readable: false, writable: true })
function end() {
  if (ending) return
  ending = true
  clearTimeout(silence)
  reader.destroy()
  // A controller beside this process ends what was started here, unless it went without a word.
  const alone = group || !told
  parentPort.postMessage({ alone })
  setTimeout(() => {
    if (alone) groupMembers(group, 'SIGKILL')
    process.kill(process.pid, 'SIGKILL')
  }, limit * 1000)
}
${groupMembers}
function leave() {
  if (leaving && !writer.writableLength) parentPort.postMessage('left')
}
function send(data) {
  writer.write(data, () => {
    Atomics.add(written, 0, BigInt(data.length))
    if (writer.writableLength < 65536) {
      if (Atomics.exchange(written, 1, 0n)) parentPort.postMessage('drain')
      leave()
    }
  })
}
function alive() {
  clearTimeout(silence)
  silence = setTimeout(end, period * 4000)
}
writer.on('error', () => { Atomics.store(written, 2, 1n); parentPort.postMessage('drain'); parentPort.postMessage('left') })
reader.on('error', end)
reader.on('end', end)
reader.on('close', end)
let head = Buffer.alloc(9), have = 0, body = 0, ping = null
reader.on('data', chunk => {
  if (period && silence) alive()
  let at = 0
  while (at < chunk.length) {
    if (body) {
      const part = Math.min(body, chunk.length - at)
      if (ping) ping.push(Buffer.from(chunk.subarray(at, at + part)))
      body -= part
      at += part
    } else {
      const part = Math.min(9 - have, chunk.length - at)
      chunk.copy(head, have, at, at + part)
      have += part
      at += part
      if (have < 9) break
      have = 0
      body = Math.max(0, head.readInt32BE(5))
      ping = head[0] === 66 && extended && body < 100 ? [Buffer.from(head)] : null
      if (head[0] === 2) {
        told = true
        parentPort.postMessage(chunk)
        return end()
      }
    }
    if (ping && !body) {
      ping[0][0] = 67
      send(Buffer.concat(ping))
      ping = null
    }
  }
  parentPort.postMessage(chunk)
})
parentPort.on('message', message => {
  if (message instanceof Uint8Array) send(Buffer.from(message.buffer, message.byteOffset, message.byteLength))
  else if (message === 'leave') { leaving = true; leave() }
  else {
    extended = true
    period = message.heartbeat || 0
    if (period) alive()
  }
})
`

// ---------------------------------------------------------------------------------------------------
// Channels

class Port {
  constructor(gateway, id) {
    this.gateway = gateway
    this.id = id
    this.items = []
    this.first = 0 // of the items, those before are taken
    this.waiting = []
    this.closers = []
    this.errors = []
    this.ended = this.closed = this.lost = this.executing = false
    this.callback = null
    this.handle = null
    this.coercion = gateway.coercion
    this.granted = gateway.peerWindow
    this.sent = 0
    this.consumed = 0
    this.unsent = []
    this.closing = null
  }

  deliver(value, size) {
    while (this.waiting.length) {
      const waiter = this.waiting.shift()
      if (!waiter.done) {
        waiter.settle(value)
        return this.consume(size)
      }
    }
    this.items.push(value, size)
    if (this.callback) this.pump()
  }

  consume(size) {
    if (this.granted === null || this.ended) return
    this.consumed += size
    if (this.consumed >= this.gateway.window / 2) {
      const count = Buffer.allocUnsafe(4)
      count.writeInt32BE(this.consumed)
      this.consumed = 0
      this.gateway.write(frame(WINDOW, this.id, count))
    }
  }

  // The next item as an array of one, or null if there is none yet.
  take() {
    if (this.first >= this.items.length) return null
    const item = [this.items[this.first]], size = this.items[this.first + 1]
    this.items[this.first] = undefined
    this.first += 2
    if (this.first > 1000 && this.first * 2 > this.items.length) {
      this.items.splice(0, this.first)
      this.first = 0
    }
    item.size = size
    return item
  }

  failure() {
    return this.errors.shift() || new EOFError('the channel is closed')
  }

  end(closed, error = null) {
    if (error !== null) this.errors.push(new RemoteError(error))
    this.ended = true
    if (closed) {
      this.closed = true
      this.gateway.ports.delete(this.id)
    }
    for (const waiter of this.waiting.splice(0)) if (!waiter.done) waiter.fail(this.failure())
    if (closed || this.gateway.ending) {
      for (const [, , reject] of this.unsent.splice(0)) reject(new Error(`cannot send to ${this}`))
    }
    if (this.callback) this.pump()
    else this.release()
  }

  release() {
    for (const closer of this.closers.splice(0)) closer()
  }

  send(data) {
    const size = data.length - 9
    if (this.closed || this.closing) throw new Error(`cannot send to ${this}`)
    if (this.granted === null) {
      this.gateway.write(data)
    } else if (this.unsent.length || this.granted - this.sent <= 0) {
      const sent = new Promise((resolve, reject) => this.unsent.push([data, resolve, reject]))
      sent.catch(() => {}) // also when nobody awaits it
      if (this.gateway.ending) this.end(false)
      return sent
    } else {
      this.sent += size
      this.gateway.write(data)
    }
    return this.gateway.ready()
  }

  grant(count) {
    this.granted += count
    while (this.unsent.length && this.granted - this.sent > 0) {
      const [data, resolve] = this.unsent.shift()
      this.sent += data.length - 9
      this.gateway.write(data)
      resolve(this.gateway.ready())
    }
    if (this.closing && !this.unsent.length) this.closing()
  }

  close(error = null) {
    if (this.closed || this.closing) return
    const finish = () => {
      this.closing = null
      const quiet = this.closed || this.ended && !this.executing
      if (!quiet) this.gateway.write(error === null ? frame(CLOSE, this.id) : frameOf(CLOSE_ERROR, this.id, String(error)))
      this.end(true)
    }
    if (this.unsent.length && !this.gateway.ending) this.closing = finish // what was sent goes first
    else finish()
  }

  async pump() {
    if (this.pumping) return
    this.pumping = true
    try {
      for (let item; (item = this.take());) {
        const result = this.callback(item[0])
        if (result && typeof result.then === 'function') await result
        this.consume(item.size)
      }
    } catch (error) {
      this.executing = false
      const reason = stack(error)
      this.errors.push(new RemoteError(reason))
      this.close(reason)
      this.items.length = this.first = 0
    }
    this.pumping = false
    if (this.ended && !this.told) {
      this.told = true
      try {
        if (this.onclose) await this.onclose(this.errors[0] || null)
      } catch (error) {
        console.error(stack(error))
      }
      this.release()
    }
  }

  toString() { return `<Channel id=${this.id} ${this.closed ? 'closed' : 'open'}>` }
}

// What a task sees. When nobody has it any more, the channel is closed.
class Channel {
  #port
  constructor(port) {
    this.#port = port
    this.id = port.id
    this.gateway = port.gateway.face
    port.handle = new WeakRef(this)
    port.gateway.dropped.register(this, port)
  }

  // Sends at once, or as soon as the other side has room; awaiting it waits for that.
  send(value) { return this.#port.send(frameOf(DATA, this.id, value)) }

  // The next value, in time (seconds); EOFError at the end, RemoteError if the other side closed with one.
  receive(timeout) {
    const port = this.#port
    if (port.callback) return Promise.reject(new Error('cannot receive: the channel has a callback'))
    const item = port.take()
    if (item) {
      port.consume(item.size)
      return Promise.resolve(item[0])
    }
    if (port.ended) return Promise.reject(port.failure())
    return new Promise((resolve, reject) => {
      const waiter = {
        done: false,
        settle(value) { waiter.done = true; clearTimeout(waiter.timer); resolve(value) },
        fail(error) { waiter.done = true; clearTimeout(waiter.timer); reject(error) },
      }
      if (timeout !== undefined && timeout !== null) {
        waiter.timer = setTimeout(() => waiter.fail(new TimeoutError(`no item after ${timeout} seconds`)), timeout * 1000)
      }
      port.waiting.push(waiter)
    })
  }

  async * [Symbol.asyncIterator]() {
    for (;;) {
      let value
      try {
        value = await this.receive()
      } catch (error) {
        if (error instanceof EOFError) return
        throw error
      }
      yield value
    }
  }

  get onmessage() { return this.#port.callback }
  set onmessage(callback) {
    this.#port.callback = callback
    this.#port.pump()
  }
  // Called once after the last message, with the error if there is one; needs onmessage.
  get onclose() { return this.#port.onclose || null }
  set onclose(callback) { this.#port.onclose = callback }

  close(error = null) {
    if (this.#port.executing) throw new Error('cannot close the channel of a task: it ends with the task')
    this.#port.close(error)
  }

  waitclose() {
    const port = this.#port
    return new Promise((resolve, reject) => {
      port.closers.push(() => port.errors.length || port.lost ? reject(port.failure()) : resolve())
      if (port.ended && (!port.callback || port.told)) port.release()
    })
  }

  get closed() { return this.#port.closed }
  isclosed() { return this.#port.closed }

  reconfigure(py2strAsPy3str = true, py3strAsPy2str = false) {
    this.#port.coercion = [py2strAsPy3str, py3strAsPy2str]
    this.#port.gateway.write(frameOf(RECONFIGURE, this.id, Tuple.from(this.#port.coercion)))
  }

  toString() { return this.#port.toString() }
}
Object.assign(Channel.prototype, { Float, Complex, Tuple, FrozenSet, RemoteError, TimeoutError, EOFError, DumpError })

// ---------------------------------------------------------------------------------------------------
// The gateway

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
    this.face = { id, newchannel: () => this.newChannel(), hasreceiver: () => !this.ending }
    const counter = new SharedArrayBuffer(24) // bytes written, somebody waits, broken
    this.written = new BigInt64Array(counter)
    const limit = options.grace + options.interrupt + 0.5 // after our own try
    this.thread = new Worker(THREAD, { eval: true, workerData: { input, output, counter, limit, group: options.group } })
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
    this.batch = []
    this.batch.size = 0
    setImmediate(() => { this.flush(); this.batch = null })
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

return ({ id = 'worker', options = {} }) => (input, output) => {
  try {
    const unknown = Object.keys(options).filter(key => !(key in DEFAULTS))
    if (unknown.length) throw new Error(`unknown option ${unknown.join(', ')}`)
    if (options.chdir) {
      fs.mkdirSync(options.chdir, { recursive: true })
      process.chdir(options.chdir)
    }
    if (options.nice) require('os').setPriority(require('os').getPriority() + options.nice)
    Object.assign(process.env, options.env)
    const gateway = new Gateway(id, Object.assign({}, DEFAULTS, options), input, output)
    gateway.redirect(output !== 1)
    // A stray error of one task must not end the others.
    for (const event of ['uncaughtException', 'unhandledRejection']) {
      process.on(event, error => process.stderr.write(stack(error) + '\n'))
    }
    process.on('SIGINT', () => {}) // the controller ends its workers
    gateway.thread.postMessage(Buffer.from('1'))
  } catch (error) {
    fs.writeSync(output, `0${error.message.replace(/\n/g, ' ')}\n`)
    process.stderr.write(`worker: ${error.message}\n`)
    process.exitCode = 1
  }
}
})()
