"""AlexNet, the network that won ILSVRC 2012, as its paper describes it.

A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep Convolutional Neural Networks",
NIPS 2012. Every number and the section that it is from: `reference_model.specs.alexnet`.

What is easily got wrong, and how it is here (variant ``paper``):

* 224 pixels are right. Eleven in steps of four do not fit 224; the authors' code lets the last window hang
  three pixels over the right and the bottom edge, where it sees zeros, and so gets 55 positions.
* Two towers are two groups in conv2, conv4 and conv5; conv3 and the fully connected layers see both.
* Normalisation comes after ReLU and before pooling, and its alpha is not divided by n.
* Dropout is on the *outputs* of fc6 and fc7. The order of ReLU and dropout makes no difference.
* conv2, conv4, conv5, fc6 and fc7 begin with biases of one.

`AlexNet` on one device equals `reference_model.networks.alexnet_towers.AlexNetTwoTower` on two.
"""

from collections import OrderedDict
from typing import cast

from torch import Tensor, nn

from reference_model.analysis import analyse, check_input
from reference_model.networks.layers import Dropout, LocalResponseNorm, WithinMapNorm
from reference_model.specs.alexnet import VARIANTS, Step, Variant, alexnet, channels, units


class AlexNet(nn.Module):
    """Five convolutional and three fully connected layers.

    Parameters
    ----------
    variant
        The published network, or one of those that are taken for it.
    classes
        Units of the last layer.
    input_size
        Height and width of the images in pixels; the variant's own where left out. fc6 is fitted to it.
    width
        Fraction of the published filters and hidden units; below 1 for experiments on small machines.
    dropout
        Probability of dropping an output of fc6 or fc7 (paper §4.2: 0.5).

    Attributes
    ----------
    features
        Layers 1 to 5: (batch, 3, 224, 224) to (batch, 256, 6, 6).
    avgpool
        The identity, but in torchvision's form.
    classifier
        Layers 6 to 8: (batch, 9216) to the logits (batch, classes). The softmax is left to the loss.
    """

    def __init__(
        self,
        variant: Variant = VARIANTS["paper"],
        *,
        classes: int = 1000,
        input_size: int | None = None,
        width: float = 1.0,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.variant = variant
        self.spec = alexnet(variant, input_size=input_size, classes=classes, width=width)
        c1, c2, c3, c4, c5 = channels(variant, width)  # 96, 256, 384, 384, 256
        _, g2, g3, g4, g5 = variant.groups  # 2, 1, 2, 2
        hidden = units(variant, width)  # 4096

        # Comments give the shapes of the published variant.
        self.features = nn.Sequential(OrderedDict([
            ("overhang", nn.ZeroPad2d((0, variant.overhang, 0, variant.overhang))),  # 3 × 227 × 227
            ("conv1", nn.Conv2d(3, c1, 11, stride=4, padding=variant.padding)),  # 96 × 55 × 55
            *_after(variant, 1),  # ReLU, normalisation, pooling: 96 × 27 × 27
            ("conv2", nn.Conv2d(c1, c2, 5, padding=2, groups=g2)),  # 256 × 27 × 27
            *_after(variant, 2),  # ReLU, normalisation, pooling: 256 × 13 × 13
            ("conv3", nn.Conv2d(c2, c3, 3, padding=1, groups=g3)),  # 384 × 13 × 13; sees both towers
            *_after(variant, 3),  # ReLU
            ("conv4", nn.Conv2d(c3, c4, 3, padding=1, groups=g4)),  # 384 × 13 × 13
            *_after(variant, 4),  # ReLU
            ("conv5", nn.Conv2d(c4, c5, 3, padding=1, groups=g5)),  # 256 × 13 × 13
            *_after(variant, 5),  # ReLU, pooling: 256 × 6 × 6
        ]))  # fmt: skip
        self.avgpool = nn.AdaptiveAvgPool2d(6) if variant.adaptive_pool else nn.Identity()

        inputs = analyse(self.spec).by_name["flatten"].output[0]  # 9216 = 256 · 6 · 6
        drop6, drop7 = ("drop6", Dropout(dropout)), ("drop7", Dropout(dropout))
        first = variant.dropout == "inputs"
        self.classifier = nn.Sequential(OrderedDict([
            *([drop6] if first else []),
            ("fc6", nn.Linear(inputs, hidden)),  # 4096
            ("relu6", nn.ReLU(inplace=True)),
            *([drop7] if first else [drop6]),
            ("fc7", nn.Linear(hidden, hidden)),  # 4096
            ("relu7", nn.ReLU(inplace=True)),
            *([] if first else [drop7]),
            ("fc8", nn.Linear(hidden, classes)),  # 1000
        ]))  # fmt: skip
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights as published (§5), or as torch does where the variant says nothing."""
        for index, layer in enumerate(self.weighted()):
            if self.variant.init is None:
                layer.reset_parameters()
                continue
            nn.init.normal_(layer.weight, std=self.variant.init.std[index])
            nn.init.constant_(cast("Tensor", layer.bias), self.variant.init.bias[index])

    def weighted(self) -> list[nn.Conv2d | nn.Linear]:
        """List conv1 to conv5 and fc6 to fc8."""
        return [layer for layer in self.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]

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
        maps = self.avgpool(self.features(images))  # batch × 256 × 6 × 6
        return cast("Tensor", self.classifier(maps.flatten(1)))  # batch × 9216 to batch × 1000


def _after(variant: Variant, number: int) -> list[tuple[str, nn.Module]]:
    """Make what follows convolution `number`."""
    return [_step(step, variant, number) for step in variant.after[number - 1]]


def _step(step: Step, variant: Variant, number: int) -> tuple[str, nn.Module]:
    norm = variant.norm
    match step:
        case "relu":
            return f"relu{number}", nn.ReLU(inplace=True)
        case "norm":
            lrn = LocalResponseNorm(norm.size, norm.alpha, norm.beta, norm.k, norm.over, norm.towers)
            return f"norm{number}", lrn
        case "within":
            return f"cnorm{number}", WithinMapNorm()
        case "pool":
            return f"pool{number}", nn.MaxPool2d(3, stride=2)  # windows of three in steps of two overlap


def build(_model: str, variant: str) -> AlexNet:
    """Make a variant of AlexNet; see `reference_model.networks.registry`."""
    return AlexNet(VARIANTS[variant])
