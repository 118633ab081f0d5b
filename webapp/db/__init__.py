"""The tables and the engine."""
