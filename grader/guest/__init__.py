"""What runs beside student code, on the far side of the wire."""
