"""VGG-16 and VGG-19, stages of 3 × 3 convolutions with pooling between them.

K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition",
arXiv:1409.1556, ICLR 2015, §2.1, §3.1 and Table 1, columns D and E. The layers as data:
`reference_model.specs.vgg`.

What is easily got wrong, and how it is here:

* There is no normalisation of any kind: AlexNet's "does not improve the performance" (§2.1), and batch
  normalisation is younger. The "_bn" networks of the libraries are others.
* Pooling windows of two in steps of two do not overlap, unlike AlexNet's.
* The authors drew net A (11 layers) from a normal distribution with a *variance* of 10⁻², a standard
  deviation of 0.1 and not 0.01, and let the deeper nets begin with A's first four convolutions and its fully
  connected layers (§3.1). Nets D and E drawn so throughout would begin with logits of 10⁸ and more, and with
  0.01 of 10⁻⁵ and less. After the submission the authors found that the initialisation of Glorot & Bengio
  needs no net A (§3.1); it is taken here. Biases are zero.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import cast

from torch import Tensor, nn

from reference_model.analysis import check_input
from reference_model.networks.layers import Dropout
from reference_model.specs.vgg import CONVOLUTIONS, vgg


class VGG(nn.Module):
    """Thirteen or sixteen convolutional and three fully connected layers.

    Parameters
    ----------
    model
        ``"vgg16"`` or ``"vgg19"``.
    classes
        Units of the last layer.
    dropout
        Probability of dropping an output of fc6 or fc7 (paper §3.1: 0.5).

    Attributes
    ----------
    features
        The five stages: (batch, 3, 224, 224) to (batch, 512, 7, 7).
    classifier
        (batch, 25088) to the logits (batch, classes). The softmax is left to the loss.
    """

    def __init__(self, model: str = "vgg16", *, classes: int = 1000, dropout: float = 0.5) -> None:
        super().__init__()
        self.spec = vgg(model)
        n1, n2, n3, n4, n5 = CONVOLUTIONS[model]  # 2, 2, 3, 3, 3 in VGG-16; 2, 2, 4, 4, 4 in VGG-19
        self.features = nn.Sequential(OrderedDict([
            *_stage(1, n1, 3, 64),  # 64 × 224 × 224, pooled to 64 × 112 × 112
            *_stage(2, n2, 64, 128),  # 128 × 112 × 112, pooled to 128 × 56 × 56
            *_stage(3, n3, 128, 256),  # 256 × 56 × 56, pooled to 256 × 28 × 28
            *_stage(4, n4, 256, 512),  # 512 × 28 × 28, pooled to 512 × 14 × 14
            *_stage(5, n5, 512, 512),  # 512 × 14 × 14, pooled to 512 × 7 × 7
        ]))  # fmt: skip
        self.classifier = nn.Sequential(OrderedDict([
            ("fc6", nn.Linear(25088, 4096)),  # 512 · 7 · 7 to 4096
            ("relu6", nn.ReLU(inplace=True)),
            ("drop6", Dropout(dropout)),
            ("fc7", nn.Linear(4096, 4096)),  # 4096
            ("relu7", nn.ReLU(inplace=True)),
            ("drop7", Dropout(dropout)),
            ("fc8", nn.Linear(4096, classes)),  # 1000
        ]))  # fmt: skip
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights as Glorot & Bengio do, with no biases (§3.1, at the end)."""
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(cast("Tensor", layer.bias))

    def forward(self, images: Tensor) -> Tensor:
        """Classify.

        Parameters
        ----------
        images
            (batch, 3, 224, 224), with the mean colour of the training images subtracted (§2.1).

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
        maps = self.features(images)  # batch × 512 × 7 × 7
        return cast("Tensor", self.classifier(maps.flatten(1)))  # batch × 25088 to batch × 1000


def _stage(number: int, convolutions: int, inputs: int, filters: int) -> Iterator[tuple[str, nn.Module]]:
    """Make convolutions that keep the size of the maps, and the pooling that halves it."""
    for index in range(1, convolutions + 1):
        yield f"conv{number}_{index}", nn.Conv2d(inputs if index == 1 else filters, filters, 3, padding=1)
        yield f"relu{number}_{index}", nn.ReLU(inplace=True)
    yield f"pool{number}", nn.MaxPool2d(2, stride=2)


def build(model: str, _variant: str) -> VGG:
    """Make a VGG by its name; see `reference_model.networks.registry`."""
    return VGG(model)
