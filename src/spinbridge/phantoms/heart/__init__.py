"""A heart that beats in a thorax, with its volumes known: five groups, native and after contrast. Ours."""
