"""ResNet-50 and ResNet-152, bottleneck blocks whose input is added to their output.

K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", arXiv:1512.03385, CVPR 2016,
§3.3, §3.4, §4.1, Table 1, Figures 2 and 5. The layers as data: `reference_model.specs.resnet`.

What is easily got wrong, and how it is here:

* The stride of a stage is that of its first block's first 1 × 1 convolution, as published; torchvision moves
  it to the 3 × 3 one ("v1.5"), with as many parameters and more operations: ``stride_in="conv3x3"``.
* ReLU comes *after* the addition (Figure 2), and nothing else stands in the way of the shortcut.
* Every stage begins with a projection on the shortcut (option B of §3.3), conv2_x too, where the size of the
  maps stays and their number changes. These four do not count among the 50 or 152 layers.
* Convolutions have no biases: the batch normalisation that follows would take them away again.
* Weights begin as in He et al. 2015 (§3.4): Gaussian, with a variance of two over the number of inputs. Every
  batch normalisation begins with a scale of one; a zero in a block's last one is a later trick.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Literal, cast

from torch import Tensor, nn

from reference_model.analysis import check_input
from reference_model.specs.resnet import BLOCKS, resnet

StrideIn = Literal["reduce", "conv3x3"]
"""Which convolution of a block has the stride: ``"reduce"`` as published, ``"conv3x3"`` as in torchvision."""


class Bottleneck(nn.Module):
    """Three convolutions, 1 × 1, 3 × 3 and 1 × 1, and a shortcut past them (Figure 5, right).

    Parameters
    ----------
    inputs
        Channels that come in.
    width
        Filters of the first two convolutions; four times as many come out.
    stride
        Of the block.
    stride_in
        Which convolution has it.

    Attributes
    ----------
    shortcut
        A 1 × 1 convolution where the shape changes, else the identity.
    """

    def __init__(self, inputs: int, width: int, stride: int = 1, stride_in: StrideIn = "reduce") -> None:
        super().__init__()
        outputs = 4 * width
        first, second = (stride, 1) if stride_in == "reduce" else (1, stride)
        self.reduce = nn.Conv2d(inputs, width, 1, stride=first, bias=False)
        self.reduce_bn = nn.BatchNorm2d(width)
        self.conv3x3 = nn.Conv2d(width, width, 3, stride=second, padding=1, bias=False)
        self.conv3x3_bn = nn.BatchNorm2d(width)
        self.expand = nn.Conv2d(width, outputs, 1, bias=False)
        self.expand_bn = nn.BatchNorm2d(outputs)
        self.shortcut: nn.Module = nn.Identity()
        self.shortcut_bn: nn.Module = nn.Identity()
        if inputs != outputs:
            self.shortcut = nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False)
            self.shortcut_bn = nn.BatchNorm2d(outputs)

    def forward(self, maps: Tensor) -> Tensor:
        """Turn (batch, inputs, height, width) into (batch, 4 · width, height / stride, width / stride)."""
        rest = self.reduce_bn(self.reduce(maps)).relu()  # width channels
        rest = self.conv3x3_bn(self.conv3x3(rest)).relu()  # width channels
        rest = self.expand_bn(self.expand(rest))  # 4 · width channels
        total: Tensor = rest + self.shortcut_bn(self.shortcut(maps))
        return total.relu()


class ResNet(nn.Module):
    """A first convolution, four stages of blocks, and one linear layer on the averages of the maps.

    Parameters
    ----------
    model
        ``"resnet50"`` or ``"resnet152"``.
    classes
        Units of the last layer.
    stride_in
        Where a block's stride stands.

    Attributes
    ----------
    features
        (batch, 3, 224, 224) to (batch, 2048, 1, 1).
    classifier
        (batch, 2048) to the logits (batch, classes). The softmax is left to the loss.
    """

    def __init__(
        self, model: str = "resnet50", *, classes: int = 1000, stride_in: StrideIn = "reduce"
    ) -> None:
        super().__init__()
        self.spec = resnet(model)
        n2, n3, n4, n5 = BLOCKS[model]  # 3, 4, 6, 3 in ResNet-50; 3, 8, 36, 3 in ResNet-152
        self.features = nn.Sequential(OrderedDict([
            ("conv1", nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)),  # 64 × 112 × 112
            ("conv1_bn", nn.BatchNorm2d(64)),
            ("conv1_relu", nn.ReLU(inplace=True)),
            ("pool1", nn.MaxPool2d(3, stride=2, padding=1)),  # 64 × 56 × 56
            *_stage(2, n2, 64, 64, 1, stride_in),  # 256 × 56 × 56
            *_stage(3, n3, 256, 128, 2, stride_in),  # 512 × 28 × 28
            *_stage(4, n4, 512, 256, 2, stride_in),  # 1024 × 14 × 14
            *_stage(5, n5, 1024, 512, 2, stride_in),  # 2048 × 7 × 7
            ("pool5", nn.AdaptiveAvgPool2d(1)),  # 2048 × 1 × 1
        ]))  # fmt: skip
        self.classifier = nn.Sequential(OrderedDict([("fc", nn.Linear(2048, classes))]))  # 1000
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights as He et al. 2015 do (§3.4), with no biases."""
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)

    def forward(self, images: Tensor) -> Tensor:
        """Classify.

        Parameters
        ----------
        images
            (batch, 3, 224, 224), with the mean of the training images subtracted (§3.4).

        Returns
        -------
        Tensor
            Logits, (batch, classes).

        Raises
        ------
        WrongInput
            For images of a size that some layer cannot take; names the layer and the sizes that work.
        """
        shape = tuple(images.shape[1:])
        if shape != self.spec.input:
            check_input(self.spec, shape)
        maps = self.features(images)  # batch × 2048 × 1 × 1
        return cast("Tensor", self.classifier(maps.flatten(1)))  # batch × 2048 to batch × 1000


def _stage(
    number: int, blocks: int, inputs: int, width: int, stride: int, stride_in: StrideIn
) -> Iterator[tuple[str, nn.Module]]:
    """Make the blocks of a stage; the first changes the shape."""
    yield f"conv{number}_1", Bottleneck(inputs, width, stride, stride_in)
    for index in range(2, blocks + 1):
        yield f"conv{number}_{index}", Bottleneck(4 * width, width)


def build(model: str, _variant: str) -> ResNet:
    """Make a ResNet by its name; see `reference_model.networks.registry`."""
    return ResNet(model)
