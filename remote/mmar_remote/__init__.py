"""What MMAR Workbench does on the machine that runs: standard library only, Python 3.6 and newer."""
