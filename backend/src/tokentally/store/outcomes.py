"""How the delivery of an event ends."""

ACCEPTED, DUPLICATE, UPDATED, SUPERSEDED = "accepted", "duplicate", "updated", "superseded"

REJECTED = "rejected"
"""Its numbers would carry a sum past 64 bits."""

SEALED = "sealed"
"""Its day, or that of the stored event, is one whose raw events retention removed."""

COSTLY = "costly"
"""Its cost can't be meant so."""

MISMATCH = "mismatch"
"""No outcome, but counted like them: the stated total of an event is not that of its parts."""

IGNORED = "ignored"
"""No outcome either: a record of telemetry that is not stored, for another signal counts."""
