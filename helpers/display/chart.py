"""A chart that notebooks can show and users can save."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from helpers.display.svg import escaped, tag


@dataclass(frozen=True)
class Chart:
    """A chart: `svg` is the image, `alt` the same in words."""

    svg: str
    alt: str

    def save(self, path: str | Path) -> Path:
        """Write the SVG to a file and return its path."""
        path = Path(path)
        path.write_text(self.svg, encoding="utf-8")
        return path

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": data_uri_img(self.svg, self.alt), "text/plain": self.alt}


DARK = (
    "<style>@media (prefers-color-scheme: dark)"
    " { svg { color: #E6E8EB } svg > rect:first-child { fill: #1B1E22 } }</style>"
)


def data_uri_img(svg: str, alt: str) -> str:
    """Wrap an SVG as an HTML image that also shows in untrusted and saved notebooks.

    Its size is fixed, so that its text grows when the page is zoomed.
    """
    data = b64encode(on_card(svg).encode()).decode("ascii")
    return f'<img alt="{escaped(alt)}" src="data:image/svg+xml;base64,{data}" style="max-width:none">'


def on_card(svg: str) -> str:
    """Give an SVG that is shown as an image a background of its own.

    An image does not inherit the color of the page's text; this one follows the page's color scheme.
    """
    root, end, rest = svg.partition(">")
    card = tag("rect", width="100%", height="100%", rx=8, fill="#FCFCFA")
    return f'{root} color="#1F2328"{end}{card}{DARK}{rest}'
