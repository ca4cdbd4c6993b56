"""The command line: reads settings, calls the recipe of the same name, shows its answer. No science in here."""
