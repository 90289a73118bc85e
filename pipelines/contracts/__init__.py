"""Data contracts: what a delivery of each dataset must be, read from `expectations/`."""

from pipelines.contracts.catalogue import Entry, catalogue
from pipelines.contracts.load import ContractError, contract_of, load_contract, load_contracts
from pipelines.contracts.model import Column, Contract, PersonGroup, Rule
from pipelines.contracts.servers import Server

__all__ = [
    "Column",
    "Contract",
    "ContractError",
    "Entry",
    "PersonGroup",
    "Rule",
    "Server",
    "catalogue",
    "contract_of",
    "load_contract",
    "load_contracts",
]
