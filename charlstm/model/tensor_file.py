"""Writing tensors to a safetensors file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file


def save_tensors(
    tensors: Mapping[str, torch.Tensor], path: Path, metadata: Mapping[str, str]
) -> None:
    """Write tensors, copied to the CPU, to a safetensors file.

    Args:
        metadata: texts in the file's header.

    Raises:
        OSError: the file can't be written, as on a full disk, where the library raises an error of
            its own that is no `OSError`.
    """
    on_cpu = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    try:
        save_file(on_cpu, path, metadata=dict(metadata))
    except SafetensorError as error:
        raise OSError(str(error)) from error
