"""From images back to relaxation times: parametric fits, voxel by voxel, one fit a file."""
