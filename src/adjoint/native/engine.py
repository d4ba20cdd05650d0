"""Machine code made at run time by LLVM, for the processor it runs on."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from functools import cache
from typing import Any

from .ir import Function, Vector


class Target:
    """A processor: how many bytes its vectors have and how many of them it holds. By default this machine's."""

    def __init__(self, cpu: str | None = None) -> None:
        import llvmlite.binding as llvm

        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        host = llvm.get_host_cpu_features()
        known = {"x86-64": (), "x86-64-v3": ("avx2",)}
        has = host if cpu is None else dict.fromkeys(known[cpu], True)
        self.cpu, self.features = cpu or llvm.get_host_cpu_name(), host.flatten() if cpu is None else ""
        self.bytes = 64 if has.get("avx512f") else 32 if has.get("avx2") else 16
        self.registers = 16 if "x86" in llvm.get_default_triple() and self.bytes < 64 else 32

    def vector(self, element: str) -> Vector:
        """As many elements as one register holds."""
        return Vector(element, self.bytes // {"float": 4, "double": 8}[element])

    def machine(self) -> Any:
        """LLVM's object for it, a new one each time: what is compiled with it frees it."""
        import llvmlite.binding as llvm

        return llvm.Target.from_default_triple().create_target_machine(cpu=self.cpu, features=self.features, opt=2)


@cache
def host() -> Target:
    """This machine's processor. LLVM is imported here, on first use."""
    return Target()


class Code:
    """Compiled functions, which live as long as the process."""

    def __init__(self, functions: Iterable[Function], target: Target) -> None:
        import llvmlite.binding as llvm

        functions = list(functions)
        bits = 8 * target.bytes
        attributes = f'attributes #0 = {{ nounwind "prefer-vector-width"="{bits}" "min-legal-vector-width"="{bits}" }}'
        declared = sorted(set().union(*[f.used for f in functions]))
        module = llvm.parse_assembly("\n".join([*map(str, functions), *declared, attributes]))
        module.verify()
        self._engine: Any = llvm.create_mcjit_compiler(module, target.machine())
        for_ever(self._engine)
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        """Where a function begins."""
        return int(self._engine.get_function_address(name))


def for_ever(x: object) -> None:
    """Keep an object until the process ends: Python frees modules at exit in no order that what points to it knows."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(x))
