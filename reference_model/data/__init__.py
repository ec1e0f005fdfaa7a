"""Images to train on: the sources by name, and what a training asks of them."""
