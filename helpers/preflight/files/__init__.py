"""The checks of whole files, one small rule or family of rules per module."""
