/// The program that receives a tree: on Python 2.7 and 3, with the standard library alone, and on Node.
///
/// Items are tuples whose first element is one of the numbers of ``Order`` and ``Reply``; pieces of a
/// file are bare bytes. Names are bytes, and never sent back.
package enum SyncProgram {
  /// The source for Python workers.
  package static let source = #"""
    import errno, hashlib, os, stat, sys
    DIRECTORY, FILE, LINK, KEPT = range(4)
    LIST, READY, START, END, SAME, DROP, FINISH, DELETE, WHOLE = range(9)
    WANT, LISTED, RECEIVED, WRITTEN, FAILED, DONE, ALIVE, EXTRAS = range(8)
    EXACT_TIMES = sys.version_info >= (3, 3)
    TIMES_OF_FILES = os.utime in getattr(os, "supports_fd", ())
    BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)

    def describe(error):
        number = getattr(error, "errno", None)
        text = os.strerror(number) if number else str(error)
        return text.decode("utf-8", "replace") if isinstance(text, bytes) else text

    def state(path):
        try:
            return os.lstat(path)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                return None
            raise

    def same_time(info, mtime):
        if EXACT_TIMES:
            return info.st_mtime_ns == mtime
        return abs(int(info.st_mtime * 1e9) - mtime) < 2000

    def set_time(path, mtime):
        if EXACT_TIMES:
            os.utime(path, ns=(mtime, mtime))
        else:
            os.utime(path, (mtime / 1e9, mtime / 1e9))

    def remove(path):
        if stat.S_ISDIR(os.lstat(path).st_mode):
            os.chmod(path, 0o700)
            for name in os.listdir(path):
                remove(os.path.join(path, name))
            os.rmdir(path)
        else:
            os.unlink(path)

    class Receiver(object):
        def __init__(self, channel, root, deletes):
            self.channel, self.root = channel, os.path.abspath(root)
            self.deletes = deletes
            self.entries, self.names, self.broken = [], {}, set()
            self.index = self.output = self.temporary = self.hash = None
            self.wanted = self.bytes = self.failures = self.deleted = self.links = 0

        def path(self, index):
            return self.entries[index][0]

        def fail(self, index, error):
            self.failures += 1
            self.channel.send((FAILED, index, describe(error)))

        def attempt(self, index, action, *arguments):
            try:
                action(*arguments)
            except (EnvironmentError, ValueError, RuntimeError) as error:
                self.fail(index, error)
                return False
            return True

        # The list

        def add(self, parent, name, kind, mode, mtime, size, target):
            index = len(self.entries)
            if index == 0:
                path = self.root
            else:
                if name in (b"", b".", b"..") or b"/" in name or b"\0" in name:
                    raise ValueError("the name %r is not allowed" % (name,))
                if not 0 <= parent < index or self.entries[parent][1] != DIRECTORY:
                    raise ValueError("the directory of %r is none" % (name,))
                path = os.path.join(self.path(parent), name)
                self.names[parent].add(name)
            if kind == DIRECTORY:
                self.names[index] = set()
            self.entries.append((path, kind, mode, mtime, size, target))
            if parent in self.broken or not self.attempt(index, self.place, index):
                self.broken.add(index)

        def place(self, index):
            path, kind, mode, mtime, size, target = self.entries[index]
            if kind == DIRECTORY:
                self.place_directory(path, index == 0)
            elif kind == FILE:
                info = state(path)
                if info is None or not stat.S_ISREG(info.st_mode) or info.st_size != size:
                    self.want(index, None)
                elif not same_time(info, mtime):
                    self.want(index, self.digest(path))
                elif stat.S_IMODE(info.st_mode) != mode:
                    os.chmod(path, mode)

        def place_directory(self, path, is_root):
            if is_root and not os.path.isdir(path) and state(path) is None:
                os.makedirs(path)
            info = os.stat(path) if is_root else state(path)
            if info is not None and not stat.S_ISDIR(info.st_mode):
                os.unlink(path)
                info = None
            if info is None:
                os.mkdir(path, 0o700)
            elif info.st_mode & 0o700 != 0o700:
                os.chmod(path, stat.S_IMODE(info.st_mode) | 0o700)

        def want(self, index, digest):
            self.wanted += 1
            self.bytes += self.entries[index][4]
            self.channel.send((WANT, index, digest))

        def digest(self, path):
            result, count = hashlib.sha256(), 0
            try:
                with open(path, "rb") as file:
                    while True:
                        piece = file.read(1 << 18)
                        if not piece:
                            return u"%s" % result.hexdigest()
                        result.update(piece)
                        count += 1
                        if count % 256 == 0:
                            self.channel.send((ALIVE,))
            except EnvironmentError:
                return None

        # Files

        def whole(self, index, digest, data):
            self.start(index)
            if self.output is not None and self.write(data):
                self.end(digest)

        def start(self, index):
            self.discard()
            self.index = index
            name = (".convoke-%d-%d" % (os.getpid(), index)).encode("ascii")
            temporary = os.path.join(os.path.dirname(self.path(index)), name)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY
            try:
                try:
                    self.output = os.open(temporary, flags, 0o600)
                except EnvironmentError as error:
                    if error.errno != errno.EEXIST:
                        raise
                    os.unlink(temporary)
                    self.output = os.open(temporary, flags, 0o600)
            except EnvironmentError as error:
                return self.fail(index, error)
            self.temporary, self.hash = temporary, hashlib.sha256()

        def piece(self, data):
            if self.output is not None:
                self.write(data)
            self.channel.send((RECEIVED, self.index, len(data)))

        def write(self, data):
            try:
                view = memoryview(data)
                while len(view):
                    view = view[os.write(self.output, view):]
                self.hash.update(data)
            except EnvironmentError as error:
                self.discard()
                self.fail(self.index, error)
                return False
            return True

        def end(self, digest):
            if self.output is None:
                return
            path, kind, mode, mtime, size, target = self.entries[self.index]
            try:
                if self.hash.hexdigest() != digest:
                    raise ValueError("its SHA-256 is not that of the source")
                os.fchmod(self.output, mode)
                set_time(self.output if TIMES_OF_FILES else self.temporary, mtime)
                try:
                    os.rename(self.temporary, path)
                except EnvironmentError as error:
                    if error.errno not in (errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY):
                        raise
                    remove(path)
                    os.rename(self.temporary, path)
                self.temporary = None
            except (EnvironmentError, ValueError) as error:
                self.discard()
                return self.fail(self.index, error)
            self.discard()
            self.channel.send((WRITTEN, self.index))

        def same(self, index):
            path, kind, mode, mtime, size, target = self.entries[index]
            if self.attempt(index, self.touch, path, mode, mtime):
                self.channel.send((WRITTEN, index))

        def touch(self, path, mode, mtime):
            if stat.S_IMODE(os.lstat(path).st_mode) != mode:
                os.chmod(path, mode)
            set_time(path, mtime)

        def discard(self):
            if self.output is not None:
                os.close(self.output)
            if self.temporary is not None:
                try:
                    os.unlink(self.temporary)
                except OSError:
                    pass
            self.output = self.temporary = None

        # The end

        def finish(self, asks):
            self.discard()
            for index in range(len(self.entries)):
                if self.entries[index][1] == LINK and index not in self.broken:
                    self.attempt(index, self.link, index)
            self.extras = []
            if self.deletes and not self.failures:
                for index in sorted(self.names):
                    self.attempt(index, self.find_extras, index)
            if asks and self.extras:
                self.channel.send((EXTRAS, 0, self.extras))
            else:
                self.delete(range(len(self.extras)))

        def delete(self, numbers):
            for number in numbers:
                parent, name = self.extras[number][:2]
                path = os.path.join(self.path(parent), name)
                if self.attempt(parent, remove, path):
                    self.deleted += 1
            for index in range(len(self.entries) - 1, -1, -1):
                path, kind, mode, mtime, size, target = self.entries[index]
                if kind == DIRECTORY and index not in self.broken:
                    self.attempt(index, self.touch_directory, path, mode, mtime)
            self.channel.send((DONE, self.links, self.deleted))

        def link(self, index):
            path, target = self.entries[index][0], self.entries[index][5]
            if target[:1] == b"\0":
                target = os.path.join(self.root, target[1:]) if target[1:] else self.root
            info = state(path)
            if info is not None and stat.S_ISLNK(info.st_mode) and os.readlink(path) == target:
                return
            name = (".convoke-%d-%d" % (os.getpid(), index)).encode("ascii")
            temporary = os.path.join(os.path.dirname(path), name)
            os.symlink(target, temporary)
            if info is not None and stat.S_ISDIR(info.st_mode):
                remove(path)
            os.rename(temporary, path)
            self.links += 1

        def find_extras(self, index):
            for name in sorted(os.listdir(self.path(index))):
                if name not in self.names[index]:
                    info = os.lstat(os.path.join(self.path(index), name))
                    kind = DIRECTORY if stat.S_ISDIR(info.st_mode) else FILE
                    if stat.S_ISLNK(info.st_mode):
                        kind = LINK
                    self.extras.append((index, name, kind, info.st_size))

        def touch_directory(self, path, mode, mtime):
            if stat.S_IMODE(os.stat(path).st_mode) != mode:
                os.chmod(path, mode)
            set_time(path, mtime)

        def run(self):
            for item in self.channel:
                if isinstance(item, bytes):
                    self.piece(item)
                elif item[0] == LIST:
                    for entry in item[1]:
                        self.add(*entry)
                elif item[0] == READY:
                    self.channel.send((LISTED, self.wanted, self.bytes))
                elif item[0] == WHOLE:
                    self.whole(*item[1:])
                elif item[0] == START:
                    self.start(item[1])
                elif item[0] == END:
                    self.end(item[1])
                elif item[0] == SAME:
                    self.same(item[1])
                elif item[0] == DROP:
                    self.discard()
                elif item[0] == FINISH:
                    self.finish(item[1])
                elif item[0] == DELETE:
                    self.delete(item[1])

    receiver = Receiver(channel, *channel.receive())
    try:
        receiver.run()
    finally:
        receiver.discard()
    """#
}
