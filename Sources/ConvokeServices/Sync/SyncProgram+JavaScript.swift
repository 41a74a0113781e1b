package import ConvokeGateway

extension SyncProgram {
  /// The program for a worker of either language.
  package static var program: RemoteProgram {
    .either(python: self.source, javascript: self.javascript)
  }

  /// The source for JavaScript workers: the same conversation, with Node's own modules alone.
  ///
  /// Paths are buffers, as names need not be UTF-8. Node sets times as floating-point numbers, so
  /// that they may differ by some hundred nanoseconds.
  package static let javascript = #"""
    const fs = require('fs'), crypto = require('crypto'), util = require('util')
    const [DIRECTORY, FILE, LINK, KEPT] = [0, 1, 2, 3]
    const [LIST, READY, START, END, SAME, DROP, FINISH, DELETE, WHOLE] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
    const [WANT, LISTED, RECEIVED, WRITTEN, FAILED, DONE, ALIVE, EXTRAS] = [0, 1, 2, 3, 4, 5, 6, 7]
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants
    const join = (folder, name) => Buffer.concat([folder, Buffer.from('/'), name])
    const parentOf = path => path.subarray(0, Math.max(1, path.lastIndexOf('/')))
    const modeOf = info => Number(info.mode) & 0o7777

    function describe(error) {
      const known = error.errno && util.getSystemErrorMap().get(error.errno)
      return known ? known[1][0].toUpperCase() + known[1].slice(1) : error.message
    }

    function state(path) {
      try {
        return fs.lstatSync(path, { bigint: true })
      } catch (error) {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
        throw error
      }
    }

