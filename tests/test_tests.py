"""A test about the tests: each one asserts something, none is skipped, none returns before it has asserted.

An assertion is an ``assert`` of something that can be false, ``pytest.raises`` or ``pytest.warns``, or a call of a
helper named ``assert_*`` or ``check_*`` that does not come from the package. Helpers of that name that are defined in
the tests are held to the same rule.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FILES = sorted(TESTS.rglob("*.py"))
SKIPS = {"skip", "skipif", "importorskip", "xfail", "SkipTest", "skipUnless", "skipIf", "expectedFailure"}

# Skips that are allowed: (file, name of the skip, where it stands) -> why. A skip in CI is a failure, so keep it empty.
ALLOWED_SKIPS: dict[tuple[str, str, str], str] = {}


def is_checker(name):
    return name.startswith(("assert_", "check_"))


def walk_own(function):
    """Walk the body of a function without the functions and classes that are defined in it."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))


def imported_from_package(tree):
    """Collect the names that a file imports from softrecall: calling them is what is tested, not the test."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "softrecall":
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {(a.asname or a.name).split(".")[0] for a in node.names if a.name.split(".")[0] == "softrecall"}
    return names


def asserts(node, package_names):
    """Say whether one node of a test is an assertion that can fail."""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant | ast.Tuple | ast.JoinedStr)
    if not isinstance(node, ast.Call):
        return False
    name, root = node.func, node.func
    while isinstance(root, ast.Attribute):
        root = root.value
    if isinstance(root, ast.Name) and root.id in package_names:
        return False
    label = name.attr if isinstance(name, ast.Attribute) else getattr(name, "id", "")
    is_pytest = isinstance(root, ast.Name) and root.id == "pytest"
    return is_checker(label) or (is_pytest and label in {"raises", "warns"})


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def faults(source):
    """List what is wrong with the tests of one file."""
    tree = ast.parse(source)
    package_names, found = imported_from_package(tree), []
    for function in functions(tree):
        own = list(walk_own(function))
        is_test, can_fail = function.name.startswith("test_"), any(asserts(node, package_names) for node in own)
        if (is_test or is_checker(function.name)) and not can_fail:
            found.append(f"{function.name}: asserts nothing")
        if is_test and any(isinstance(node, ast.Return) for node in own):
            found.append(f"{function.name}: returns")
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare):
            found.append(f"line {node.lineno}: compares and drops the result")
    return found


def skips(source):
    """List every skip of a file as (name of the skip, the function it stands in or on)."""
    tree, found = ast.parse(source), []
    owner = {}
    for function in functions(tree):
        owner |= {id(node): function.name for node in ast.walk(function)}
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Attribute):
            names = [node.attr]
        elif isinstance(node, ast.ImportFrom) and node.module in {"pytest", "unittest"}:
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.Name) and node.id in {"collect_ignore", "collect_ignore_glob"}:
            found.append((node.id, owner.get(id(node), "module")))
        found += [(name, owner.get(id(node), "module")) for name in names if name in SKIPS]
    return found


# The checks themselves


@pytest.mark.parametrize(
    "body",
    [
        "x == 1",
        "f(x)",
        "assert True",
        "assert 1, x == 1",
        "assert (x == 1, 'always true')",
        "def inner():\n    assert x == 1",
        "_checks.check_count('n', 3)",
        "check_count('n', 3)",
        "c.check_count('n', 3)",
        "if not x:\n    return\nassert x == 1",
        "assert x == 1\nx == 2",
        "pass",
        "np.allclose(x, 1)",
    ],
)
def test_a_test_that_cannot_fail_or_returns_early_is_a_fault(body):
    head = (
        "from softrecall import _checks\nfrom softrecall._checks import check_count\nimport softrecall._checks as c\n"
    )
    body = "\n".join(f"    {line}" for line in body.split("\n"))
    assert faults(f"{head}def test_it(x):\n{body}\n") != []


@pytest.mark.parametrize(
    "body",
    [
        "assert x == 1",
        "for i in x:\n    assert i",
        "with pytest.raises(ValueError):\n    f(x)",
        "np.testing.assert_allclose(x, 1)",
        "assert_close(x)",
        "helpers.check_page(x)",
        "def inner():\n    return 3\nassert inner() == x",
    ],
)
def test_a_test_that_can_fail_is_no_fault(body):
    body = "\n".join(f"    {line}" for line in body.split("\n"))
    assert faults(f"def test_it(x):\n{body}\n") == []


def test_a_checking_helper_that_checks_nothing_is_a_fault():
    assert faults("def check_page(x):\n    return x\n") == ["check_page: asserts nothing"]
    assert faults("def check_page(x):\n    assert x\n    return x\n") == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def test_it():\n    pytest.skip('slow')\n", [("skip", "test_it")]),
        ("@pytest.mark.skipif(True, reason='x')\ndef test_it():\n    assert x\n", [("skipif", "test_it")]),
        ("np = pytest.importorskip('numpy')\n", [("importorskip", "module")]),
        ("pytestmark = pytest.mark.xfail\n", [("xfail", "module")]),
        ("from pytest import skip as leave\n", [("skip", "module")]),
        ("import unittest\nraise unittest.SkipTest\n", [("SkipTest", "module")]),
        ("collect_ignore = ['test_it.py']\n", [("collect_ignore", "module")]),
        ("def test_it():\n    assert 'pytest.skip' not in x\n", []),
    ],
)
def test_every_way_to_skip_is_seen(source, expected):
    assert skips(source) == expected


# The tests


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TESTS).as_posix())
def test_every_test_of_the_file_asserts_something_and_none_returns_early(path):
    assert faults(path.read_text(encoding="utf-8")) == []


def test_nothing_is_skipped_but_what_is_listed_here_with_a_reason():
    found = {
        (path.relative_to(TESTS).as_posix(), *skip)
        for path in FILES
        for skip in skips(path.read_text(encoding="utf-8"))
    }
    assert found == set(ALLOWED_SKIPS)
    assert all(len(reason.split()) >= 3 for reason in ALLOWED_SKIPS.values())


def test_every_file_of_tests_is_named_so_that_pytest_collects_it():
    for path in FILES:
        has_tests = any(function.name.startswith("test_") for function in functions(ast.parse(path.read_text("utf-8"))))
        assert path.name.startswith("test_") == has_tests, path.name
