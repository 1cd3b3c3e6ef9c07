"""The same system on one machine: Functions host, stand-ins for the far side of the network, demo."""
