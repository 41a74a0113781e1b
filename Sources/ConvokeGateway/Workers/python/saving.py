"""Values to bytes."""

pack4 = struct.Struct("!i").pack
pack_op = struct.Struct("!ci").pack
pack_item = struct.Struct("!cicic").pack
pack_frame = struct.Struct("!bii").pack
pack_int_frame = struct.Struct("!biicic").pack
pack_float = struct.Struct("!d").pack
MIN4, MAX4 = -(2**31), 2**31 - 1


def dump(put, value):
    saver = SAVERS.get(type(value))
    if saver is None:
        saver = saver_of_base(type(value))
    saver(put, value)


def saver_of_base(kind):
    """A value of a subclass (OrderedDict, a named tuple, IntEnum) travels as a value of its base."""
    for base in kind.__mro__:
        saver = SAVERS.get(base)
        if saver is not None:
            return saver
    raise DumpError("can't serialize %r" % (kind,))


def dump_sized(put, op, data):
    if len(data) > MAX4:
        raise DumpError("too long: %d bytes" % len(data))
    put(pack_op(op, len(data)))
    put(data)


def dump_int(put, value, short=b"F", big=b"H"):
    if MIN4 <= value <= MAX4:
        put(pack_op(short, value))
    else:
        try:
            dump_sized(put, big, ("%d" % value).encode("ascii"))
        except ValueError as error:  # the limit on decimal digits
            raise DumpError(str(error))


def dump_text(put, value, op=b"N"):
    try:
        dump_sized(put, op, value.encode("utf-8"))
    except UnicodeError as error:
        raise DumpError(str(error))


def dump_list(put, value):
    put(pack_op(b"K", len(value)))
    index = 0
    for item in value:
        if type(item) is int and MIN4 <= item <= MAX4:
            put(pack_item(b"F", index, b"F", item, b"P"))
        else:
            put(pack_op(b"F", index))
            dump(put, item)
            put(b"P")
        index += 1


def dump_dict(put, value):
    put(b"J")
    for key in value:
        dump(put, key)
        dump(put, value[key])
        put(b"P")


def dump_all(put, value, op):
    for item in value:
        dump(put, item)
    put(pack_op(op, len(value)))


def dump_channel(put, channel):
    put(pack_op(b"B", channel.id))


SAVERS = {
    type(None): lambda put, value: put(b"L"),
    bool: lambda put, value: put(b"R" if value else b"C"),
    int: dump_int,
    float: lambda put, value: put(b"D" + pack_float(value)),
    complex: lambda put, value: put(b"T" + pack_float(value.real) + pack_float(value.imag)),
    unicode: dump_text,
    bytes: lambda put, value: dump_sized(put, b"A", bytes(value)),
    bytearray: lambda put, value: dump_sized(put, b"A", bytes(value)),
    memoryview: lambda put, value: dump_sized(put, b"A", value.tobytes()),
    list: dump_list,
    tuple: lambda put, value: dump_all(put, value, b"@"),
    dict: dump_dict,
    set: lambda put, value: dump_all(put, value, b"O"),
    frozenset: lambda put, value: dump_all(put, value, b"E"),
}
if not PY3:  # str may be text or bytes; the reader decides
    SAVERS[bytes] = lambda put, value: dump_sized(put, b"M", bytes(value))
    SAVERS[unicode] = lambda put, value: dump_text(put, value, b"S")
    SAVERS[long] = lambda put, value: dump_int(put, value, b"G", b"I")


def frame_of(code, id, value):
    """A frame with this value, and the length of its payload."""
    parts = [b""]
    try:
        dump(parts.append, value)
    except RuntimeError:  # RecursionError, where there is one
        raise DumpError("can't serialize: nested too deeply")
    except (struct.error, OverflowError) as error:
        raise DumpError("can't serialize: %s" % error)
    parts.append(b"Q")
    size = sum(imap(len, parts))
    if size > MAX4:
        raise DumpError("too long: %d bytes" % size)
    parts[0] = pack_frame(code, id, size)
    return b"".join(parts), size
