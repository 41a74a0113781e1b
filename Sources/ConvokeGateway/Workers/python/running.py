"""Running source."""

def scope_of(channel):
    return {"channel": channel, "__name__": "__channelexec__"}


def prepare_source(source, name):
    """Source as compile() takes it."""
    if isinstance(source, bytes):
        source = source.decode("utf-8")
    if not PY3:  # a coding line is an error in text
        lines = source.split(u"\n", 2)
        for index, line in enumerate(lines[:2]):
            if line.lstrip().startswith(u"#") and u"coding" in line:
                lines[index] = u"#"
        source = u"\n".join(lines)
        name = name.encode("utf-8")
    return source + u"\n", name


def run_source(channel, source, name, call, arguments):
    source, name = prepare_source(source, name)
    scope = scope_of(channel)
    exec(compile(source, name, "exec", 0, True), scope)
    if call is not None:
        scope[call](channel, **arguments)


def task_error(source, name, error=None):
    """The traceback of a task's error, with the lines of its source."""
    import linecache

    text, name = prepare_source(source, name)
    lines = (text if PY3 else text.encode("utf-8")).splitlines(True)
    linecache.cache[name] = (len(text), None, lines, name)
    return formatted_error(error)


OWN_CODE = set()


def own(*functions):
    """Leaves these functions, and those inside them, out at the head of tracebacks."""
    for function in functions:
        code = getattr(function, "__func__", function).__code__
        OWN_CODE.add(code)
        OWN_CODE.update(inner for inner in code.co_consts if hasattr(inner, "co_code"))


own(run_source, Gateway.run, Port.pump)
MODELS = {"thread": Model, "main_thread_only": Model}
