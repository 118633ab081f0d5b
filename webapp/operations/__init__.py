"""For whoever runs the installation."""
