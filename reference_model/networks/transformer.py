"""The Transformer, an encoder and a decoder of six layers each, as first published.

A. Vaswani et al., "Attention Is All You Need", arXiv:1706.03762, NIPS 2017, §3, §5.4 and Table 3. The layers
as data: `reference_model.specs.transformer`.

What is easily got wrong, and how it is here:

* Normalisation comes *after* the addition, ``norm(x + dropout(sublayer(x)))`` (§3.1, §5.4), and there is none
  after the last layer. torch's ``nn.Transformer`` adds one to the encoder and one to the decoder.
* One table of 37,000 words serves both embeddings and the output (§3.4), as one `Parameter`. Embeddings are
  multiplied by √width; the output is not.
* A word of the target sees itself and what is before it; nobody sees padding.
* Dropout is on the output of each sub-layer and on the embeddings with their positions (§5.4), nowhere else:
  attention weights and inner activations stay whole.
* The four projections of an attention have biases, as in torch; §3.2.2 prints none. They are 36,864 of the
  base model's 63 million parameters.
* The paper does not say how the weights begin. They are drawn as in the authors' tensor2tensor: Xavier's
  uniform distribution, biases of zero, and the table from N(0, 1 / width), so that an embedding times √width
  has a variance of one.
"""

from collections import OrderedDict
from math import sqrt
from typing import cast

import torch
from torch import Tensor, nn

from reference_model.errors import WrongInput
from reference_model.networks.layers import Dropout
from reference_model.specs.transformer import SIZES, Size, transformer


class Attention(nn.Module):
    """Multi-head attention: each token asks, and gets a weighted mean of what the others hold (§3.2).

    Parameters
    ----------
    width
        Features of a token (d_model).
    heads
        Attentions side by side, each over ``width / heads`` features.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)

    def forward(self, tokens: Tensor, others: Tensor, sees: Tensor) -> Tensor:
        """Let `tokens` attend to `others`.

        Parameters
        ----------
        tokens
            (batch, n, width).
        others
            (batch, m, width); for self-attention the same.
        sees
            Booleans that broadcast to (batch, heads, n, m): whether a token may see another.

        Returns
        -------
        Tensor
            (batch, n, width).
        """
        q = self._split(self.query(tokens))  # batch × heads × n × width/heads
        k = self._split(self.key(others))  # batch × heads × m × width/heads
        v = self._split(self.value(others))  # batch × heads × m × width/heads
        scores = q @ k.transpose(2, 3) / sqrt(q.shape[-1])  # batch × heads × n × m; equation 1
        # The smallest number and not -inf: a token that sees nothing gets a mean, not a division of 0 by 0.
        scores = scores.masked_fill(~sees, torch.finfo(scores.dtype).min)
        mixed = scores.softmax(-1) @ v  # batch × heads × n × width/heads
        return cast("Tensor", self.output(mixed.transpose(1, 2).flatten(2)))  # batch × n × width

    def _split(self, tokens: Tensor) -> Tensor:
        """Turn (batch, n, width) into (batch, heads, n, width/heads)."""
        batch, length, width = tokens.shape
        return tokens.reshape(batch, length, self.heads, width // self.heads).transpose(1, 2)


class EncoderLayer(nn.Module):
    """Self-attention, then a feed-forward network on each token (Figure 1, left). Shapes stay."""

    def __init__(self, size: Size, dropout: float) -> None:
        super().__init__()
        self.self_attention = Attention(size.width, size.heads)
        self.self_attention_drop = Dropout(dropout)
        self.self_attention_norm = nn.LayerNorm(size.width)
        self.feed_forward = _feed_forward(size)
        self.feed_forward_drop = Dropout(dropout)
        self.feed_forward_norm = nn.LayerNorm(size.width)

    def forward(self, x: Tensor, sees: Tensor) -> Tensor:
        """Turn source tokens (batch, n, width) into as many."""
        x = self.self_attention_norm(x + self.self_attention_drop(self.self_attention(x, x, sees)))
        return cast("Tensor", self.feed_forward_norm(x + self.feed_forward_drop(self.feed_forward(x))))


class DecoderLayer(nn.Module):
    """Self-attention, attention to the memory, a feed-forward network (Figure 1, right). Shapes stay."""

    def __init__(self, size: Size, dropout: float) -> None:
        super().__init__()
        self.self_attention = Attention(size.width, size.heads)
        self.self_attention_drop = Dropout(dropout)
        self.self_attention_norm = nn.LayerNorm(size.width)
        self.cross_attention = Attention(size.width, size.heads)
        self.cross_attention_drop = Dropout(dropout)
        self.cross_attention_norm = nn.LayerNorm(size.width)
        self.feed_forward = _feed_forward(size)
        self.feed_forward_drop = Dropout(dropout)
        self.feed_forward_norm = nn.LayerNorm(size.width)

    def forward(self, x: Tensor, sees: Tensor, memory: Tensor, sees_memory: Tensor) -> Tensor:
        """Turn target tokens (batch, m, width) into as many, with the encoder's output in `memory`."""
        x = self.self_attention_norm(x + self.self_attention_drop(self.self_attention(x, x, sees)))
        asked = self.cross_attention(x, memory, sees_memory)
        x = self.cross_attention_norm(x + self.cross_attention_drop(asked))
        return cast("Tensor", self.feed_forward_norm(x + self.feed_forward_drop(self.feed_forward(x))))


