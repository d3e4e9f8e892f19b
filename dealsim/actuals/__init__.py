"""What has happened so far: the merchant's own register of vouchers, read and checked."""

from dealsim.actuals.register import EVENTS, Actuals, read_register

__all__ = ["EVENTS", "Actuals", "read_register"]
