"""The commands of ``kbgen``, each a file: options, help, what is called and printed, exit code."""
