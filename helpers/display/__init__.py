"""Small pieces of display: text, HTML, SVG, charts, tables. They know nothing about Canvas."""
