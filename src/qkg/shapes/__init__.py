"""SHACL: which nodes of a graph break which constraint of which shape."""
