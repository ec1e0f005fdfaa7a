"""Units of measure: which of them are of one kind, and how they are converted.

A short table of what ordinary texts use: lengths, areas, volumes, masses, speeds, energies and a few more
that are compared with themselves alone. What is not in it is a word, not a unit; times and bytes are read
with the numbers. Spellings that mean something else as often (`in`, `C`, `M`) are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from kbgen.quantities.numbers import SPACE


class Measure(Struct, frozen=True):
    """A unit."""

    dimension: str
    """Units of one dimension are converted into each other; of any two others, nothing can be said."""
    factor: Decimal
    """How many of the dimension's first unit it is."""


_TABLE = {
    "length": """
        m metre metres meter meters 1 | km kilometre kilometres kilometer kilometers 1000 | dm 0.1 |
        cm centimetre centimetres centimeter centimeters 0.01 | mm millimetre millimetres millimeter
        millimeters 0.001 | µm μm um micrometre micrometres micron microns 1e-6 | nm nanometre
        nanometres nanometer nanometers 1e-9 | ft foot feet 0.3048 | inch inches 0.0254 | yd yard
        yards 0.9144 | mi mile miles 1609.344 | au ua astronomical_unit astronomical_units
        149597870700 | ly light-year light-years light_year light_years 9460730472580800 | pc parsec
        parsecs 30856775814913673 | R⊕ Earth_radii 6371000""",
    "area": """
        m² sqm square_metre square_metres square_meter square_meters 1 | km² sqkm square_kilometre
        square_kilometres square_kilometer square_kilometers 1e6 | cm² 1e-4 | ha hectare hectares
        1e4 | acre acres 4046.8564224 | mi² sq_mi square_mile square_miles 2589988.110336 | ft²
        sq_ft square_feet 0.09290304""",
    "volume": """
        m³ cubic_metre cubic_metres cubic_meter cubic_meters 1 | km³ 1e9 | l L litre litres liter
        liters 0.001 | dl 1e-4 | cl 1e-5 | ml mL millilitre millilitres milliliter milliliters 1e-6""",
    "mass": """
        kg kilogram kilograms kilogramme kilogrammes 1 | g gram grams gramme grammes 0.001 | mg 1e-6
        | µg 1e-9 | t tonne tonnes metric_ton metric_tons 1000 | lb lbs pound pounds 0.45359237 | oz
        ounce ounces 0.028349523125""",
    "speed": """
        m/s 1 | km/s 1000 | km/h kmh kph 0.277777777777777777777777777778 | mph 0.44704 | kn knot
        knots 0.514444444444444444444444444444""",
    "acceleration": "m/s² 1 | cm/s² 0.01",
    "density": "kg/m³ 1 | g/cm³ 1000 | t/m³ 1000",
    "pressure": "Pa 1 | hPa mbar 100 | kPa 1000 | MPa 1e6 | bar bars 1e5 | atm atmospheres 101325",
    "power": """
        W watt watts 1 | mW 0.001 | kW kilowatt kilowatts 1000 | MW megawatt megawatts 1e6 | GW
        gigawatt gigawatts 1e9 | TW 1e12 | hp horsepower 745.69987158227022""",
    "energy": """
        J joule joules 1 | kJ 1000 | MJ 1e6 | Wh 3600 | kWh 3.6e6 | MWh 3.6e9 | GWh 3.6e12 | TWh
        3.6e15 | kcal 4184""",
    "frequency": "Hz hertz 1 | kHz 1000 | MHz 1e6 | GHz 1e9",
    "voltage": "V volt volts 1 | mV 0.001 | kV 1000",
    "Celsius": "°C ℃ degrees_Celsius degree_Celsius 1",
    "Fahrenheit": "°F ℉ degrees_Fahrenheit degree_Fahrenheit 1",
    "kelvin": "K kelvin kelvins 1",
    "degree": "° deg degree degrees 1",
    "dollar": "$ USD US$ dollar dollars 1",
    "euro": "€ EUR euro euros 1",
    "pound sterling": "£ GBP 1",
    "yen": "¥ JPY yen 1",
}


def _units() -> Iterator[tuple[str, Measure]]:
    for dimension, lines in _TABLE.items():
        for line in lines.split("|"):
            *names, factor = line.split()
            for written in names:
                name = written.replace("_", " ")
                for power in ("²", "³"):
                    digit = unicodedata.normalize("NFKC", power)
                    if power in name:
                        yield name.replace(power, digit), Measure(dimension, Decimal(factor))
                        yield name.replace(power, f"^{digit}"), Measure(dimension, Decimal(factor))
                yield name, Measure(dimension, Decimal(factor))


_UNITS = dict(_units())
_UNITS["AU"] = _UNITS["au"]
_LONG = {name.casefold(): unit for name, unit in _UNITS.items() if len(name) > 3}
"""Units whose name is no abbreviation, in which case matters: ``mW`` is no ``MW``."""

_WORD = r"(?:[^\W\d_]|[°²³⊕℃℉$€£¥])+"
_BEHIND = re.compile(
    rf"{SPACE}?-?(?P<one>{_WORD}(?:[/-]{_WORD}|\^?[23])*)(?:{SPACE}(?P<two>{_WORD}))?(?![\w/^])"
)


def measure(unit: str) -> Measure | None:
    """Return what a unit is; ``None`` for what is no unit of measure.

    Examples
    --------
    >>> measure("km"), measure("m/s^2").dimension, measure("Kilometres") == measure("km"), measure("moons")
    (Measure(dimension='length', factor=Decimal('1000')), 'acceleration', True, None)
    """
    name = " ".join(unit.split())
    return _UNITS.get(name) or _LONG.get(name.casefold())


def conversion(unit: str, into: str) -> Decimal | None:
    """Return what turns a number of one unit into one of another; ``None`` if they do not fit.

    Examples
    --------
    >>> conversion("km", "m"), conversion("km", "kg"), conversion("moons", "moons"), conversion("moons", "m")
    (Decimal('1000'), None, Decimal('1'), None)
    """
    one, other = measure(unit), measure(into)
    if one is None or other is None:
        return Decimal(1) if unit == into else None
    return one.factor / other.factor if one.dimension == other.dimension else None


def unit_behind(text: str, position: int) -> tuple[str, int] | None:
    """Return the unit of measure right behind a number, and where it ends.

    Examples
    --------
    >>> unit_behind("6371 km wide", 4), unit_behind("9.8 m/s² here", 3), unit_behind("5 moons", 1)
    (('km', 7), ('m/s²', 8), None)
    """
    found = _BEHIND.match(text, position)
    if found is None:
        return None
    if found["two"] and measure(f"{found['one']} {found['two']}"):
        return text[found.start("one") : found.end()], found.end()
    return (found["one"], found.end("one")) if measure(found["one"]) else None
