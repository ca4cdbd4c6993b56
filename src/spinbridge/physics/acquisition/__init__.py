"""What lies between the signal of tissue and an image: fields, coils, k-space, noise."""
