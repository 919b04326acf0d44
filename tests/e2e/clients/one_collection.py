"""Unpacks one collection out of the wheel of PyPI's `ansible`, which has all of them. Arguments: wheel, collection, folder."""

import sys
import zipfile

wheel, collection, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    inside = f"ansible_collections/{collection.replace('.', '/')}/"
    archive.extractall(folder, [name for name in archive.namelist() if name.startswith(inside)])
