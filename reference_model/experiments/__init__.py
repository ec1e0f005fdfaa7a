"""What is measured here: how fast AlexNet runs, and what each of its innovations brings."""
