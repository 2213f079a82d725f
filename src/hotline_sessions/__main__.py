"""``python -m hotline_sessions``: the same as ``hotline``."""

from hotline_sessions.cli import main


if __name__ == "__main__":
    main()
