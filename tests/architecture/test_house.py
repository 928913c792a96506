"""The rules of the house that the import contracts cannot see: exactness, sizes, data, locks."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "pingyi"
ENGINE = SOURCE / "engine"

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50

# Engine files that may use floats, as paths below src/pingyi/engine, each with its reason.
FLOATS_ALLOWED: dict[str, str] = {}

INTEGER_MATH = {"comb", "gcd", "isqrt", "lcm"}
"""Functions of ``math`` that take and give whole numbers."""

FLOAT_TYPES = {"double", "float16", "float32", "float64", "longdouble"}


def python_files(folder: Path) -> list[Path]:
    """All but migrations, which are generated."""
    return sorted(path for path in folder.rglob("*.py") if path.parent.name != "migrations")


def inexact(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and reason for each place where a float could enter."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="float")):
                yield node.lineno, "call of float()"
            case ast.Constant(value=float() | complex()):
                yield node.lineno, f"float literal {node.value!r}"
            case ast.Import(names=names) if any(n.name in {"math", "cmath"} for n in names):
                yield node.lineno, "import of math"
            case ast.ImportFrom(module="math" | "cmath", names=names, level=0) if any(
                n.name not in INTEGER_MATH for n in names
            ):
                yield node.lineno, "import of math"
            case ast.Attribute(attr=attr) if attr in FLOAT_TYPES:
                yield node.lineno, f"float type {attr}"


def long_functions(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {lines} lines"


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, line: int, reason: str) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{line}: {reason}"


def test_the_walk_finds_the_source() -> None:
    assert SOURCE / "__init__.py" in python_files(SOURCE)
    assert python_files(ENGINE), "src/pingyi/engine has no Python file: did it move?"


@pytest.mark.parametrize(
    "line",
    [
        "x = float('1')",
        "x = 0.5",
        "x = 1e3",
        "import math",
        "import os, math as m",
        "from math import floor",
        "x = np.float64",
        "x = array.astype(np.float32)",
        "x = pa.float64()",
    ],
)
def test_the_float_walk_sees(line: str) -> None:
    assert list(inexact(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    ["x = Fraction('0.5')", "x = isinstance(y, float)", "x = 3 // 2", "from fractions import math"],
)
def test_the_float_walk_lets_pass(line: str) -> None:
    assert not list(inexact(ast.parse(line)))


def test_the_size_walk_sees_a_long_method() -> None:
    body = "        pass\n" * MAX_FUNCTION_LINES
    assert list(long_functions(ast.parse(f"class A:\n    def long(self):\n{body}")))
    short = body.removeprefix("        pass\n")
    assert not list(long_functions(ast.parse(f"class A:\n    def short(self):\n{short}")))


def test_engine_holds_no_float() -> None:
    found = [
        place(path, line, reason)
        for path in python_files(ENGINE)
        if path.relative_to(ENGINE).as_posix() not in FLOATS_ALLOWED
        for line, reason in inexact(parse(path))
    ]
    assert not found, "use int and Fraction, read from strings:\n" + "\n".join(found)


def test_float_permits_are_needed() -> None:
    stale = [
        name
        for name in FLOATS_ALLOWED
        if not (ENGINE / name).is_file() or not list(inexact(parse(ENGINE / name)))
    ]
    assert not stale, f"FLOATS_ALLOWED names files that need no permit: {stale}"


def test_packs_hold_no_code() -> None:
    found = [path.relative_to(ROOT).as_posix() for path in python_files(SOURCE / "packs")]
    assert not found, f"a practice pack is reviewed data, no code: {found}"


def sources_to_read() -> list[Path]:
    """Python, scripts and style sheets of our own; what is installed lies in ``assets``."""
    own = (path for kind in ("js", "css") for path in SOURCE.rglob(f"*.{kind}"))
    return [*python_files(SOURCE), *(path for path in own if "assets" not in path.parts)]


def test_files_are_short() -> None:
    found = [
        place(path, lines, f"{lines} lines")
        for path in sources_to_read()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_FILE_LINES
    ]
    assert not found, f"over {MAX_FILE_LINES} lines, split by meaning:\n" + "\n".join(found)


def test_functions_are_short() -> None:
    found = [
        place(path, line, reason)
        for path in python_files(SOURCE)
        for line, reason in long_functions(parse(path))
    ]
    assert not found, f"over {MAX_FUNCTION_LINES} lines, split by meaning:\n" + "\n".join(found)


def test_locks_name_no_registry() -> None:
    locks = [*sorted(ROOT.glob("*.lock")), ROOT / "package-lock.json"]
    assert ROOT / "requirements.lock" in locks
    found = [
        place(path, number, line.strip())
        for path in locks
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if "http://" in line or "https://" in line
    ]
    assert not found, "a lock is good for every registry and mirror:\n" + "\n".join(found)
