"""A head with a folded brain, and a glioma in it whose every part is known: T1, T1ce, T2 and FLAIR. Ours."""