class Transformer(nn.Module):
    """Translate: give for each place of the target sentence the logits of the word that comes next.

    Parameters
    ----------
    model
        ``"transformer-base"`` or ``"transformer-big"``.
    dropout
        The model's own where left out (Table 3: 0.1 and 0.3).
    padding
        The token that fills up the shorter sentences of a batch.

    Attributes
    ----------
    embedding, target_embedding, logits
        Three uses of one table (37,000, width).
    encoder, decoder
        Six layers each, ``"1"`` to ``"6"``.
    """

    def __init__(
        self, model: str = "transformer-base", *, dropout: float | None = None, padding: int = 0
    ) -> None:
        super().__init__()
        self.spec = transformer(model)
        self.padding = padding
        size = SIZES[model]
        drop = size.dropout if dropout is None else dropout
        self.width = size.width  # 512, or 1024 in the big model
        numbers = [str(number) for number in range(1, size.layers + 1)]  # 1 to 6
        self.embedding = nn.Embedding(size.words, size.width)
        self.embedding_drop = Dropout(drop)
        self.encoder = nn.ModuleDict({number: EncoderLayer(size, drop) for number in numbers})
        # On meta, where nothing is stored: the next lines give them the one table.
        self.target_embedding = nn.Embedding(size.words, size.width, device="meta")
        self.decoder = nn.ModuleDict({number: DecoderLayer(size, drop) for number in numbers})
        self.logits = nn.Linear(size.width, size.words, bias=False, device="meta")
        self.target_embedding.weight = self.logits.weight = self.embedding.weight
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights as tensor2tensor does; the paper does not say how."""
        for layer in self.modules():
            if isinstance(layer, nn.Linear) and layer is not self.logits:
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)
        nn.init.normal_(self.embedding.weight, std=self.width**-0.5)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Give the logits of each next word.

        Parameters
        ----------
        source
            Tokens of the sentences to translate, (batch, n), whole numbers below 37,000.
        target
            Tokens of the translations, (batch, m), shifted right by one: the first stands for the start.

        Returns
        -------
        Tensor
            (batch, m, 37,000).

        Raises
        ------
        WrongInput
            If the two are no batches of as many sentences.
        """
        if source.ndim != 2 or target.ndim != 2 or len(source) != len(target):
            raise WrongInput(
                f"{self.spec.title} takes source tokens (batch, n) and target tokens (batch, m) and is given "
                f"{tuple(source.shape)} and {tuple(target.shape)}"
            )
        return self.decode(target, self.encode(source), source)

    def encode(self, source: Tensor) -> Tensor:
        """Turn source tokens (batch, n) into the memory (batch, n, width)."""
        x = self._embed(source, self.embedding)  # batch × n × width
        sees = self._not_padding(source)
        for layer in self.encoder.values():
            x = layer(x, sees)
        return x

    def decode(self, target: Tensor, memory: Tensor, source: Tensor) -> Tensor:
        """Turn target tokens (batch, m) and the memory (batch, n, width) into logits (batch, m, 37,000).

        `source` says which tokens of the memory are padding.
        """
        x = self._embed(target, self.target_embedding)  # batch × m × width
        length = target.shape[1]
        before = torch.ones(
            length, length, dtype=torch.bool, device=target.device
        ).tril()  # m × m, itself too
        sees = before & self._not_padding(target)  # batch × 1 × m × m
        sees_memory = self._not_padding(source)
        for layer in self.decoder.values():
            x = layer(x, sees, memory, sees_memory)
        return cast("Tensor", self.logits(x))  # batch × m × 37000

    def _embed(self, tokens: Tensor, table: nn.Embedding) -> Tensor:
        """Turn tokens (batch, n) into (batch, n, width), with their positions added."""
        x: Tensor = table(tokens) * sqrt(self.width)  # §3.4
        positions = sinusoids(tokens.shape[1], self.width, x.device).to(x.dtype)  # n × width
        return cast("Tensor", self.embedding_drop(x + positions))

    def _not_padding(self, tokens: Tensor) -> Tensor:
        """Turn tokens (batch, n) into booleans (batch, 1, 1, n): all heads and all others see the same."""
        return (tokens != self.padding)[:, None, None, :]


def sinusoids(length: int, width: int, device: torch.device | None = None) -> Tensor:
    """Write positions as sines (even features) and cosines (odd ones) of falling frequency (§3.5).

    Parameters
    ----------
    length
        Positions, from 0.
    width
        Features, an even number.
    device
        Where to.

    Returns
    -------
    Tensor
        (length, width).
    """
    position = torch.arange(length, device=device)[:, None]  # length × 1
    even = torch.arange(0, width, 2, device=device)  # width/2
    angle = position / 10_000 ** (even / width)  # length × width/2
    return torch.stack([angle.sin(), angle.cos()], dim=2).flatten(1)  # length × width


def _feed_forward(size: Size) -> nn.Sequential:
    """Make two linear layers with a ReLU between them, the same for each token (equation 2)."""
    return nn.Sequential(OrderedDict([
        ("linear1", nn.Linear(size.width, size.inner)),  # batch × n × 2048
        ("relu", nn.ReLU(inplace=True)),
        ("linear2", nn.Linear(size.inner, size.width)),  # batch × n × 512
    ]))  # fmt: skip


def build(model: str, _variant: str) -> Transformer:
    """Make a Transformer by its name; see `reference_model.networks.registry`."""
    return Transformer(model)
