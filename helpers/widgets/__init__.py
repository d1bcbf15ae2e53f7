"""The lesson's panels: each is a thin view over one plain function."""
