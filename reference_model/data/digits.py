"""Scikit-learn's handwritten digits, which come with the package and need no files."""

import torch

from reference_model.data.images import ImagesInMemory, Split
from reference_model.errors import MissingPackage

TRAINING_IMAGES = 1415
"""Rows of scikit-learn's digits before the first test row; see `digits`."""


def digits() -> ImagesInMemory:
    """Give scikit-learn's handwritten digits: 1,797 real images of 8 × 8 pixels in grey.

    The rows are in the order of the sheets on which people wrote them. All sheets have the same sequence of
    digits, so their borders can be seen in the labels. The 382 images of the last three sheets, from row
    1,415 on, are the test: a random split would test on the hands that it was trained on.

    Returns
    -------
    ImageData
        Images (n, 1, 8, 8); the 17 grey values 0 to 16 are spread over 0 to 255.

    Raises
    ------
    MissingPackage
        Without scikit-learn.
    """
    try:
        from sklearn.datasets import load_digits  # noqa: PLC0415, asked for when it is needed
    except ImportError:
        raise MissingPackage("the digits come with scikit-learn: pip install 'kbgen[model]'") from None
    found = load_digits()
    images = torch.from_numpy(found.images).mul(255 / 16).round().to(torch.uint8).unsqueeze(1)
    labels = torch.from_numpy(found.target).to(torch.int64)
    border = TRAINING_IMAGES
    return ImagesInMemory(
        "digits",
        tuple("0123456789"),
        Split(images[:border], labels[:border]),
        Split(images[border:], labels[border:]),
        mirrored=False,  # a mirrored digit is no digit
    )
