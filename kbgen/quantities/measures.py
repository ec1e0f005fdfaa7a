"""Units of measure: which of them are of one kind, and how they are converted.

A short table of what ordinary texts use: lengths, areas, volumes, masses, speeds, energies and a few more
that are compared with themselves alone. What is not in it is a word, not a unit; times and bytes are read
with the numbers. Spellings that mean something else as often (`in`, `C`, `M`) are left out.

The factors are those of the SI Brochure (9th edition, tables 2 to 8) and of NIST SP 811 (2008, appendix B);
astronomical ones are of the IAU (2012 B2, 2015 B2). A package such as pint knows many more, and takes a tenth
of a second to import, longer than all else that reading a note needs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from itertools import takewhile

from msgspec import Struct

from kbgen.quantities.numbers import SPACE


class UnitOfMeasure(Struct, frozen=True):
    """A unit."""

    dimension: str
    """Units of one dimension are converted into each other; of any two others, nothing can be said."""
    factor: Decimal
    """How many of the dimension's first unit it is."""
    offset: Decimal = Decimal(0)
    """What nought of it is in the dimension's first unit: of degrees Celsius and Fahrenheit."""


class Conversion(Struct, frozen=True):
    """How a number in one unit becomes one in another: times a factor, shifted, divided."""

    factor: Decimal
    divisor: Decimal
    shift: Decimal = Decimal(0)

    def of(self, number: Decimal) -> Decimal:
        """Convert a number."""
        return (number * self.factor + self.shift) / self.divisor

    def length(self, number: Decimal) -> Decimal:
        """Convert a difference of two numbers."""
        return number * self.factor / self.divisor


_TABLE = {
    "length": """
        m metre metres meter meters 1 | km kilometre kilometres kilometer kilometers 1000 | dm 0.1 | cm
        centimetre centimetres centimeter centimeters 0.01 | mm millimetre millimetres millimeter
        millimeters 0.001 | µm μm um micrometre micrometres micron microns 1e-6 | nm nanometre nanometres
        nanometer nanometers 1e-9 | ft foot feet 0.3048 | inch inches 0.0254 | yd yard yards 0.9144 | mi
        mile miles 1609.344 | nautical_mile nautical_miles nmi 1852 | au ua astronomical_unit
        astronomical_units 149597870700 | ly light-year light-years light_year light_years 9460730472580800
        | pc parsec parsecs 30856775814913673 | R⊕ Earth_radii 6371000""",
    "area": """
        m² sqm square_metre square_metres square_meter square_meters 1 | km² sqkm square_kilometre
        square_kilometres square_kilometer square_kilometers 1e6 | cm² 1e-4 | ha hectare hectares
        1e4 | acre acres 4046.8564224 | mi² sq_mi square_mile square_miles 2589988.110336 | ft²
        sq_ft square_feet 0.09290304""",
    "volume": """
        m³ cubic_metre cubic_metres cubic_meter cubic_meters 1 | km³ 1e9 | l L litre litres liter
        liters 0.001 | hl 0.1 | dl dL 1e-4 | cl cL 1e-5 | ml mL cm³ millilitre millilitres milliliter
        milliliters 1e-6 | µl µL μl μL 1e-9""",
    "mass": """
        kg kilogram kilograms kilogramme kilogrammes 1 | g gram grams gramme grammes 0.001 | mg
        milligram milligrams 1e-6 | µg μg mcg microgram micrograms 1e-9 | t tonne tonnes metric_ton
        metric_tons 1000 | lb lbs pound pounds 0.45359237 | oz
        ounce ounces 0.028349523125""",
    "speed": """
        km/h kmh kph 1 | m/s 3.6 | km/s 3600 | mph 1.609344 | kn knot knots 1.852""",
    "acceleration": "m/s² 1 | cm/s² 0.01",
    "density": "kg/m³ g/l g/L 1 | g/cm³ g/ml g/mL kg/l kg/L t/m³ 1000 | mg/ml mg/mL 1 | mg/dl mg/dL 0.01 "
    "| mg/l mg/L µg/ml µg/mL μg/ml μg/mL 0.001 | µg/l µg/L μg/l μg/L ng/ml ng/mL 1e-6",
    "concentration": "mmol/l mmol/L 1 | mol/l mol/L 1000 | µmol/l µmol/L μmol/l μmol/L 0.001",
    "pressure": """
        Pa 1 | hPa mbar 100 | kPa 1000 | MPa 1e6 | bar bars 1e5 | atm atmospheres 101325 | mmHg
        133.322387415""",
    "power": """
        W watt watts 1 | mW 0.001 | kW kilowatt kilowatts 1000 | MW megawatt megawatts 1e6 | GW
        gigawatt gigawatts 1e9 | TW 1e12 | hp horsepower 745.69987158227022""",
    "energy": """
        J joule joules 1 | kJ 1000 | MJ 1e6 | Wh 3600 | kWh 3.6e6 | MWh 3.6e9 | GWh 3.6e12 | TWh
        3.6e15 | kcal 4184""",
    "frequency": "Hz hertz 1 | kHz 1000 | MHz 1e6 | GHz 1e9",
    "voltage": "V volt volts 1 | mV 0.001 | kV 1000",
    "temperature": "°F ℉ ºF degrees_Fahrenheit degree_Fahrenheit degrees_F 1 459.67 "
    "| °C ℃ ºC degrees_Celsius degree_Celsius degrees_C degrees_centigrade 1.8 491.67 "
    "| K kelvin kelvins 1.8 0",
    "degree": "° deg degree degrees 1",
    "dollar": "$ USD US$ dollar dollars 1",
    "euro": "€ EUR euro euros 1",
    "pound sterling": "£ GBP 1",
    "yen": "¥ JPY yen 1",
}


