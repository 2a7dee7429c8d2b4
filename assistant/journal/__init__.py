"""What two people said to each other, kept on TinyDB."""

from assistant.journal.journal import Journal
from assistant.journal.records import APPRECIATION, KEPT, CheckIn, Query
from assistant.journal.ulid import id_for, new_id

__all__ = ["APPRECIATION", "KEPT", "CheckIn", "Journal", "Query", "id_for", "new_id"]
