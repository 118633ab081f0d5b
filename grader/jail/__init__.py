"""The wall between student code and everything else."""