def _units() -> Iterator[tuple[str, UnitOfMeasure]]:
    for dimension, lines in _TABLE.items():
        for line in lines.split("|"):
            words = line.split()
            names = list(takewhile(lambda word: not word[0].isdigit(), words))
            unit = UnitOfMeasure(dimension, *map(Decimal, words[len(names) :]))
            for written in names:
                name = written.replace("_", " ")
                for power in ("²", "³"):
                    digit = unicodedata.normalize("NFKC", power)
                    if power in name:
                        yield name.replace(power, digit), unit
                        yield name.replace(power, f"^{digit}"), unit
                yield name, unit


_MONEY = frozenset({"dollar", "euro", "pound sterling", "yen"})
_UNITS = dict(_units())
_UNITS["AU"] = _UNITS["au"]
_LONG = {name.casefold(): unit for name, unit in _UNITS.items() if len(name) > 3}
"""Units whose name is no abbreviation, in which case matters: ``mW`` is no ``MW``."""

_WORD = r"(?:[^\W\d_]|[°º²³⊕℃℉$€£¥])+"
_BEHIND = re.compile(
    rf"{SPACE}?-?(?P<one>{_WORD}(?:[/-]{_WORD}|\^?[23])*)(?:{SPACE}(?P<two>{_WORD}))?(?![\w/^])"
)


def unit_of_measure(unit: str) -> UnitOfMeasure | None:
    """Return what a unit is; ``None`` for what is no unit of measure.

    Examples
    --------
    >>> unit_of_measure("km")
    UnitOfMeasure(dimension='length', factor=Decimal('1000'), offset=Decimal('0'))
    >>> unit_of_measure("m/s^2").dimension, unit_of_measure("moons")
    ('acceleration', None)
    >>> unit_of_measure("Kilometres") == unit_of_measure("km")
    True
    """
    name = " ".join(unit.split()).replace("° ", "°")
    return _UNITS.get(name) or _LONG.get(name.casefold())


def is_money(unit: str) -> bool:
    """Tell whether a unit is a currency: money is counted, not measured.

    >>> is_money("$"), is_money("km"), is_money("moons")
    (True, False, False)
    """
    found = unit_of_measure(unit) if unit else None
    return found is not None and found.dimension in _MONEY


def is_temperature(unit: str) -> bool:
    """Tell whether a unit is one of temperature, so that a ``K`` behind a number is kelvin."""
    found = unit_of_measure(unit) if unit else None
    return found is not None and found.dimension == "temperature"


def conversion(unit: str, into: str) -> Conversion | None:
    """Return what turns a number of one unit into one of another; ``None`` if they do not fit.

    Examples
    --------
    >>> [str(conversion(*pair).of(Decimal(-40))) for pair in (("km", "m"), ("°C", "°F"), ("moons", "moons"))]
    ['-40000', '-40.00', '-40']
    >>> conversion("km", "kg"), conversion("moons", "m")
    (None, None)
    """
    one, other = unit_of_measure(unit), unit_of_measure(into)
    if unit == into:
        return Conversion(Decimal(1), Decimal(1))
    if one is None or other is None or one.dimension != other.dimension:
        return None
    return Conversion(one.factor, other.factor, one.offset - other.offset)


def unit_behind(text: str, position: int) -> tuple[str, int] | None:
    """Return the unit of measure right behind a number, and where it ends.

    Examples
    --------
    >>> unit_behind("6371 km wide", 4), unit_behind("-80 ° C", 3), unit_behind("5 moons", 1)
    (('km', 7), ('° C', 7), None)
    """
    found = _BEHIND.match(text, position)
    if found is None:
        return None
    if found["two"] and unit_of_measure(f"{found['one']} {found['two']}"):
        return text[found.start("one") : found.end()], found.end()
    return (found["one"], found.end("one")) if unit_of_measure(found["one"]) else None
