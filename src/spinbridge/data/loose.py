"""Read a folder of NIfTI files without a layout, or a single file; labels lie beside their images.

A label is called like its image with `_gt`, `_seg`, `_label`, `_labels`, `_mask` or `_mesh_label` at the end.
"""

from pathlib import Path

from spinbridge.core.errors import InputError
from spinbridge.data.dataset import Dataset, Entry
from spinbridge.data.nifti import is_nifti, stem

LAYOUT = "NIfTI files"
_LABEL_ENDINGS = ("_mesh_label", "_labels", "_label", "_mask", "_seg", "_gt")


def is_loose(path: Path) -> bool:
    """Whether there are NIfTI files in the folder, or the path is one."""
    return is_nifti(path) if path.is_file() else any(is_nifti(file) for file in path.iterdir())


def read_loose(path: Path) -> Dataset:
    """List the images of a folder, each with the label beside it if there is one."""
    folder = path.parent if path.is_file() else path
    files = [path] if path.is_file() else sorted(file for file in folder.iterdir() if is_nifti(file))
    labels = {stem(file): file for file in sorted(folder.iterdir()) if is_nifti(file)}
    images = [file for file in files if not _is_label(file, set(labels))]
    entries = []
    for image in images:
        name = stem(image)
        label = next((labels[name + end] for end in _LABEL_ENDINGS if name + end in labels), None)
        entries.append(Entry(name=name, patient=name, image=image, label=label))
    if not entries:
        raise InputError("images", "nothing but labels", remedy="Put the images beside them.", where=path)
    return Dataset(name=folder.name, folder=folder, layout=LAYOUT, entries=tuple(entries))


def _is_label(file: Path, stems: set[str]) -> bool:
    name = stem(file)
    return any(name.endswith(end) and name.removesuffix(end) in stems for end in _LABEL_ENDINGS)
