"""The people of the province: names, numbers, households, and relations that make two of them look alike."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.province import names
from pipelines.province.days import END, START
from pipelines.province.numbers import resident_number
from pipelines.province.places import code_in_year, counties, elsewhere, neighbours, random_county

RESIDENT = "居民身份证"
PASSPORT = "护照"
HK_MACAU = "港澳居民来往内地通行证"
TAIWAN = "台湾居民来往大陆通行证"

# Nobody in the province is older than this.
_EARLIEST_BIRTH = date(1950, 1, 1)
# Shares of all people who have a relation that is a trap for linkage.
TWINS, SIBLINGS, FATHERS, NAMESAKES = 0.006, 0.012, 0.006, 0.006
_FOREIGN, _HK_MACAU, _TAIWAN, _MINORITY = 0.004, 0.002, 0.001, 0.012
_HUKOU_ELSEWHERE, _LIVES_ELSEWHERE, _MOVES, _RENAMED = 0.08, 0.22, 0.12, 0.012


@dataclass(slots=True)
class Person:
    """One true person. `homes` are (since, county) in order of time; `hukou` is empty for who has none here."""

    person_id: str
    name: str
    sex: str
    birth: date
    kind: str
    number: str
    hukou: str
    homes: list[tuple[date, str]]
    trap: str | None = None
    former_name: str | None = None
    renamed_on: date | None = None

    def name_at(self, day: date) -> str:
        """The name in use on a day."""
        if self.former_name and self.renamed_on and day < self.renamed_on:
            return self.former_name
        return self.name

    def home_at(self, day: date) -> str:
        """The county lived in on a day."""
        home = self.homes[0][1]
        for since, county in self.homes[1:]:
            if since <= day:
                home = county
        return home


class Registry:
    """Makes people; no number is issued twice."""

    def __init__(self, rng: random.Random, relations: float = 1) -> None:
        self._rng = rng
        self._relations = relations
        self._issued: set[str] = set()
        self._count = 0

    def _next_id(self) -> str:
        self._count += 1
        return f"L{self._count:07d}"

    def _issue(self, county: str, birth: date, sex: str, serial: int | None = None) -> tuple[str, int]:
        """A new resident number: with the code the county had when it was issued, and a serial of the sex."""
        region = code_in_year(county, max(birth.year, 1984))
        serial = self._rng.randrange(1, 400) if serial is None else serial
        serial += (serial + int(sex)) % 2
        while (number := resident_number(region, birth, serial)) in self._issued:
            serial = serial + 2 if serial < 990 else 2 - int(sex) % 2
        self._issued.add(number)
        return number, serial

    def _homes(self, hukou: str, local: str) -> list[tuple[date, str]]:
        rng = self._rng
        draw = rng.random()
        if hukou != local:
            home = local
        elif draw < _LIVES_ELSEWHERE:
            home = rng.choice(neighbours(local)) if draw < _LIVES_ELSEWHERE / 2 else random_county(rng)
        else:
            home = local
        homes = [(date(1900, 1, 1), home)]
        if rng.random() < _MOVES:
            homes.append((START + timedelta(days=rng.randrange((END - START).days)), random_county(rng)))
        return homes

    def _foreign(self, sex: str, birth: date, draw: float) -> Person:
        rng = self._rng
        if draw < _FOREIGN:
            kind, name = PASSPORT, names.latin_name(rng)
            number = f"{rng.choice('ABCEGKMNPT')}{rng.randrange(10**7, 10**8)}"
        elif draw < _FOREIGN + _HK_MACAU:
            kind, name = HK_MACAU, names.surname(rng) + names.given_name(rng, sex)
            number = f"{rng.choice('HM')}{rng.randrange(10**7, 10**8)}"
        else:
            kind, name = TAIWAN, names.surname(rng) + names.given_name(rng, sex)
            number = f"{rng.randrange(10**7, 10**8)}"
        if number in self._issued:
            return self._foreign(sex, birth, draw)
        self._issued.add(number)
        return Person(self._next_id(), name, sex, birth, kind, number, "", self._homes("", random_county(rng)))

    def somebody(self, birth: date) -> Person:
        """A new person born on a day."""
        rng = self._rng
        birth = max(birth, _EARLIEST_BIRTH)
        sex = "1" if rng.random() < 0.83 else "2"
        draw = rng.random()
        if draw < _FOREIGN + _HK_MACAU + _TAIWAN:
            return self._foreign(sex, birth, draw)
        local = random_county(rng)
        hukou = rng.choice(elsewhere()).code if rng.random() < _HUKOU_ELSEWHERE else local
        number, _ = self._issue(hukou, birth, sex)
        is_minority = rng.random() < _MINORITY
        name = names.minority_name(rng) if is_minority else names.surname(rng) + names.given_name(rng, sex)
        person = Person(self._next_id(), name, sex, birth, RESIDENT, number, hukou, self._homes(hukou, local))
        if "·" not in name and rng.random() < _RENAMED:
            person.former_name = names.split_name(name)[0] + names.given_name(rng, sex)
            person.renamed_on = START + timedelta(days=rng.randrange((END - START).days))
            if person.former_name == name:
                person.former_name = person.renamed_on = None
        return person

    def _relative(self, of: Person, name: str, sex: str, birth: date, trap: str, serial: int | None = None) -> Person:
        number, _ = self._issue(of.hukou, birth, sex, serial)
        of.trap = of.trap or trap
        homes = list(of.homes) if self._rng.random() < 0.7 else self._homes(of.hukou, random_county(self._rng))
        return Person(self._next_id(), name, sex, birth, RESIDENT, number, of.hukou, homes, trap=trap)

    def twin(self, of: Person) -> Person:
        """A twin: the next serial, the same birth and household, a given name one character apart."""
        rng = self._rng
        sex = of.sex if rng.random() < 0.7 else "12"["21".index(of.sex)]
        surname, given = names.split_name(of.name)
        serial = int(of.number[14:17]) + (2 if sex == of.sex else 1)
        name = surname + names.similar_given(rng, given, sex)
        return self._relative(of, name, sex, of.birth, "twin", min(serial, 997))

    def sibling(self, of: Person) -> Person:
        """A brother or sister some years apart, with a similar name."""
        rng = self._rng
        surname, given = names.split_name(of.name)
        birth = max(of.birth + timedelta(days=rng.choice((-1, 1)) * rng.randrange(400, 2600)), _EARLIEST_BIRTH)
        birth = min(birth, date(2009, 1, 1))
        sex = "1" if rng.random() < 0.7 else "2"
        return self._relative(of, surname + names.similar_given(rng, given, sex), sex, birth, "sibling")

    def parent(self, of: Person) -> Person:
        """A father (or, of one born early, a son) whose name differs by a character."""
        rng = self._rng
        surname, given = names.split_name(of.name)
        days = rng.randrange(20 * 365, 32 * 365)
        is_father = of.birth - timedelta(days=days) >= _EARLIEST_BIRTH
        birth = of.birth - timedelta(days=days) if is_father else min(of.birth + timedelta(days=days), date(2009, 1, 1))
        return self._relative(of, surname + names.similar_given(rng, given, "1"), "1", birth, "parent_child")

    def namesake(self, of: Person) -> Person:
        """Another person of exactly the same name: sometimes of the same county, year of birth, or both."""
        rng = self._rng
        draw = rng.random()
        hukou = of.hukou if draw < 0.5 else random_county(rng)
        year = of.birth.year if draw < 0.3 else min(max(of.birth.year + rng.randrange(-12, 12), 1951), 2008)
        birth = date(year, rng.randrange(1, 13), rng.randrange(1, 29))
        number, _ = self._issue(hukou, birth, of.sex)
        of.trap = of.trap or "namesake"
        homes = self._homes(hukou, hukou if draw < 0.5 and hukou in counties() else random_county(rng))
        return Person(self._next_id(), of.name, of.sex, birth, RESIDENT, number, hukou, homes, trap="namesake")

    def relation(self, of: Person) -> Person | None:
        """Now and then a relative or namesake of somebody, otherwise None."""
        draw = self._rng.random()
        if of.kind != RESIDENT or "·" in of.name or of.former_name:
            return None
        for share, make in (
            (TWINS, self.twin),
            (SIBLINGS, self.sibling),
            (FATHERS, self.parent),
            (NAMESAKES, self.namesake),
        ):
            # Two people share a relation, so it is made half as often as people have it.
            if draw < share * self._relations / 2:
                return make(of)
            draw -= share * self._relations / 2
        return None
