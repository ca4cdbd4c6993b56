"""How tissue becomes signal: sequences, tissue tables, acquisition, and the slow judge of them all."""
