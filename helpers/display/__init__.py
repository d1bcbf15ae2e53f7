"""Small pieces of display: HTML, SVG, tables. They know nothing of Canvas."""
