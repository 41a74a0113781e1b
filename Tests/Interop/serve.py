"""Genuine execnet as the client of `convoke serve`: serve.py TEST PORT [FOLDER]."""

import os
import sys

import execnet


def spec(port):
    return "socket=127.0.0.1:%s" % port


def remote_exec(port, folder):
    gateway = execnet.makegateway(spec(port))
    channel = gateway.remote_exec("channel.send(channel.receive() * 2)")
    channel.send(21)
    assert channel.receive(10) == 42
    channel = gateway.remote_exec("import sys, os; channel.send((sys.argv, os.getcwd(), __name__))")
    assert channel.receive(10) == (["-c"], os.path.realpath(folder), "__channelexec__")
    channel = gateway.remote_exec("import time; print('seen'); raise ValueError('boom')")
    try:
        channel.receive(10)
    except channel.RemoteError as error:
        assert "ValueError: boom" in str(error)
    else:
        raise AssertionError("no error came")
    big = b"x" * 5000000
    channel = gateway.remote_exec("channel.send(channel.receive())")
    channel.send(big)
    assert channel.receive(20) == big
    gateway.exit()


def channels(port, folder):
    gateway = execnet.makegateway(spec(port))
    channel = gateway.remote_exec(
        """
        other = channel.receive()
        other.send("over there")
        mine = channel.gateway.newchannel()
        channel.send(mine)
        channel.send(mine.receive())
        """
    )
    other = gateway.newchannel()
    channel.send(other)
    assert other.receive(10) == "over there"
    channel.receive(10).send("back")
    assert channel.receive(10) == "back"
    gateway.exit()


def status(port, folder):
    gateway = execnet.makegateway(spec(port))
    channel = gateway.remote_exec("channel.receive()")
    status = gateway.remote_status()
    assert status.numexecuting == 1, status
    assert status.execmodel == "thread", status
    channel.send(1)
    channel.waitclose(10)
    info = gateway._rinfo()
    assert info.pid != os.getpid()
    assert info.cwd == os.path.realpath(folder), info.cwd
    gateway.exit()


def rsync(port, folder):
    source = os.path.join(folder, "source")
    os.makedirs(os.path.join(source, "below"))
    for number in range(20):
        with open(os.path.join(source, "below", str(number)), "w") as file:
            file.write("x" * number * 1000)
    os.symlink("below", os.path.join(source, "link"))
    gateway = execnet.makegateway(spec(port))
    target = os.path.join(folder, "target")
    sync = execnet.RSync(source)
    sync.add_target(gateway, target, delete=True)
    sync.send()
    assert sorted(os.listdir(os.path.join(target, "below"))) == sorted(map(str, range(20)))
    assert os.readlink(os.path.join(target, "link")) == "below"
    gateway.exit()


def several(port, folder):
    group = execnet.Group()
    for _ in range(4):
        group.makegateway(spec(port))
    program = "import os; channel.send(os.getpid()); channel.send(channel.receive() + 1)"
    channels = group.remote_exec(program)
    pids = channels.receive_each()
    assert len(set(pids)) == 4, pids
    channels.send_each(1)
    assert channels.receive_each() == [2, 2, 2, 2]
    channel = group[0].remote_exec("import os; os.chdir('/')")
    channel.waitclose(10)
    fresh = group.makegateway(spec(port)).remote_exec("import os; channel.send(os.getcwd())")
    assert fresh.receive(10) == os.path.realpath(folder)
    group.terminate(timeout=5)


def terminate(port, folder):
    group = execnet.Group()
    for program in ["channel.receive()", "import time; time.sleep(1000)", "pass"]:
        gateway = group.makegateway(spec(port))
        gateway.remote_exec("import os; channel.send(os.getpid())").receive(10)
        gateway.remote_exec(program)
    group.terminate(timeout=2)


def crash(port, folder):
    gateway = execnet.makegateway(spec(port))
    channel = gateway.remote_exec("import os; os._exit(3)")
    try:
        channel.receive(10)
    except EOFError:
        pass
    else:
        raise AssertionError("no end came")
    channel = execnet.makegateway(spec(port)).remote_exec("channel.send(1)")
    assert channel.receive(10) == 1


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2], sys.argv[3])
    execnet.default_group.terminate(timeout=5)
    print("done")
