"""AlexNet over two devices, as it was trained: a tower on each, joined at conv3 and the dense layers.

Figure 2 of the paper. Each device holds half of the kernels. conv2, conv4 and conv5 see the maps of their own
device only; conv3, fc6, fc7 and fc8 see those of both, so their inputs are sent across. With the same weights
it is the same function as `AlexNet` with its groups, and it has the same gradients.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn

from reference_model.errors import ReferenceModelError
from reference_model.networks.alexnet import AlexNet
from reference_model.networks.layers import Dropout, LocalResponseNorm


class Tower(nn.Module):
    """Half of AlexNet: the part on one device. Shapes are those of one tower."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 48, 11, stride=4)  # 48 × 55 × 55
        self.conv2 = nn.Conv2d(48, 128, 5, padding=2)  # 128 × 27 × 27
        self.conv3 = nn.Conv2d(256, 192, 3, padding=1)  # 192 × 13 × 13, from both towers' maps
        self.conv4 = nn.Conv2d(192, 192, 3, padding=1)  # 192 × 13 × 13
        self.conv5 = nn.Conv2d(192, 128, 3, padding=1)  # 128 × 13 × 13
        self.fc6 = nn.Linear(9216, 2048)  # from both towers' 128 × 6 × 6
        self.fc7 = nn.Linear(4096, 2048)  # from both towers' 2048
        self.overhang = nn.ZeroPad2d((0, 3, 0, 3))
        self.norm = LocalResponseNorm()
        self.pool = nn.MaxPool2d(3, stride=2)
        self.relu = nn.ReLU()
        self.drop = Dropout(dropout)


class AlexNetTwoTower(nn.Module):
    """The published network on two devices.

    Parameters
    ----------
    devices
        Where each tower lives: ``("cuda:0", "cuda:1")``, or the same device twice. fc8 is on the first, as in
        the authors' code.
    norm
        ``"across"``: normalisation sees neighbouring maps of both towers, as the formula of §3.3 says, where
        N is the number of *all* kernels of the layer; two maps are sent across the border each way.
        ``"per-tower"``: as the authors' code does, each tower normalises its own maps, and the four maps at
        the border (46 to 49 of 96, 126 to 129 of 256, from zero) come out otherwise.
    dropout
        Probability of dropping an output of fc6 or fc7.

    Raises
    ------
    ReferenceModelError
        If there are not two devices, or torch does not see one of them.
    """

    def __init__(
        self,
        devices: Sequence[str | torch.device] = ("cuda:0", "cuda:1"),
        *,
        norm: Literal["across", "per-tower"] = "across",
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        if len(devices) != 2:
            raise ReferenceModelError(
                f"two towers need two devices, not {len(devices)}: {', '.join(map(str, devices))}"
            )
        self.devices = tuple(torch.device(device) for device in devices)
        for device in self.devices:
            _check(device)
        self.norm = norm
        self.towers = nn.ModuleList(Tower(dropout).to(device) for device in self.devices)
        self.fc8 = nn.Linear(4096, 1000).to(self.devices[0])
        grouped = AlexNet()  # for its initialisation
        self.load_grouped(grouped)

    def load_grouped(self, module: AlexNet) -> None:
        """Take the weights of the one-device network with two groups.

        Parameters
        ----------
        module
            `AlexNet` of the variant ``paper`` or ``author``, at its published size.

        Raises
        ------
        ReferenceModelError
            If its layers have other shapes.
        """
        source = module.state_dict()
        with torch.no_grad():
            for name in ("conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7"):
                part = "features" if name.startswith("conv") else "classifier"
                for kind in ("weight", "bias"):
                    # Filters and units are in the order of the towers, so the first half is tower 1.
                    halves = source[f"{part}.{name}.{kind}"].chunk(2)
                    for tower, half in zip(self.towers, halves, strict=True):
                        _copy(half, tower.get_parameter(f"{name}.{kind}"), name)
            _copy(source["classifier.fc8.weight"], self.fc8.weight, "fc8")
            _copy(source["classifier.fc8.bias"], self.fc8.bias, "fc8")

    def forward(self, images: Tensor) -> Tensor:
        """Classify.

        Parameters
        ----------
        images
            (batch, 3, 224, 224), on any device.

        Returns
        -------
        Tensor
            Logits (batch, 1000) on the first device.
        """
        a, b = (self._tower(index) for index in (0, 1))
        x = images.to(self.devices[0])
        y = images.to(self.devices[1])
        x, y = a.relu(a.conv1(a.overhang(x))), b.relu(b.conv1(b.overhang(y)))  # each 48 × 55 × 55
        x, y = self._normalise(x, y)
        x, y = a.pool(x), b.pool(y)  # 48 × 27 × 27
        x, y = a.relu(a.conv2(x)), b.relu(b.conv2(y))  # 128 × 27 × 27
        x, y = self._normalise(x, y)
        x, y = a.pool(x), b.pool(y)  # 128 × 13 × 13
        x, y = self._exchange(x, y)  # 256 × 13 × 13 on each
        x, y = a.relu(a.conv3(x)), b.relu(b.conv3(y))  # 192 × 13 × 13
        x, y = a.relu(a.conv4(x)), b.relu(b.conv4(y))  # 192 × 13 × 13
        x, y = a.pool(a.relu(a.conv5(x))), b.pool(b.relu(b.conv5(y)))  # 128 × 6 × 6
        x, y = self._exchange(x.flatten(1), y.flatten(1))  # 9216 on each
        x, y = a.drop(a.relu(a.fc6(x))), b.drop(b.relu(b.fc6(y)))  # 2048
        x, y = self._exchange(x, y)  # 4096 on each
        x, y = a.drop(a.relu(a.fc7(x))), b.drop(b.relu(b.fc7(y)))  # 2048
        logits: Tensor = self.fc8(torch.cat([x, y.to(self.devices[0])], dim=1))  # 1000
        return logits

    def _tower(self, index: int) -> Tower:
        tower = self.towers[index]
        assert isinstance(tower, Tower)  # noqa: S101, ModuleList forgets the type
        return tower

    def _exchange(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Give both towers all maps, the first tower's first."""
        first, second = self.devices
        return torch.cat([x, y.to(first)], dim=1), torch.cat([x.to(second), y], dim=1)

    def _normalise(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        a, b = self._tower(0).norm, self._tower(1).norm
        if self.norm == "per-tower":
            return a(x), b(y)
        # The windows at the border reach two maps into the other tower; nothing else must be sent.
        first, second = self.devices
        reach = a.size // 2
        with_next = torch.cat([x, y[:, :reach].to(first)], dim=1)
        with_previous = torch.cat([x[:, -reach:].to(second), y], dim=1)
        return a(with_next)[:, :-reach], b(with_previous)[:, reach:]


def _check(device: torch.device) -> None:
    if device.type != "cuda":
        return
    count = torch.cuda.device_count()
    if (device.index or 0) >= count:
        raise ReferenceModelError(f"there is no device {device}: torch sees {count} GPUs")


def _copy(values: Tensor, into: Tensor, name: str) -> None:
    if values.shape != into.shape:
        raise ReferenceModelError(
            f"{name} has half of {tuple(values.shape)}; "
            f"a tower of the published network has {tuple(into.shape)}"
        )
    into.copy_(values)
