"""The parts of bench/run. Python 3.9 or later, standard library only."""
