// What both sides know of a channel: its items, its credit and its end.
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
