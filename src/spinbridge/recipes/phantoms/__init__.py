"""What `phantom` makes, one organ a file."""
