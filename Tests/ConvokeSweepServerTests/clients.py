"""Readers of a live page, well-behaved and not.

Usage: clients.py PORT MODE COUNT

Modes: `news` opens COUNT streams and reads the first news of each, says `ready`, waits for a line on
standard input, and reads another one of each; `leave` opens COUNT streams and cuts them; `stuck` opens COUNT
streams and COUNT pages and reads nothing until its standard input ends; `garbage` sends COUNT things that are
no requests, and says how many connections the server has ended.
"""

import random
import socket
import struct
import sys


def connect(port):
    client = socket.create_connection(("127.0.0.1", port), timeout=60)
    return client


def stream(port):
    client = connect(port)
    client.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return client


def news(client, name):
    """The data of the next event; `name` is what has been read of this client already."""
    while b"\n\n" not in name or b"data: " not in name:
        piece = client.recv(65536)
        if not piece:
            raise EOFError("the stream has ended")
        name += piece
    name = name[name.index(b"data: "):]
    data, _, rest = name.partition(b"\n")
    return data[6:].decode(), rest


def garbage(seed):
    generator = random.Random(seed)
    kind = seed % 6
    if kind == 0:
        return generator.randbytes(2000)
    if kind == 1:
        return b"GET / HTTP/1.1\r\nX: " + b"a" * 200_000 + b"\r\n\r\n"
    if kind == 2:
        return b"GET " + b"/x" * 100_000 + b" HTTP/1.1\r\n\r\n"
    if kind == 3:
        return b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + generator.randbytes(500)
    if kind == 4:
        return b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    return b"GET / HTTP/9.9\r\nContent-Length: -5\r\nContent-Length: 7\r\n\r\n"


def main():
    port, mode, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    if mode == "news":
        clients = [stream(port) for _ in range(count)]
        rests = [news(client, b"")[1] for client in clients]
        print("ready", flush=True)
        sys.stdin.readline()
        texts = {news(client, rest)[0] for client, rest in zip(clients, rests)}
        print("\n".join(sorted(texts)), flush=True)
    elif mode == "leave":
        clients = [stream(port) for _ in range(count)]
        for client in clients:
            news(client, b"")
        print("ready", flush=True)
        sys.stdin.readline()
        for client in clients:
            # With a reset, as a machine that has crashed and come back would do.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        print("gone", flush=True)
        sys.stdin.readline()
    elif mode == "stuck":
        clients = []
        for _ in range(count):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            # Many requests at once, none of whose answers is read.
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)
            clients += [client, stream(port)]
        print("ready", flush=True)
        sys.stdin.read()
    elif mode == "garbage":
        ended = 0
        for seed in range(count):
            client = connect(port)
            try:
                client.sendall(garbage(seed))
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
                ended += 1
            except ConnectionError:
                ended += 1
            client.close()
        print(ended, flush=True)


main()
