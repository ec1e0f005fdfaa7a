"""GoogLeNet, nine inception modules of four paths side by side.

C. Szegedy et al., "Going Deeper with Convolutions", arXiv:1409.4842, CVPR 2015, §4 to §6, Table 1, Figure 3.
The layers as data: `reference_model.specs.googlenet`.

What is easily got wrong, and how it is here:

* There are biases and local response normalisation, and no batch normalisation; torchvision's network of that
  name has it, and no biases in its convolutions.
* The 5 × 5 path has 5 × 5 kernels; torchvision's has 3 × 3 ones, a slip that its weights keep.
* Pooling windows may hang over the edge: 112 pixels give 56 positions and not 55.
* Two side classifiers exist during training alone, and are thrown away for use (§5). `GoogLeNet()` is the
  network in use; with ``auxiliary=True`` it also gives the side logits while it is training.
* The paper does not say how the weights begin. They are drawn as in Caffe's replication (``bvlc_googlenet``,
  whose readme calls the authors' own Gaussian): uniform with a variance of one over the number of inputs;
  biases of 0.2, and of zero in the layers that give logits.
* Figure 3 shows local response normalisation without constants; here they are AlexNet's.
"""

from collections import OrderedDict
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from reference_model.analysis import check_input
from reference_model.networks.layers import Dropout, LocalResponseNorm
from reference_model.specs.googlenet import INCEPTIONS, googlenet
from reference_model.specs.googlenet import Inception as Filters

AUXILIARY_WEIGHT = 0.3
"""Weight of each side classifier's loss in the whole: ``loss(main) + 0.3 * (loss(4a) + loss(4d))`` (§5)."""


class Logits(NamedTuple):
    """What the network gives while it is trained with its side classifiers; each (batch, classes)."""

    main: Tensor
    after_4a: Tensor
    after_4d: Tensor


class Inception(nn.Module):
    """Four paths over the same maps, joined along the channels (Figure 2b). Height and width stay.

    Parameters
    ----------
    inputs
        Channels that come in.
    filters
        A row of Table 1.
    """

    def __init__(self, inputs: int, filters: Filters) -> None:
        super().__init__()
        self.conv1x1 = nn.Conv2d(inputs, filters.conv1x1, 1)
        self.reduce3x3 = nn.Conv2d(inputs, filters.reduce3x3, 1)
        self.conv3x3 = nn.Conv2d(filters.reduce3x3, filters.conv3x3, 3, padding=1)
        self.reduce5x5 = nn.Conv2d(inputs, filters.reduce5x5, 1)
        self.conv5x5 = nn.Conv2d(filters.reduce5x5, filters.conv5x5, 5, padding=2)
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)
        self.pool_proj = nn.Conv2d(inputs, filters.pool_proj, 1)

    def forward(self, maps: Tensor) -> Tensor:
        """Turn (batch, inputs, height, width) into (batch, filters of the four paths, height, width)."""
        # "All the convolutions, including those inside the Inception modules", reductions too (§5).
        path1 = self.conv1x1(maps).relu()
        path3 = self.conv3x3(self.reduce3x3(maps).relu()).relu()
        path5 = self.conv5x5(self.reduce5x5(maps).relu()).relu()
        pooled = self.pool_proj(self.pool(maps)).relu()
        return torch.cat([path1, path3, path5, pooled], dim=1)


class SideClassifier(nn.Sequential):
    """A small network on top of an inception module, which feeds gradients into the middle (§5).

    Parameters
    ----------
    inputs
        Channels that come in: 512 after 4a, 528 after 4d.
    classes
        Units of the last layer.
    """

    def __init__(self, inputs: int, classes: int) -> None:
        super().__init__(OrderedDict([
            ("pool", nn.AvgPool2d(5, stride=3)),  # inputs × 14 × 14 to inputs × 4 × 4
            ("conv", nn.Conv2d(inputs, 128, 1)),  # 128 × 4 × 4
            ("conv_relu", nn.ReLU(inplace=True)),
            ("flatten", nn.Flatten()),  # 2048
            ("fc1", nn.Linear(2048, 1024)),  # 1024
            ("fc1_relu", nn.ReLU(inplace=True)),
            ("drop", Dropout(0.7)),
            ("fc2", nn.Linear(1024, classes)),  # 1000
        ]))  # fmt: skip


