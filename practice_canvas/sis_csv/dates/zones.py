"""Time zones as Ruby reads them: abbreviations, the zone names of Windows, and offsets such as -04:00."""

import re
from collections.abc import Iterable
from fractions import Fraction

# Single letters are military zones. Some names surprise: EAST is Easter Island, GST is Guam.
_NAMES = {
    "-12": "aoe, dateline, idlw, y",
    "-11": "nt, nut, samoa, sst, x",
    "-10": "ahst, ckt, hast, hawaiian, hst, taht, w",
    "-9": "akst, alaskan, gamt, hadt, hdt, v, yst",
    "-8:30": "mart",
    "-8": "akdt, pacific, pst, u, ydt",
    "-7": "mountain, mst, pdt, t, us mountain",
    "-6": "canada central, central, central america, cst, east, galt, mdt, mexico, s",
    "-5": "act, cdt, cist, cot, easst, eastern, ect, est, pet, r, sa pacific, us eastern",
    "-4": "ast, atlantic, bot, clt, edt, fkt, gyt, pacific sa, q, sa western, vet",
    "-3:30": "newfoundland",
    "-3": "adt, art, brt, clst, e. south america, fkst, gft, greenland, p, pmst, pyst, rott,"
    " sa eastern, srt, uyt, warst, wgt",
    "-2:30": "nst",
    "-2": "at, brst, fnt, o, pmdt, uyst, wgst",
    "-1:30": "ndt",
    "-1": "azores, azot, cape verde, cvt, egt, n",
    "+0": "azost, egst, gmt, greenwich, ut, utc, wet, wt, z",
    "+1": "a, bst, central europe, central european, cet, fwt, met, mewt, mez, romance, swt,"
    " w. central africa, w. europe, wat, west",
    "+2": "b, cat, cest, e. europe, eet, egypt, fle, fst, gtb, jerusalem, mest, mesz, sast,"
    " south africa, wast",
    "+3": "arab, arabic, bt, c, e. africa, eat, eest, fet, idt, msk, russian, syot, trt",
    "+3:30": "iran, irst",
    "+4": "arabian, azt, caucasus, d, get, kuyt, msd, mut, ret, samt, sct",
    "+4:30": "afghanistan, aft, irdt",
    "+5": "aqtt, azst, e, ekaterinburg, mawt, mvt, orat, pkt, tft, tjt, tmt, uzt, west asia, yekt",
    "+5:30": "india, ist",
    "+5:45": "nepal, npt",
    "+6": "almt, btt, central asia, f, iot, kgt, n. central asia, omst, qyzt, sri lanka, vost, yekst",
    "+6:30": "cct, mmt, myanmar",
    "+7": "cxt, davt, g, hovt, ict, krat, north asia, novst, novt, omsst, se asia, wib",
    "+8": "awst, bnt, cast, china, chot, h, hkt, hovst, irkt, krast, malay peninsula, myt,"
    " north asia east, pht, sgt, taipei, ulat, w. australia, wadt, wita",
    "+8:45": "acwst",
    "+9": "awdt, chost, i, irkst, jst, korea, kst, pwt, tlt, tokyo, ulast, wit, yakt, yakutsk",
    "+9:30": "acst, aus central, cen. australia",
    "+10": "aest, aus eastern, chst, chut, ddut, e. australia, gst, k, pgt, tasmania,"
    " vladivostok, vlat, west pacific, yakst, yapt",
    "+10:30": "acdt, lhst",
    "+11": "aedt, central pacific, eadt, kost, l, lhdt, magt, nct, nft, pont, sakt, sbt, sret, vlast, vut",
    "+12": "anast, anat, fiji, fjt, gilt, idle, m, magst, mht, new zealand, nfdt, nrt, nzst,"
    " nzt, petst, pett, tvt, wakt, wft",
    "+12:45": "chast",
    "+13": "fjst, nzdt, phot, tkt, tonga, tot",
    "+13:45": "chadt",
    "+14": "lint, tost",
}
_LONGER_NAME = re.compile(r" (standard time|daylight time|dst)$")
_OFFSET = re.compile(
    r"(?:gmt|utc)?(?P<sign>[-+])"
    r"(?:(?P<hours>[0-9]+):(?P<minutes>[0-9]+)(?::(?P<seconds>[0-9]+))?"
    r"|(?P<decimal>[0-9]+[,.][0-9]+)"
    r"|(?P<digits>[0-9]+))"
)


def offset_of(zone: str) -> Fraction | None:
    """Return the seconds to add to UTC for the time in a zone, or None for a zone that Ruby does not know.

    Args:
        zone: an abbreviation, a name without "standard time", an offset, or an offset after GMT or UTC.
    """
    text = zone.lower()
    longer = _LONGER_NAME.search(text)
    text = text[: longer.start()] if longer else text
    if text in _SECONDS:
        summer = longer is not None and longer[1] != "standard time"
        return Fraction(_SECONDS[text] + 3600 * summer)
    return _from_numbers(text)


def _from_numbers(text: str) -> Fraction | None:
    found = _OFFSET.match(text)
    if found is None:
        return None
    if found["decimal"]:
        seconds = Fraction(found["decimal"].replace(",", ".")) * 3600
    elif found["digits"]:
        seconds = _seconds(*_pairs(found["digits"]))
    else:
        seconds = _seconds(int(found["hours"]), int(found["minutes"]), int(found["seconds"] or 0))
    return -seconds if found["sign"] == "-" else seconds


def _pairs(digits: str) -> Iterable[int]:
    """Return hours, minutes and seconds; of an odd number of digits, the hours have one."""
    padded = digits.zfill(len(digits) + len(digits) % 2)
    return (int(padded[at : at + 2]) for at in range(0, min(len(padded), 6), 2))


def _seconds(hours: int, minutes: int = 0, seconds: int = 0) -> Fraction:
    return Fraction(3600 * hours + 60 * minutes + seconds)


_SECONDS = {
    name: int(_from_numbers(offset) or 0) for offset, names in _NAMES.items() for name in names.split(", ")
}
