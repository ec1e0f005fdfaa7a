"""Forms of AlexNet's convolutions that compute the same and suit other hardware.

Matrix units want many channels that lie side by side. Three colours are few, and two groups are two small
products. Each form here has the parameters of the convolution that it stands for, by the same names, and
its function: a network can be trained in one form and used in another.
"""

from typing import Literal, TypeAlias, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812, the field's own abbreviation

from reference_model.networks.alexnet import AlexNet

Grouping: TypeAlias = Literal["groups", "halves", "dense"]
"""Two groups as one convolution with groups; as two convolutions; as one dense convolution with zeros."""


class SplitConv(nn.Conv2d):
    """A convolution with groups as that many dense ones, side by side."""

    def forward(self, maps: Tensor) -> Tensor:
        """Convolve (batch, channels, height, width)."""
        assert self.bias is not None  # noqa: S101, every convolution of AlexNet has one
        parts = zip(
            maps.chunk(self.groups, dim=1),
            self.weight.chunk(self.groups),
            self.bias.chunk(self.groups),
            strict=True,
        )
        done = [F.conv2d(part, weight, bias, self.stride, self.padding) for part, weight, bias in parts]
        return torch.cat(done, dim=1)


class DenseConv(nn.Conv2d):
    """A convolution with groups as a dense one whose weights between groups are zero.

    It does as many operations as if there were no groups; they are not counted, for nobody needs them.
    """

    def forward(self, maps: Tensor) -> Tensor:
        """Convolve (batch, channels, height, width)."""
        parts = self.weight.chunk(self.groups)
        inputs = self.weight.shape[1]
        # Padded along the input channels, so that each group's weights meet its own channels.
        rows = [
            F.pad(part, (0, 0, 0, 0, group * inputs, (self.groups - 1 - group) * inputs))
            for group, part in enumerate(parts)
        ]
        return F.conv2d(maps, torch.cat(rows), self.bias, self.stride, self.padding)


class SpaceToDepthConv(nn.Conv2d):
    """A convolution in steps of four as one in steps of one; the pixels of a 4 × 4 square become channels.

    Three colours become 48 channels, and a window of 11 pixels one of three squares, whose last row and
    column of pixels have weight zero.
    """

    def forward(self, maps: Tensor) -> Tensor:
        """Convolve (batch, channels, height, width), padded beforehand."""
        step, kernel = self.stride[0], self.kernel_size[0]
        squares = -(-kernel // step)
        more = squares * step - kernel
        # As many pixels as the windows see, up to whole squares: one more, or some fewer (a negative
        # padding).
        height, width = (step * ((side - kernel) // step + squares) - side for side in maps.shape[2:])
        folded = F.pixel_unshuffle(F.pad(maps, (0, width, 0, height)), step)
        weight = F.pixel_unshuffle(F.pad(self.weight, (0, more, 0, more)), step)
        return F.conv2d(folded, weight, self.bias)


def replace_convolutions(net: AlexNet, grouping: Grouping, *, fold: bool) -> AlexNet:
    """Give a network's convolutions another form, in place.

    Parameters
    ----------
    net
        Of any variant.
    grouping
        Form of the convolutions that have groups.
    fold
        Whether conv1 sees squares of pixels as channels.
    """
    kinds: dict[Grouping, type[nn.Conv2d]] = {"groups": nn.Conv2d, "halves": SplitConv, "dense": DenseConv}
    for name, layer in list(net.features.named_children()):
        if not isinstance(layer, nn.Conv2d):
            continue
        if layer.groups > 1:
            setattr(net.features, name, _converted(layer, kinds[grouping]))
        elif name == "conv1" and layer.padding == (0, 0):
            setattr(net.features, name, _converted(layer, SpaceToDepthConv if fold else nn.Conv2d))
    return net


C = TypeVar("C", bound=nn.Conv2d)


def _converted(layer: nn.Conv2d, kind: type[C]) -> C:
    new = kind(
        layer.in_channels,
        layer.out_channels,
        layer.kernel_size[0],
        stride=layer.stride[0],
        padding=layer.padding[0],
        groups=layer.groups,
        device="meta",  # its own weights are not wanted
    )
    new.weight, new.bias = layer.weight, layer.bias
    return new
