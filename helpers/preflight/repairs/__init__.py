"""Write a file anew without what can be mended safely. The original is never changed."""

from helpers.repair.file_repair import Change, Repair, repair

__all__ = ["Change", "Repair", "repair"]