class GoogLeNet(nn.Module):
    """Twenty-two layers with weights on the longest path: three convolutions, nine times two, and one linear.

    Parameters
    ----------
    auxiliary
        Whether there are side classifiers after inception 4a and 4d. With them the network gives `Logits`
        while it is training; evaluated, it gives the main logits alone.
    classes
        Units of the last layer.
    dropout
        Probability of dropping one of the 1024 averages (Table 1: 0.4).

    Attributes
    ----------
    features
        (batch, 3, 224, 224) to (batch, 1024, 1, 1).
    classifier
        (batch, 1024, 1, 1) to the logits (batch, classes). The softmax is left to the loss.
    sides
        The side classifiers under ``"4a"`` and ``"4d"``; empty without `auxiliary`.
    """

    def __init__(self, *, auxiliary: bool = False, classes: int = 1000, dropout: float = 0.4) -> None:
        super().__init__()
        self.spec = googlenet()
        row = INCEPTIONS
        self.features = nn.Sequential(OrderedDict([
            ("conv1", nn.Conv2d(3, 64, 7, stride=2, padding=3)),  # 64 × 112 × 112
            ("conv1_relu", nn.ReLU(inplace=True)),
            ("pool1", nn.MaxPool2d(3, stride=2, ceil_mode=True)),  # 64 × 56 × 56
            ("norm1", LocalResponseNorm()),
            ("conv2_reduce", nn.Conv2d(64, 64, 1)),  # 64 × 56 × 56
            ("conv2_reduce_relu", nn.ReLU(inplace=True)),
            ("conv2", nn.Conv2d(64, 192, 3, padding=1)),  # 192 × 56 × 56
            ("conv2_relu", nn.ReLU(inplace=True)),
            ("norm2", LocalResponseNorm()),
            ("pool2", nn.MaxPool2d(3, stride=2, ceil_mode=True)),  # 192 × 28 × 28
            ("inception_3a", Inception(192, row["3a"])),  # 256 × 28 × 28
            ("inception_3b", Inception(256, row["3b"])),  # 480 × 28 × 28
            ("pool3", nn.MaxPool2d(3, stride=2, ceil_mode=True)),  # 480 × 14 × 14
            ("inception_4a", Inception(480, row["4a"])),  # 512 × 14 × 14
            ("inception_4b", Inception(512, row["4b"])),  # 512 × 14 × 14
            ("inception_4c", Inception(512, row["4c"])),  # 512 × 14 × 14
            ("inception_4d", Inception(512, row["4d"])),  # 528 × 14 × 14
            ("inception_4e", Inception(528, row["4e"])),  # 832 × 14 × 14
            ("pool4", nn.MaxPool2d(3, stride=2, ceil_mode=True)),  # 832 × 7 × 7
            ("inception_5a", Inception(832, row["5a"])),  # 832 × 7 × 7
            ("inception_5b", Inception(832, row["5b"])),  # 1024 × 7 × 7
            ("pool5", nn.AvgPool2d(7, stride=1)),  # 1024 × 1 × 1
        ]))  # fmt: skip
        self.classifier = nn.Sequential(OrderedDict([
            ("drop", Dropout(dropout)),
            ("flatten", nn.Flatten()),  # 1024
            ("fc", nn.Linear(1024, classes)),  # 1000
        ]))  # fmt: skip
        self.sides = nn.ModuleDict(
            {"4a": SideClassifier(512, classes), "4d": SideClassifier(528, classes)} if auxiliary else {}
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights as Caffe's replication does; the paper does not say how."""
        for name, layer in self.named_modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                # Gain one over the fan-in alone: what Caffe calls "xavier".
                nn.init.kaiming_uniform_(layer.weight, nonlinearity="linear")
                gives_logits = name == "classifier.fc" or name.endswith("fc2")
                nn.init.constant_(cast("Tensor", layer.bias), 0.0 if gives_logits else 0.2)

    def forward(self, images: Tensor) -> Tensor | Logits:
        """Classify.

        Parameters
        ----------
        images
            (batch, 3, 224, 224), with the mean colour of the training images subtracted (§5).

        Returns
        -------
        Tensor or Logits
            Logits, (batch, classes); with side classifiers and while training, those of all three.

        Raises
        ------
        WrongInput
            For images of a size that some layer cannot take; names the layer and the sizes that work.
        """
        shape = tuple(images.shape[1:])
        if shape != self.spec.input:
            check_input(self.spec, shape)
        maps, side = images, {}
        for name, layer in self.features.named_children():
            maps = layer(maps)
            after = name.removeprefix("inception_")
            if self.training and after in self.sides:
                side[after] = self.sides[after](maps)  # batch × 512 (or 528) × 14 × 14 to batch × 1000
        logits: Tensor = self.classifier(maps)  # batch × 1024 × 1 × 1 to batch × 1000
        return Logits(logits, side["4a"], side["4d"]) if side else logits


def build(_model: str, _variant: str) -> GoogLeNet:
    """Make GoogLeNet; see `reference_model.networks.registry`."""
    return GoogLeNet()