    const isSameTime = (info, mtime) => {
      const difference = info.mtimeNs - BigInt(mtime)
      return difference > -2000n && difference < 2000n
    }
    const setTime = (path, mtime) => fs.utimesSync(path, Number(mtime) / 1e9, Number(mtime) / 1e9)
    const namesIn = path => fs.readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare)

    function remove(path) {
      if (!fs.lstatSync(path).isDirectory()) return fs.unlinkSync(path)
      fs.chmodSync(path, 0o700)
      for (const name of namesIn(path)) remove(join(path, name))
      fs.rmdirSync(path)
    }

    // Not by the option `recursive`: below /proc that never ends.
    function makeDirectories(path) {
      if (state(path) !== null) return
      makeDirectories(parentOf(path))
      try {
        fs.mkdirSync(path)
      } catch (error) {
        if (error.code !== 'EEXIST') throw error
      }
    }

    class Receiver {
      constructor(root, deletes) {
        const isWhole = root[0] === 47
        this.root = isWhole ? root : root.length ? join(Buffer.from(process.cwd()), root) : Buffer.from(process.cwd())
        while (this.root.length > 1 && this.root[this.root.length - 1] === 47) this.root = this.root.subarray(0, -1)
        this.deletes = deletes
        this.entries = []
        this.names = new Map()
        this.broken = new Set()
        this.index = this.output = this.temporary = this.hash = null
        this.wanted = this.bytes = this.failures = this.deleted = this.links = 0
      }

      say(...parts) { return channel.send(parts) }

      fail(index, error) {
        this.failures += 1
        return this.say(FAILED, index, describe(error))
      }

      async attempt(index, action) {
        try {
          await action()
        } catch (error) {
          await this.fail(index, error)
          return false
        }
        return true
      }

      // The list

      async add([parent, name, kind, mode, mtime, size, target]) {
        const index = this.entries.length
        let path = this.root
        if (index > 0) {
          const text = name.toString('latin1')
          if (['', '.', '..'].includes(text) || text.includes('/') || text.includes('\0')) {
            throw new Error(`the name ${JSON.stringify(text)} is not allowed`)
          }
          if (!(parent >= 0 && parent < index) || this.entries[parent].kind !== DIRECTORY) {
            throw new Error(`the directory of ${JSON.stringify(text)} is none`)
          }
          path = join(this.entries[parent].path, name)
          this.names.get(parent).add(text)
        }
        if (kind === DIRECTORY) this.names.set(index, new Set())
        this.entries.push({ path, kind, mode, mtime, size, target })
        if (this.broken.has(parent) || !await this.attempt(index, () => this.place(index))) this.broken.add(index)
      }

      async place(index) {
        const { path, kind, mode, mtime, size } = this.entries[index]
        if (kind === DIRECTORY) return this.placeDirectory(path, index === 0)
        if (kind !== FILE) return
        const info = state(path)
        if (info === null || !info.isFile() || info.size !== BigInt(size)) await this.want(index, null)
        else if (!isSameTime(info, mtime)) await this.want(index, await this.digest(path))
        else if (modeOf(info) !== mode) fs.chmodSync(path, mode)
      }

      placeDirectory(path, isRoot) {
        if (isRoot) makeDirectories(path)
        let info = isRoot ? fs.statSync(path, { bigint: true }) : state(path)
        if (info !== null && !info.isDirectory()) {
          fs.unlinkSync(path)
          info = null
        }
        if (info === null) fs.mkdirSync(path, 0o700)
        else if ((modeOf(info) & 0o700) !== 0o700) fs.chmodSync(path, modeOf(info) | 0o700)
      }

      want(index, digest) {
        this.wanted += 1
        this.bytes += this.entries[index].size
        return this.say(WANT, index, digest)
      }

      async digest(path) {
        const piece = Buffer.allocUnsafe(1 << 18), result = crypto.createHash('sha256')
        let file = null
        try {
          file = fs.openSync(path, 'r')
          for (let count = 1; ; count++) {
            const length = fs.readSync(file, piece)
            if (!length) return result.digest('hex')
            result.update(piece.subarray(0, length))
            if (count % 256 === 0) await this.say(ALIVE)
          }
        } catch (_) {
          return null
        } finally {
          if (file !== null) fs.closeSync(file)
        }
      }

      // Files

      async whole(index, digest, data) {
        await this.start(index)
        if (this.output !== null && await this.write(data)) await this.end(digest)
      }

      start(index) {
        this.discard()
        this.index = index
        const temporary = this.temporaryName(index)
        const open = () => fs.openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
        try {
          try {
            this.output = open()
          } catch (error) {
            if (error.code !== 'EEXIST') throw error
            fs.unlinkSync(temporary)
            this.output = open()
          }
        } catch (error) {
          return this.fail(index, error)
        }
        this.temporary = temporary
        this.hash = crypto.createHash('sha256')
      }

      temporaryName(index) {
        return join(parentOf(this.entries[index].path), Buffer.from(`.convoke-${process.pid}-${index}`))
      }

      async piece(data) {
        if (this.output !== null) await this.write(data)
        await this.say(RECEIVED, this.index, data.length)
      }

      async write(data) {
        try {
          for (let at = 0; at < data.length;) at += fs.writeSync(this.output, data, at)
          this.hash.update(data)
        } catch (error) {
          this.discard()
          await this.fail(this.index, error)
          return false
        }
        return true
      }

      end(digest) {
        if (this.output === null) return
        const { path, mode, mtime } = this.entries[this.index]
        try {
          if (this.hash.digest('hex') !== digest) throw new Error('its SHA-256 is not that of the source')
          fs.fchmodSync(this.output, mode)
          fs.futimesSync(this.output, Number(mtime) / 1e9, Number(mtime) / 1e9)
          try {
            fs.renameSync(this.temporary, path)
          } catch (error) {
            if (!['EISDIR', 'EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error
            remove(path)
            fs.renameSync(this.temporary, path)
          }
          this.temporary = null
        } catch (error) {
          this.discard()
          return this.fail(this.index, error)
        }
        this.discard()
        return this.say(WRITTEN, this.index)
      }

      async same(index) {
        const { path, mode, mtime } = this.entries[index]
        const isDone = await this.attempt(index, () => {
          if (modeOf(fs.lstatSync(path)) !== mode) fs.chmodSync(path, mode)
          setTime(path, mtime)
        })
        if (isDone) await this.say(WRITTEN, index)
      }

      discard() {
        if (this.output !== null) fs.closeSync(this.output)
        if (this.temporary !== null) {
          try { fs.unlinkSync(this.temporary) } catch (_) {}
        }
        this.output = this.temporary = null
      }

      // The end

      async finish(asks) {
        this.discard()
        for (const [index, { kind }] of this.entries.entries()) {
          if (kind === LINK && !this.broken.has(index)) await this.attempt(index, () => this.link(index))
        }
        this.extras = []
        if (this.deletes && !this.failures) {
          for (const index of this.names.keys()) await this.attempt(index, () => this.findExtras(index))
        }
        if (asks && this.extras.length) await this.say(EXTRAS, 0, this.extras)
        else await this.delete([...this.extras.keys()])
      }

      async delete(numbers) {
        for (const number of numbers) {
          const [parent, name] = this.extras[number]
          if (await this.attempt(parent, () => remove(join(this.entries[parent].path, name)))) this.deleted += 1
        }
        for (let index = this.entries.length - 1; index >= 0; index--) {
          const { path, kind, mode, mtime } = this.entries[index]
          if (kind !== DIRECTORY || this.broken.has(index)) continue
          await this.attempt(index, () => {
            if (modeOf(fs.statSync(path)) !== mode) fs.chmodSync(path, mode)
            setTime(path, mtime)
          })
        }
        await this.say(DONE, this.links, this.deleted)
      }

      link(index) {
        let { path, target } = this.entries[index]
        if (target[0] === 0) target = target.length > 1 ? join(this.root, target.subarray(1)) : this.root
        const info = state(path)
        if (info?.isSymbolicLink() && fs.readlinkSync(path, { encoding: 'buffer' }).equals(target)) return
        const temporary = this.temporaryName(index)
        fs.symlinkSync(target, temporary)
        if (info?.isDirectory()) remove(path)
        fs.renameSync(temporary, path)
        this.links += 1
      }

      findExtras(index) {
        for (const name of namesIn(this.entries[index].path)) {
          if (this.names.get(index).has(name.toString('latin1'))) continue
          const info = fs.lstatSync(join(this.entries[index].path, name))
          const kind = info.isSymbolicLink() ? LINK : info.isDirectory() ? DIRECTORY : FILE
          this.extras.push([index, name, kind, info.size])
        }
      }

      async take(item) {
        if (Buffer.isBuffer(item)) return this.piece(item)
        const [order, value, ...more] = item
        if (order === LIST) for (const entry of value) await this.add(entry)
        else if (order === READY) await this.say(LISTED, this.wanted, this.bytes)
        else if (order === WHOLE) await this.whole(value, ...more)
        else if (order === START) await this.start(value)
        else if (order === END) await this.end(value)
        else if (order === SAME) await this.same(value)
        else if (order === DROP) this.discard()
        else if (order === FINISH) await this.finish(value)
        else if (order === DELETE) await this.delete(value)
      }
    }

    const receiver = new Receiver(...await channel.receive())
    try {
      for await (const item of channel) await receiver.take(item)
    } finally {
      receiver.discard()
    }
    """#
}
