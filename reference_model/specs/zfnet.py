"""ZFNet: AlexNet with smaller, denser first kernels, in one tower.

M. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", arXiv:1311.2901, ECCV 2014.
The sizes are those of Figure 3, which leaves the padding open; the padding here is the one that yields
its maps (110, 55, 26, 13, 6). Its §3 says that the sparse layers of AlexNet are "3, 4, 5"; they are 2, 4
and 5.
"""

from reference_model.specs.layer import (
    Conv,
    Dropout,
    Flatten,
    Linear,
    LocalResponseNorm,
    Pool,
    ReLU,
    Softmax,
    Spec,
)
from reference_model.specs.model import Model


def zfnet() -> Spec:
    """Write ZFNet out layer by layer."""
    return Spec(
        model="zfnet",
        variant="paper",
        title="ZFNet",
        input=(3, 224, 224),
        layers=(
            Conv("conv1", 96, kernel=7, stride=2, padding=1),
            ReLU("relu1"),
            Pool("pool1", kernel=3, stride=2, padding=1),
            # Figure 3: "contrast normalized across feature maps", constants not given
            LocalResponseNorm("norm1", assumed=True),
            Conv("conv2", 256, kernel=5, stride=2),
            ReLU("relu2"),
            Pool("pool2", kernel=3, stride=2, padding=1),
            LocalResponseNorm("norm2", assumed=True),
            Conv("conv3", 384, kernel=3, padding=1),
            ReLU("relu3"),
            Conv("conv4", 384, kernel=3, padding=1),
            ReLU("relu4"),
            Conv("conv5", 256, kernel=3, padding=1),
            ReLU("relu5"),
            Pool("pool5", kernel=3, stride=2),
            Flatten("flatten"),
            Linear("fc6", 4096),
            ReLU("relu6"),
            Dropout("drop6"),
            Linear("fc7", 4096),
            ReLU("relu7"),
            Dropout("drop7"),
            Linear("fc8", 1000),
            Softmax("prob"),
        ),
        source="Zeiler & Fergus, ECCV 2014, §3, Figure 3",
    )


ZFNET = Model(
    name="zfnet",
    published="2013-11-12",
    specs={"paper": zfnet},
    network="zfnet",
    aliases=("Zeiler & Fergus",),
)
