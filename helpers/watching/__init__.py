"""One import over time: its history, its progress chart, and the window it has to fit."""
