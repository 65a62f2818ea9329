"""What the signatures of functions and classes say; nothing from the package."""

import inspect


def defaults_of(things):
    """Collect the defaults of all that have any: {name: {argument: default}}; those that are None are left out."""
    found = {}
    for thing in things:
        parameters = inspect.signature(thing).parameters.values()
        values = {p.name: p.default for p in parameters if p.default not in (inspect.Parameter.empty, None)}
        found |= {thing.__name__: values} if values else {}
    return found
