"""What a device can do at best, measured: a large matrix product, and a copy in its memory.

The figures of a data sheet are for another clock rate, another temperature and sometimes another kind of
number (H100: 1,979 TFLOP/s in bf16 is with half of the weights zero; without, 989). A share of a ceiling
that was measured beside it can be compared.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from reference_model.experiments.timing import Effort, time_calls


@dataclass(frozen=True, slots=True)
class Roofline:
    """What was measured; ``None`` where it could not be.

    Parameters
    ----------
    bf16, fp32
        FLOP/s of a product of two square matrices; in fp32 as torch is set (TF32 is off by default).
    side
        Rows and columns of these matrices.
    copy
        Bytes/s of a copy, read and written counted.
    copied
        Bytes of the copy, read and written.
    problems
        What could not be measured, in words.
    """

    bf16: float | None
    fp32: float | None
    side: int
    copy: float | None
    copied: int
    problems: tuple[str, ...] = ()

    @property
    def matrix(self) -> float | None:
        """The highest of the matrix products: bf16 on a GPU; on many processors fp32."""
        return max(filter(None, (self.bf16, self.fp32)), default=None)


def measure(device: torch.device, effort: Effort, *, side: int, copied: int) -> Roofline:
    """Measure the ceilings; what fails is left out and said.

    Parameters
    ----------
    device, effort
        Where, and how carefully.
    side, copied
        As in `Roofline`: large enough that nothing but the arithmetic, and the memory, counts.
    """
    problems: list[str] = []

    def guarded(what: str, rate: Callable[[], float]) -> float | None:
        try:
            return rate()
        except Exception as problem:  # noqa: BLE001, the other measurements go on
            problems.append(f"{what}: {first_line(problem)}")
            return None

    bf16 = guarded("matrix product in bf16", lambda: matrix_product(device, effort, torch.bfloat16, side))
    fp32 = guarded("matrix product in fp32", lambda: matrix_product(device, effort, torch.float32, side))
    copy = guarded("copy", lambda: memory_copy(device, effort, copied))
    return Roofline(bf16, fp32, side, copy, copied, tuple(problems))


def matrix_product(device: torch.device, effort: Effort, dtype: torch.dtype, side: int) -> float:
    """Multiply two square matrices of random numbers; give FLOP/s, two for each multiply-accumulate."""
    # Random, not zeros: a GPU draws less power for zeros, and then runs faster than it ever does at work.
    a, b = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    product = torch.empty_like(a)
    timing = time_calls(lambda: torch.mm(a, b, out=product), device, effort)
    return 2 * side**3 / timing.seconds


def memory_copy(device: torch.device, effort: Effort, copied: int) -> float:
    """Copy random bytes; give bytes/s, counted when read and when written."""
    source = torch.randint(0, 256, (copied // 2,), device=device, dtype=torch.uint8)
    target = torch.empty_like(source)
    timing = time_calls(lambda: target.copy_(source), device, effort)
    return copied / timing.seconds


def first_line(problem: BaseException) -> str:
    """Say what went wrong in one line: the kind of error and the beginning of its message."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    message = lines[0] if lines else "no message"
    return f"{type(problem).__name__}: {message[:200]}"
