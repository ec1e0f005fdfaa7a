"""The layers that AlexNet needs and torch does not have as published."""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812, the field's own abbreviation


class LocalResponseNorm(nn.Module):
    """Normalise each value by its neighbours in adjacent maps, in a stated convention.

    ``b = a / (k + alpha * S) ** beta``, where ``S`` is the sum of ``a²`` over `size` adjacent maps, or with
    ``over="mean"`` that sum divided by `size`. Maps beyond the border count as zeros.

    ===============================================  ========  =======  ===
    who                                              alpha     over     k
    ===============================================  ========  =======  ===
    the paper's text (§3.3)                          1e-4      sum      2
    the authors' code of 2012 (``scale /= size``)    1e-4      mean     2
    Caffe; `torch.nn.LocalResponseNorm` by default   1e-4      mean     1
    ===============================================  ========  =======  ===

    Parameters
    ----------
    size
        Adjacent maps in a window; odd.
    alpha, beta, k
        As in the formula.
    over
        ``"sum"`` or ``"mean"``.
    groups
        Maps are split into that many groups (towers) and are neighbours only within one.

    Raises
    ------
    ValueError
        For an even `size`, whose window has no middle.
    """

    def __init__(
        self,
        size: int = 5,
        alpha: float = 1e-4,
        beta: float = 0.75,
        k: float = 2.0,
        over: Literal["sum", "mean"] = "sum",
        groups: int = 1,
    ) -> None:
        super().__init__()
        if size % 2 == 0:
            raise ValueError(f"a window of {size} maps has no middle; the size must be odd")
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k
        self.over = over
        self.groups = groups

    def forward(self, maps: Tensor) -> Tensor:
        """Normalise maps of shape (batch, channels, height, width)."""
        if self.groups > 1:
            return torch.cat([self._normalise(part) for part in maps.chunk(self.groups, dim=1)], dim=1)
        return self._normalise(maps)

    def _normalise(self, maps: Tensor) -> Tensor:
        # In half precision 2 + 1e-4 · S would be 2.
        wide = maps.float() if maps.dtype in {torch.float16, torch.bfloat16} else maps
        half = self.size // 2
        channels = maps.shape[1]
        squares = F.pad(wide.square(), (0, 0, 0, 0, half, half))
        # A sum of shifted views: five reads that a compiler fuses with all the rest into one pass.
        total = squares[:, :channels]
        for shift in range(1, self.size):
            total = total + squares[:, shift : shift + channels]
        alpha = self.alpha if self.over == "sum" else self.alpha / self.size
        return (wide * _power(self.k + alpha * total, self.beta)).to(maps.dtype)

    def extra_repr(self) -> str:
        """Show the convention."""
        return (
            f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}, over={self.over!r}, "
            f"groups={self.groups}"
        )


def _power(base: Tensor, beta: float) -> Tensor:
    """Return ``base ** -beta``; by roots for the published 0.75, which cost a fraction of a power."""
    if beta == 0.75:
        root = base.rsqrt()
        return root * root.sqrt()
    return base.pow(-beta)


class WithinMapNorm(nn.Module):
    """Normalise each value by its neighbours in the same map, as the authors' code does in layer 2.

    ``b = a / (k + alpha / size² * S) ** beta``, where ``S`` is the sum of ``a²`` over `size` × `size` pixels;
    pixels beyond the edge count as zeros (cuda-convnet's ``rnorm``).

    Parameters
    ----------
    size
        Side of the square, in pixels; odd.
    alpha, beta, k
        As in the formula.
    """

    def __init__(self, size: int = 5, alpha: float = 1e-3, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, maps: Tensor) -> Tensor:
        """Normalise maps of shape (batch, channels, height, width)."""
        wide = maps.float() if maps.dtype in {torch.float16, torch.bfloat16} else maps
        # avg_pool2d divides by size² and counts the padding, as the formula does.
        mean = F.avg_pool2d(wide.square(), self.size, stride=1, padding=self.size // 2)
        return (wide * _power(self.k + self.alpha * mean, self.beta)).to(maps.dtype)

    def extra_repr(self) -> str:
        """Show the constants."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


class Dropout(nn.Module):
    """Zero values with probability `p` while training, and scale the others by ``1 / (1 - p)``.

    The paper scales at test time instead (§4.2); the expectation is the same.

    A process that sees one part of a batch can be told so with `shard`: it then draws the whole batch's mask
    and takes its own rows, so that several processes with one seed do what one does with the whole batch.

    Parameters
    ----------
    p
        Probability of zero.
    """

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = p
        self.shard = (0, 1)
        """Which part of the batch is seen here, of how many."""

    def forward(self, values: Tensor) -> Tensor:
        """Drop from values of shape (batch, …)."""
        if not self.training or self.p == 0:
            return values
        part, parts = self.shard
        rows = values.shape[0]
        uniform = torch.rand((parts * rows, *values.shape[1:]), device=values.device, dtype=torch.float32)[
            part * rows : (part + 1) * rows
        ]
        return values * (uniform >= self.p).to(values.dtype) / (1 - self.p)

    def extra_repr(self) -> str:
        """Show the probability."""
        return f"p={self.p}"
