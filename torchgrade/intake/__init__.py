"""Reading what a class handed in: who, where, and on demand the answers."""

from __future__ import annotations

from torchgrade.intake.cause import Cause
from torchgrade.intake.discovery import FORMS, discover
from torchgrade.intake.location import LocationError
from torchgrade.intake.model import Handed, Intake, Unattributed
from torchgrade.intake.store import StoreError

__all__ = [
    "FORMS",
    "Cause",
    "Handed",
    "Intake",
    "LocationError",
    "StoreError",
    "Unattributed",
    "discover",
]
