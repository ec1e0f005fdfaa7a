"""What a page can show of a network: which properties make a table or a list, under which labels."""

_LAYERS = (
    ("output_shape", "Output"),
    ("kernel", "Kernel"),
    ("stride", "Stride"),
    ("groups", "Groups"),
    ("parameters", "Parameters"),
    ("macs", "MACs"),
    ("receptive_field", "Receptive field"),
)
_TOTALS = (
    ("weight_layers", "Layers with weights"),
    ("parameters", "Parameters"),
    ("weights", "Weights"),
    ("biases", "Biases"),
    ("convolutional_parameters", "In convolutions"),
    ("fully_connected_parameters", "In fully connected layers"),
    ("macs", "Multiply-accumulates"),
    ("convolutional_mac_share", "Done by convolutions"),
    ("neurons", "Neurons"),
    ("parameter_bytes", "Memory for parameters"),
)
_QUICK_STATS = (
    ("year", "Year"),
    ("event", "Event"),
    ("rank", "Place"),
    ("top5_test_error", "Top-5 error, test"),
    ("runner_up_top5_test_error", "Second place"),
    ("margin", "Margin"),
    ("depth", "Layers with weights"),
    ("parameters", "Parameters"),
    ("gpus", "GPUs"),
    ("gpu_model", "Model of GPU"),
    ("training_time", "Training time"),
    ("training_images", "Training images"),
    ("epochs", "Passes over the data"),
)
_TRAINING_TIME = (
    ("training_time", "As it was trained"),
    ("training_floor_two_gtx_580", "Two GTX 580, at least"),
    ("training_floor_h100_fp32", "One H100 in float32, at least"),
    ("training_floor_h100_tf32", "One H100 in TF32, at least"),
    ("training_floor_h100", "One H100 in bfloat16, at least"),
)
_LINEAGE = (
    ("parameters", "Parameters"),
    ("top5_test_error", "Top-5 error, test"),
)


def views() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return, for each view, the properties it shows, with their labels."""
    return {
        "layers": _LAYERS,
        "totals": _TOTALS,
        "quick-stats": _QUICK_STATS,
        "training-time": _TRAINING_TIME,
        "lineage": _LINEAGE,
    }
