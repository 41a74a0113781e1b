"""Bytes to values."""

unpack4 = struct.Struct("!i").unpack_from
unpack_header = struct.Struct("!bii").unpack_from
unpack_float = struct.Struct("!d").unpack_from
# Indexing bytes gives numbers on Python 3 and strings on Python 2; so does this.
INT, STOP = b"F"[0], b"Q"[0]
(TEXT, BYTES, SETITEM, LIST, DICT, TUPLE, NONE, TRUE, FALSE, FLOAT) = (c for c in b"NAPKJ@LRCD")
(CHANNEL, SET, FROZENSET, COMPLEX, STR2, TEXT2, LONG, BIG, BIG2) = (c for c in b"BOETMSGHI")


def load(data, coercion=(True, False), channel_of=None):
    """The value in these bytes (or in a memoryview of them)."""
    try:
        return load_stack(data, coercion, channel_of)
    except LoadError:
        raise
    except Exception as error:
        raise LoadError("no value: %s: %s" % (type(error).__name__, error))


def load_stack(data, coercion, channel_of):
    stack = []
    push, pop = stack.append, stack.pop
    end = len(data)
    at = 0
    while True:
        op = data[at]
        at += 1
        if op == INT or op == LONG:
            push(unpack4(data, at)[0])
            at += 4
        elif op == SETITEM:
            value = pop()
            key = pop()
            stack[-1][key] = value
        elif op == NONE:
            push(None)
        elif op == TRUE:
            push(True)
        elif op == FALSE:
            push(False)
        elif op == FLOAT:
            push(unpack_float(data, at)[0])
            at += 8
        elif op == STOP:
            if len(stack) != 1:
                raise LoadError("no value: %d values at the end" % len(stack))
            return stack[0]
        elif op == DICT:
            push({})
        elif op == COMPLEX:
            push(complex(unpack_float(data, at)[0], unpack_float(data, at + 8)[0]))
            at += 16
        else:
            # All others have a number, a length or a count.
            size = unpack4(data, at)[0]
            at += 4
            if op in b"NAMSHI":
                stop = at + size
                if size < 0 or stop > end:
                    raise LoadError("no value: it ends too early")
                part = bytes(data[at:stop]) if PY3 else data[at:stop]
                at = stop
                if op == TEXT:
                    push(part if coercion[1] else part.decode("utf-8"))
                elif op == BYTES:
                    push(part)
                elif op == STR2:
                    push(part.decode("latin-1") if coercion[0] else part)
                elif op == TEXT2:
                    push(part.decode("utf-8"))
                else:
                    push(int(part))
            elif op == LIST:
                # No more items than bytes that could hold them; short lists may have empty places.
                if size < 0 or size > max(1000, end - at):
                    raise LoadError("no value: a list of %d in %d bytes" % (size, end - at))
                push([None] * size)
            elif op == CHANNEL:
                if channel_of is None:
                    raise LoadError("no value: a channel, where none can be")
                push(channel_of(size))
            elif op == TUPLE or op == SET or op == FROZENSET:
                first = len(stack) - size
                if size < 0 or first < 0:
                    raise LoadError("no value: %d items of %d" % (len(stack), size))
                items = stack[first:]
                del stack[first:]
                push(tuple(items) if op == TUPLE else set(items) if op == SET else frozenset(items))
            else:
                raise LoadError("no value: unknown opcode %r" % (op,))
