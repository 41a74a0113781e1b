"""What the program carries is what the files say."""

import controller as c


def test_up_to_date():
    assert c.embed.TARGET.read_text() == c.embed.swift(), "run scripts/embed-workers"


def test_whole_sources_work_too(start):
    worker = start(stripped=False)
    assert worker.execute("channel.send(42)").all() == [42]
