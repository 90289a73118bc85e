"""Numbers of cases and legal documents, as each office counts them: by place and year from 1."""

from __future__ import annotations

from datetime import date

from pipelines.province.lives import COMMUNITY, COMPULSORY, REHABILITATION
from pipelines.province.places import SHORT_NAME, Place, places


class Serials:
    """Running numbers per series, place and year."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str, int], int] = {}

    def next(self, series: str, code: str, year: int) -> int:
        """The next number of a series."""
        serial = self._last.get((series, code, year), 0) + 1
        self._last[series, code, year] = serial
        return serial


def court_digits(code: str) -> str:
    """The digits of a court: four of a county's code, two of a prefecture's."""
    return code[2:4] if code.endswith("00") else code[2:6]


class Documents:
    """Gives every document its number."""

    def __init__(self) -> None:
        self._serials = Serials()

    def _bracketed(self, series: str, code: str, day: date, words: str) -> str:
        return f"{places()[code].short}{words}〔{day.year}〕{self._serials.next(series, code, day.year)}号"

    def filing(self, county: str, day: date) -> str:
        """Decision to open a criminal case: `望城公(禁)立字〔2021〕123号`."""
        return self._bracketed("filing", county, day, "公(禁)立字")

    def filing_elsewhere(self, place: Place, day: date) -> str:
        """Decision of another province's police to open a case; places there that share a name share the count."""
        return f"{place.short}公(禁)立字〔{day.year}〕{self._serials.next('filing', place.short, day.year)}号"

    def police_case(self, county: str, day: date) -> str:
        """Case number of the police system."""
        return f"A{county}000000{day:%Y%m}{self._serials.next('police', county, day.year):04d}"

    def procuratorate_case(self, county: str, day: date) -> str:
        """Number a procuratorate gives a person's file: `430102202400123`."""
        return f"{county}{day.year}{self._serials.next('procuratorate', county, day.year):05d}"

    def indictment(self, county: str, day: date) -> str:
        """Indictment of the procuratorate: `望城检刑诉〔2021〕45号`."""
        return self._bracketed("indictment", county, day, "检刑诉")

    def court_case(self, court: str, day: date, *, second: bool = False) -> str:
        """Number of a court since 2016: `(2021)湘0102刑初123号`, at second instance `刑终`."""
        kind = "刑终" if second else "刑初"
        serial = self._serials.next(kind, court, day.year)
        return f"({day.year}){SHORT_NAME}{court_digits(court)}{kind}{serial}号"

    def execution_notice(self, court: str, day: date) -> str:
        """Notice that a sentence is to be carried out: `(2024)湘0102刑执字第45号`."""
        serial = self._serials.next("execution", court, day.year)
        return f"({day.year}){SHORT_NAME}{court_digits(court)}刑执字第{serial}号"

    def supervision(self, day: date) -> str:
        """Number of a person under supervision in the community."""
        return f"C{day.year}{self._serials.next('supervision', '', day.year):06d}"

    def certificate(self, day: date) -> str:
        """Number of a designated hospital's certificate."""
        return f"Z{day.year}{self._serials.next('certificate', '', day.year):06d}"

    def treatment_order(self, county: str, day: date, kind: str) -> str:
        """Decision on a treatment: `望城公(禁)强戒决字〔2024〕45号`."""
        letters = {COMMUNITY: "社戒", COMPULSORY: "强戒", REHABILITATION: "社康"}[kind]
        return self._bracketed(letters, county, day, f"公(禁){letters}决字")

    def agreement(self, county: str, day: date) -> str:
        """Agreement on a treatment in the community."""
        return f"S{county}{day.year}{self._serials.next('agreement', county, day.year):04d}"

    def drug_test(self, county: str, day: date) -> str:
        """Number of a drug test."""
        return f"T{county}{day.year}{self._serials.next('test', county, day.year):05d}"

    def exhibit(self, day: date) -> str:
        """Number of something seized."""
        return f"W{day.year}{self._serials.next('exhibit', '', day.year):06d}"

    def custody(self, county: str, day: date) -> str:
        """Entry in the book of a facility of the police."""
        return f"J{county}{day.year}{self._serials.next('custody', county, day.year):04d}"

    def rehab_episode(self, facility: str, day: date) -> str:
        """Number of a stay in a facility for compulsory treatment."""
        return f"{facility}-{day.year}-{self._serials.next('rehab', facility, day.year):04d}"

    def transfer_request(self, day: date) -> str:
        """Request of the police to take somebody over; numbered province-wide."""
        return f"YQ{day.year}{self._serials.next('request', '', day.year):05d}"

    def transfer(self, county: str, day: date) -> str:
        """Transfer to a special-care centre or a facility of the justice system."""
        return self._bracketed("transfer", county, day, "公(戒)移字")

    def handover(self, day: date) -> str:
        """Handover of somebody seized at a checkpoint; numbered province-wide."""
        return f"{SHORT_NAME}查移〔{day.year}〕{self._serials.next('handover', '', day.year)}号"

    def interception(self, day: date) -> str:
        """Number of a parcel stopped at an airport."""
        return f"L{day.year}{self._serials.next('interception', '', day.year):06d}"

    def parcel_handover(self, day: date) -> str:
        """Handover of a traced parcel to the police: `湘航移〔2024〕45号`."""
        return f"{SHORT_NAME}航移〔{day.year}〕{self._serials.next('parcel', '', day.year)}号"

    def inspection(self, day: date) -> str:
        """Number of an inspection of a venue."""
        return f"I{day.year}{self._serials.next('inspection', '', day.year):06d}"

    def lead(self, day: date) -> str:
        """Lead of an inspection to the police: `湘文旅线〔2024〕45号`."""
        return f"{SHORT_NAME}文旅线〔{day.year}〕{self._serials.next('lead', '', day.year)}号"

    def sale(self, day: date) -> str:
        """Number of a sale of precursors."""
        return f"Y{day.year}{self._serials.next('sale', '', day.year):06d}"

    def prisoner(self, day: date) -> str:
        """Number of a prisoner."""
        return f"43{day.year}{self._serials.next('prisoner', '', day.year):06d}"

    def drug_user(self, county: str, day: date) -> str:
        """Number in the register of drug users."""
        return f"R{county}{day.year}{self._serials.next('register', county, day.year):05d}"

    def centre_episode(self, facility: str, day: date) -> str:
        """Number of an episode in a special-care centre."""
        return f"{facility}-{day.year}-{self._serials.next('episode', facility, day.year):04d}"
