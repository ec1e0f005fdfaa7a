"""AlexNet as published, its variants and its lineage: a network to run, and facts about it to rely on.

* `spec` gives a network as data, `summary` works it out layer by layer, `facts` says what is known about it
  and how. None of them needs torch.
* `build` makes the torch module, `two_towers` the network over two devices, as it was trained.

``python -m reference_model --help`` lists the commands.
"""

from importlib import import_module

TYPE_CHECKING = False  # as in typing, whose import would be most of the time that this one takes
if TYPE_CHECKING:
    from reference_model.analysis import Summary, summary
    from reference_model.drawing.diagram import diagram
    from reference_model.errors import ReferenceModelError
    from reference_model.factbook.fact import Accepted, Fact
    from reference_model.factbook.facts import facts
    from reference_model.factbook.lexicon import lexicon
    from reference_model.factbook.views import views
    from reference_model.models import spec
    from reference_model.networks.registry import build, two_towers
    from reference_model.specs.layer import Spec

__all__ = [
    "Accepted",
    "Fact",
    "ReferenceModelError",
    "Spec",
    "Summary",
    "build",
    "diagram",
    "facts",
    "lexicon",
    "spec",
    "summary",
    "two_towers",
    "views",
]

# Imported when first asked for: `import reference_model` costs next to nothing, and torch comes with `build`.
_HOMES = {
    "Accepted": "factbook.fact",
    "Fact": "factbook.fact",
    "ReferenceModelError": "errors",
    "Spec": "specs.layer",
    "Summary": "analysis",
    "build": "networks.registry",
    "diagram": "drawing.diagram",
    "facts": "factbook.facts",
    "lexicon": "factbook.lexicon",
    "spec": "models",
    "summary": "analysis",
    "two_towers": "networks.registry",
    "views": "factbook.views",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'reference_model' has no attribute {name!r}")
    value = getattr(import_module(f"reference_model.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
