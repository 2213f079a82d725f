"""The provider's REST interface, as far as the product uses it."""
