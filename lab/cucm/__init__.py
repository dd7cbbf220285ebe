"""The simulated Unified Communications Manager: its database and AXL here, RIS, configuration files and SIP beside them."""
