"""The simulated phones: hardware, boot, network, downloads, SIP and web pages."""
