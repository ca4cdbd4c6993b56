"""What scanners play, one signal model a file, and the language that names them."""
