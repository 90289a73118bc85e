"""What happened: deliveries and runs (rebuilt from receipts) and people's decisions (which originate here)."""

from pipelines.ledger.ledger import Ledger, open_ledger

__all__ = ["Ledger", "open_ledger"]
