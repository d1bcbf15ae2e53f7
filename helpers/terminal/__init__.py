"""The lesson's main job in a terminal."""
