"""``python -m hemeline`` is the command ``hemeline``."""

from hemeline.cli import main

if __name__ == "__main__":  # not in the processes that it starts
    main()
