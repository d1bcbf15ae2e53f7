"""One import over time: history, chart, batch windows."""
