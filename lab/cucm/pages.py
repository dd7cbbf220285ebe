"""The HTML that CUCM's web server answers with where no SOAP is due."""

from __future__ import annotations

from html import escape

AXL_WORKING = (
    "<html><head><title>Cisco CallManager: AXL Web Service</title></head><body>"
    "<h1>Cisco CallManager: AXL Web Service</h1>"
    "<p>The AXL Web Service is working and accepting requests. Use HTTP POST to send a request.</p></body></html>"
)
"""What a browser gets that opens /axl/ with credentials."""

_DESCRIPTIONS = {
    401: "This request requires HTTP authentication.",
    403: "Access to the requested resource has been denied",
    404: "The requested resource is not available.",
    503: "The requested service is not currently available. Change notification queue is full.",
}


def error(status: int, message: str = "") -> str:
    """Return the error page of CUCM's Tomcat for an HTTP status; `message` comes after the status in its title."""
    title = f"HTTP Status {status} - {escape(message)}"
    description = _DESCRIPTIONS.get(status, message)
    return (
        "<!-- custom Cisco error page --><html><head><title>Cisco System - Error report</title></head><body>"
        f"<h1>{title}</h1><hr/><p><b>type</b> Status report</p><p><b>message</b> {escape(message)}</p>"
        f"<p><b>description</b> {escape(description)}</p><hr/></body></html>"
    )
