"""The simulated site: switches, CUCM and phones on loopback. Run it with `python -m lab`."""
