"""The Transformer, base and big: an encoder and a decoder of six layers each.

A. Vaswani et al., "Attention Is All You Need", arXiv:1706.03762, NIPS 2017, §3, §5.1 and Table 3.
One table of 37,000 tokens serves both embeddings and the output (§3.4, §5.1). The paper has no normalisation
after the last layer; torch's ``nn.Transformer`` adds one to the encoder and one to the decoder.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from reference_model.specs.layer import (
    Attention,
    Dropout,
    Embedding,
    Layer,
    LayerNorm,
    Linear,
    ReLU,
    SharedLogits,
    Softmax,
    Spec,
)
from reference_model.specs.model import Model

TOKENS = 64
"""Tokens of each of the two sentences for which operations are counted; the paper's batches vary (§5.1)."""


@dataclass(frozen=True, slots=True)
class Size:
    """A row of Table 3."""

    width: int  # d_model
    inner: int  # d_ff
    heads: int
    dropout: float
    layers: int = 6  # N
    words: int = 37_000  # §5.1: "a shared source-target vocabulary of about 37000 tokens"


SIZES = {
    "transformer-base": Size(512, 2048, 8, 0.1),
    "transformer-big": Size(1024, 4096, 16, 0.3),
}


def _attention(name: str, size: Size, *, memory: bool = False) -> Iterator[Layer]:
    yield Attention(name, size.heads, size.width, memory=memory)
    yield Dropout(f"{name}_drop", size.dropout)
    yield LayerNorm(f"{name}_norm")  # of the input and the output added up (§3.1)


def _feed_forward(name: str, size: Size) -> Iterator[Layer]:
    yield Linear(f"{name}.linear1", size.inner)
    yield ReLU(f"{name}.relu")
    yield Linear(f"{name}.linear2", size.width)
    yield Dropout(f"{name}_drop", size.dropout)
    yield LayerNorm(f"{name}_norm")


def _layers(size: Size) -> Iterator[Layer]:
    yield Embedding("embedding", size.words, size.width)
    for number in range(1, size.layers + 1):
        name = f"encoder.{number}"
        yield from _attention(f"{name}.self_attention", size)
        yield from _feed_forward(f"{name}.feed_forward", size)
    yield Embedding("target_embedding", size.words, size.width, shared=True, side="target")
    for number in range(1, size.layers + 1):
        name = f"decoder.{number}"
        yield from _attention(f"{name}.self_attention", size)
        yield from _attention(f"{name}.cross_attention", size, memory=True)
        yield from _feed_forward(f"{name}.feed_forward", size)
    yield SharedLogits("logits", size.words)
    yield Softmax("prob")


def transformer(model: str) -> Spec:
    """Write out ``"transformer-base"`` or ``"transformer-big"``."""
    return Spec(
        model=model,
        variant="paper",
        title=f"Transformer {model.removeprefix('transformer-')}",
        input=(TOKENS, TOKENS),
        layers=tuple(_layers(SIZES[model])),
        source="Vaswani et al., NIPS 2017, §3, Table 3",
    )


TRANSFORMER_BASE = Model(
    name="transformer-base",
    published="2017-06-12",
    specs={"paper": partial(transformer, "transformer-base")},
    network="transformer",
    aliases=("transformer",),
    family="transformer",
    represents_family=True,
)

TRANSFORMER_BIG = Model(
    name="transformer-big",
    published="2017-06-12",
    specs={"paper": partial(transformer, "transformer-big")},
    network="transformer",
    family="transformer",
)
