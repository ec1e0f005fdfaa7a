"""ZFNet, AlexNet with smaller and denser first kernels, in one tower.

M. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", arXiv:1311.2901, ECCV 2014, §3
and Figure 3. The layers as data: `reference_model.specs.zfnet`.

What is easily got wrong, and how it is here:

* Pooling comes *before* normalisation (Figure 3), in AlexNet after it.
* Figure 3 gives the sizes of the maps and no padding. 110, 55, 26, 13 and 6 pixels need one zero on each side
  in conv1, pool1 and pool2, and none in conv2 and pool5.
* There are no groups: the sparse connections of AlexNet "are replaced with dense connections" (§3).
* "All weights are initialized to 10⁻²" (§3.1) cannot be meant of every weight, or all filters would stay
  alike; it is taken for the standard deviation, as in AlexNet. Biases are zero.
* The maps are "contrast normalized" with constants that are not given; here they are AlexNet's.
"""

from collections import OrderedDict
from typing import cast

from torch import Tensor, nn

from reference_model.analysis import check_input
from reference_model.networks.layers import Dropout, LocalResponseNorm
from reference_model.specs.zfnet import zfnet


class ZFNet(nn.Module):
    """Five convolutional and three fully connected layers.

    Parameters
    ----------
    classes
        Units of the last layer.
    dropout
        Probability of dropping an output of fc6 or fc7 (paper §3.1: 0.5).

    Attributes
    ----------
    features
        Layers 1 to 5: (batch, 3, 224, 224) to (batch, 256, 6, 6).
    classifier
        Layers 6 to 8: (batch, 9216) to the logits (batch, classes). The softmax is left to the loss.
    """

    def __init__(self, *, classes: int = 1000, dropout: float = 0.5) -> None:
        super().__init__()
        self.spec = zfnet()
        self.features = nn.Sequential(OrderedDict([
            ("conv1", nn.Conv2d(3, 96, 7, stride=2, padding=1)),  # 96 × 110 × 110
            ("relu1", nn.ReLU(inplace=True)),
            ("pool1", nn.MaxPool2d(3, stride=2, padding=1)),  # 96 × 55 × 55
            ("norm1", LocalResponseNorm()),
            ("conv2", nn.Conv2d(96, 256, 5, stride=2)),  # 256 × 26 × 26
            ("relu2", nn.ReLU(inplace=True)),
            ("pool2", nn.MaxPool2d(3, stride=2, padding=1)),  # 256 × 13 × 13
            ("norm2", LocalResponseNorm()),
            ("conv3", nn.Conv2d(256, 384, 3, padding=1)),  # 384 × 13 × 13
            ("relu3", nn.ReLU(inplace=True)),
            ("conv4", nn.Conv2d(384, 384, 3, padding=1)),  # 384 × 13 × 13
            ("relu4", nn.ReLU(inplace=True)),
            ("conv5", nn.Conv2d(384, 256, 3, padding=1)),  # 256 × 13 × 13
            ("relu5", nn.ReLU(inplace=True)),
            ("pool5", nn.MaxPool2d(3, stride=2)),  # 256 × 6 × 6
        ]))  # fmt: skip
        self.classifier = nn.Sequential(OrderedDict([
            ("fc6", nn.Linear(9216, 4096)),  # 256 · 6 · 6 to 4096
            ("relu6", nn.ReLU(inplace=True)),
            ("drop6", Dropout(dropout)),
            ("fc7", nn.Linear(4096, 4096)),  # 4096
            ("relu7", nn.ReLU(inplace=True)),
            ("drop7", Dropout(dropout)),
            ("fc8", nn.Linear(4096, classes)),  # 1000
        ]))  # fmt: skip
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights with a standard deviation of 0.01, and no biases (§3.1)."""
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.normal_(layer.weight, std=0.01)
                nn.init.zeros_(cast("Tensor", layer.bias))

    def forward(self, images: Tensor) -> Tensor:
        """Classify.

        Parameters
        ----------
        images
            (batch, 3, 224, 224), with the mean of the training images subtracted.

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
        maps = self.features(images)  # batch × 256 × 6 × 6
        return cast("Tensor", self.classifier(maps.flatten(1)))  # batch × 9216 to batch × 1000


def build(_model: str, _variant: str) -> ZFNet:
    """Make ZFNet; see `reference_model.networks.registry`."""
    return ZFNet()
