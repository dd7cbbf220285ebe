"""AXL faults: their codes and wordings, as seen in replies of clusters where public material shows them.

The code is what clients go by. Codes below zero are Informix's, 5xxx are AXL's own. Where no reply was found (an
enumeration's value, a request that breaks the schema, a privilege), the code is AXL's nearest and the text our own.
"""

from __future__ import annotations

_TABLES = {
    "Phone": "device",
    "Line": "numplan",
    "Css": "callingsearchspace",
    "PhoneButtonTemplate": "phonetemplate",
    "PhoneSecurityProfile": "securityprofile",
    "CommonPhoneConfig": "commonphoneconfig",
    "User": "enduser",
}


class AxlFault(Exception):
    """A request that AXL answers with a SOAP fault: HTTP 500, `axlcode`, `axlmessage`."""

    def __init__(self, code: int, message: str, *, blame: str = "Server") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.blame = blame


def duplicate() -> AxlFault:
    """An object with this key exists already."""
    text = "Could not insert new row - duplicate value in a UNIQUE INDEX column (Unique Index:)."
    return AxlFault(-239, text, blame="Client")


def line_exists(pattern: str, partition: str | None) -> AxlFault:
    """A directory number exists already in its partition."""
    return AxlFault(4052, f"The directory number {pattern} exists already in partition {partition or '<None>'}.")


def not_found(what: str) -> AxlFault:
    """Nothing to get or to remove, or an unknown reference. `what` is the kind ("DevicePool"), sometimes the key."""
    return AxlFault(5007, f"Item not valid: The specified {what} was not found")


def nothing_to_update(kind: str) -> AxlFault:
    """An update of an object that isn't there has another code than the other requests."""
    return AxlFault(5003, f"{kind} not found")


def no_privilege(user: str, request: str) -> AxlFault:
    """An account with read-only access sent a write."""
    return AxlFault(5003, f"User {user} is not authorized to execute {request}: AXL access is read only")


def invalid_value(element: str, value: str) -> AxlFault:
    """A value outside of the enumeration of its type."""
    return AxlFault(5003, f"Invalid value '{value}' for element {element}", blame="Client")


def invalid_request(reason: str) -> AxlFault:
    """A request that breaks the schema; `reason` is the validator's."""
    return AxlFault(5000, reason, blame="Client")


def invalid_device_name() -> AxlFault:
    """A device name that doesn't fit the model."""
    text = "The specified name has invalid characters or is not formatted correctly for this device type."
    return AxlFault(-746, text, blame="Client")


def invalid_pattern(pattern: str) -> AxlFault:
    """A directory number with characters that no pattern has."""
    return AxlFault(-746, f"The pattern {pattern} contains invalid characters.", blame="Client")


def unsupported_protocol(product: str, protocol: str) -> AxlFault:
    """A phone model that doesn't speak this protocol."""
    return AxlFault(-746, f"The device protocol {protocol} is not supported by {product}.", blame="Client")


def null_column(column: str) -> AxlFault:
    """A value that the database needs is empty; `column` is "table.column"."""
    return AxlFault(-391, f"Cannot insert a null into column ({column}).", blame="Client")


def still_referenced(kind: str) -> AxlFault:
    """The object to remove is in use."""
    table = _TABLES.get(kind, kind.lower())
    text = f"Key value for constraint (informix.pk_{table}_pkid) is still being referenced."
    return AxlFault(-692, text, blame="Client")


def too_large(rows: int, suggestion: int) -> AxlFault:
    """A reply above the size limit; the suggestion is the number of rows to ask for at once."""
    matched = f"Query request too large. Total rows matched: {rows} rows."
    return AxlFault(-1, f"{matched} Suggestive Row Fetch: less than {suggestion} rows")


def missing_key(table: str, element: str) -> AxlFault:
    """A reference by the uuid of nothing."""
    constraint = f"informix.fk_{table}_fk{element.removesuffix('Name').lower()}"
    return AxlFault(-691, f"Missing key in referenced table for referential constraint ({constraint}).", blame="Client")


def rank_too_low(verb: str, what: str) -> AxlFault:
    """The account's rank is below a user's. The AXL developer guide's words; the code is a missing object's too."""
    return AxlFault(5003, f"You do not have the privilege to {verb} this {what} as you have lower User Rank")


def out_of_memory() -> AxlFault:
    """Too much is read at the same time."""
    text = "Maximum AXL Memory Allocation Consumed. Please retry once requests in progress have completed"
    return AxlFault(-1, text)


def mixed_mode() -> AxlFault:
    """Auto-registration and mixed mode exclude each other in older releases."""
    return AxlFault(5003, "Auto-registration cannot be enabled while the cluster is in mixed mode.")


def mandatory(element: str, when: str) -> AxlFault:
    """An element that something else needs."""
    return AxlFault(5003, f"{element} is mandatory if {when}", blame="Client")
