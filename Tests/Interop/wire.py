"""Writes and reads values with genuine execnet, for InteropTests.swift.

  wire.py make SEED COUNT FILE    writes COUNT random values: a line each, the dump and its text
  wire.py read FILE               reads such lines, prints the text of each value and its new dump

The text says all of a value, in a form that both programs write by themselves.
"""

import random
import struct
import sys

import execnet

VERSION = b"\x02"


def text(value):
    """Returns the text of a value; the elements of sets are sorted."""
    if value is None or value is True or value is False:
        return str(value)
    if isinstance(value, int):
        return f"i{value}"
    if isinstance(value, float):
        return "f" + struct.pack("!d", value).hex()
    if isinstance(value, complex):
        return "c" + struct.pack("!dd", value.real, value.imag).hex()
    if isinstance(value, bytes):
        return "b" + value.hex()
    if isinstance(value, str):
        return "s" + value.encode().hex()
    if isinstance(value, list):
        return "[" + ",".join(map(text, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ",".join(map(text, value)) + ")"
    if isinstance(value, dict):
        return "{" + ",".join(f"{text(key)}:{text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, set):
        return "<" + ",".join(sorted(map(text, value))) + ">"
    if isinstance(value, frozenset):
        return "<<" + ",".join(sorted(map(text, value))) + ">>"
    raise TypeError(type(value))


def scalar(source):
    """Returns a random value that is no container."""
    return source.choice(
        [
            lambda: None,
            lambda: source.random() < 0.5,
            lambda: source.randint(-10, 300),
            lambda: source.randint(-(2**31), 2**31 - 1),
            lambda: source.randint(2**31, 2**63),
            lambda: source.randint(2**62, 2**70),
            lambda: source.getrandbits(source.randint(64, 2000)) + 2**63,
            lambda: struct.unpack("!d", source.randbytes(8))[0],
            lambda: source.choice([0.0, -0.0, 1.5, float("inf"), float("-inf"), float("nan")]),
            lambda: complex(source.gauss(0, 9), source.choice([0.0, -0.0, float("inf")])),
            lambda: source.randbytes(source.choice([0, 1, 7, 300])),
            lambda: "".join(
                chr(source.choice([0, 65, 122, 233, 0x20AC, 0x1F600, source.randint(1, 0xD7FF)]))
                for _ in range(source.choice([0, 1, 5, 15, 16, 60]))
            ),
        ]
    )()


def hashable(source, depth):
    """Returns a random value that can be a key."""
    kind = source.randint(0, 9) if depth < 3 else 9
    if kind == 0:
        return tuple(hashable(source, depth + 1) for _ in range(source.randint(0, 3)))
    if kind == 1:
        return frozenset(hashable(source, depth + 1) for _ in range(source.randint(0, 3)))
    return scalar(source)


def value(source, depth=0):
    """Returns a random value."""
    kind = source.randint(0, 9) if depth < 6 else 9
    count = source.choice([0, 1, 2, 3, 5])
    if kind <= 1:
        return [value(source, depth + 1) for _ in range(count)]
    if kind == 2:
        return tuple(value(source, depth + 1) for _ in range(count))
    if kind <= 4:
        return {hashable(source, depth): value(source, depth + 1) for _ in range(count)}
    if kind == 5:
        make = source.choice([set, frozenset])
        return make(hashable(source, depth) for _ in range(count))
    return scalar(source)


def again(item):
    """Returns the dump of a value, or why there is none."""
    try:
        return execnet.dumps(item).hex()
    except struct.error:
        return "refused"  # integers below -2**31 can be read but not written


def main():
    act, *rest = sys.argv[1:]
    if act == "make":
        source = random.Random(int(rest[0]))
        with open(rest[2], "w") as file:
            for _ in range(int(rest[1])):
                item = value(source)
                file.write(f"{execnet.dumps(item).hex()} {text(item)}\n")
    elif act == "read":
        with open(rest[0]) as file:
            for line in file:
                item = execnet.loads(bytes.fromhex(line))
                print(text(item), again(item))


if __name__ == "__main__":
    main()
