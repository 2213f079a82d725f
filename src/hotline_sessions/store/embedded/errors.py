"""What can go wrong with the embedded server, in words for the one who installs."""


class EmbeddedServerError(Exception):
    """The embedded server cannot be run; the text says why and what to do."""
