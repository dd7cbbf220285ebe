"""The simulated Unified Communications Manager: database, AXL, RIS, configuration files and SIP."""
