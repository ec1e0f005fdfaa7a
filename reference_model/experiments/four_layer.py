"""The four-layer network of Figure 1: three convolutions and a fully connected layer, for small images.

The paper calls it "a four-layer convolutional neural network" on CIFAR-10 and gives no more (§3.1); it
refers to the authors' public code for such networks (§3.3, footnote). There, ``layers-18pct.cfg`` is one of
four layers: 32, 32 and 64 kernels of 5 × 5, pooling after each (the maximum first, then twice the average),
normalisation after the first two, ten outputs. It is the network here, with the innovations of AlexNet to
switch on and off.
"""

from typing import Literal, TypeAlias, cast

from torch import Tensor, nn

from reference_model.networks.layers import Dropout, LocalResponseNorm

Activation: TypeAlias = Literal["relu", "tanh", "sigmoid"]

FILTERS = (32, 32, 64)
"""Kernels of the three convolutions (layers-18pct.cfg)."""

KERNEL = 5
"""Height and width of each of them (layers-18pct.cfg)."""

_ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


class FourLayerNet(nn.Module):
    """Three convolutions, each with activation and pooling, and a fully connected layer.

    Parameters
    ----------
    channels, size
        Of the images: 3 and 32 pixels for CIFAR-10, 1 and 8 for scikit-learn's digits.
    classes
        Outputs.
    activation
        After each convolution, and after the hidden layer if there is one.
    norm
        Local response normalisation after the pooling of layers 1 and 2, as a standard deviation: that by
        which the pixels were divided before they came here. The published constants (§3.3) suit pixels of 0
        to 255, and for images of a standard deviation of one they would do next to nothing; alpha is
        multiplied by the square, which undoes the division. ``None``: no normalisation.
    pool
        Height and width of the pooling windows; the step is two. Three overlap (§3.4), two do not. Windows
        may hang over the edge, as the authors' do, so both sizes give the same maps.
    hidden
        Units of a hidden fully connected layer before the last, in which dropout has something to drop; 0:
        none, as in Figure 1.
    dropout
        Probability of dropping an output of the hidden layer.
    """

    def __init__(
        self,
        channels: int = 3,
        size: int = 32,
        *,
        classes: int = 10,
        activation: Activation = "relu",
        norm: float | None = None,
        pool: Literal[2, 3] = 3,
        hidden: int = 0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        side = size
        layers: list[nn.Module] = []
        for index, (inputs, filters) in enumerate(zip((channels, *FILTERS), FILTERS, strict=False)):
            layers.append(nn.Conv2d(inputs, filters, KERNEL, padding=KERNEL // 2))  # filters × side × side
            layers.append(_ACTIVATIONS[activation]())
            layers.append(
                nn.MaxPool2d(pool, stride=2, ceil_mode=True)
                if index == 0
                else nn.AvgPool2d(pool, stride=2, ceil_mode=True)
            )
            side = -(-side // 2)  # filters × half × half, rounded up
            if norm is not None and index < 2:
                layers.append(LocalResponseNorm(alpha=1e-4 * norm**2))
        self.features = nn.Sequential(*layers)
        outputs = FILTERS[-1] * side * side
        head: list[nn.Module] = []
        if hidden:
            head = [nn.Linear(outputs, hidden), _ACTIVATIONS[activation](), Dropout(dropout)]
            outputs = hidden
        self.classifier = nn.Sequential(*head, nn.Linear(outputs, classes))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw each weight with variance 1 / inputs, and set biases to zero.

        It keeps the size of the signals for all three activations alike. The configuration's own (1e-4 and
        0.01) is for pixels of 0 to 255.
        """
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear):
                inputs = layer.weight[0].numel()
                nn.init.normal_(layer.weight, std=inputs**-0.5)
                nn.init.zeros_(cast("Tensor", layer.bias))

    def forward(self, images: Tensor) -> Tensor:
        """Classify images (batch, channels, size, size), less their mean; give logits (batch, classes)."""
        return cast("Tensor", self.classifier(self.features(images).flatten(1)))
