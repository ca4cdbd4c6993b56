"""The other anatomy: heart and torso of implicit solids, for tests out of any prior; nothing is trained on it. Ours."""
