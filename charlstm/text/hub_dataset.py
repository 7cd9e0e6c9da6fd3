"""The text column of a dataset on the Hugging Face Hub, named by a spec.

``hub:OWNER/NAME:COLUMN``, or ``hub:OWNER/NAME:CONFIG:COLUMN`` if the dataset has several
configurations. Only public datasets are read, and only their first rows, up to the limit on
characters (`sources.text_limit`). Rows are streamed, so the dataset may be of any size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from charlstm.errors import UserError

PREFIX = "hub:"
ASK_SECONDS = 5.0
"""How long the Hub may take to say that it has a dataset. The libraries try a Hub that does not
answer again for minutes, six times each for several files."""

_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_CONFIG = re.compile(r"[\w.+-]{1,100}", re.ASCII)
_COLUMN = re.compile(r"[^:\s]([^:\x00-\x1f]{0,98}[^:\s])?")


@dataclass(frozen=True)
class HubText:
    """A text on the Hub: a dataset's id, one of its columns, and its configuration, "" for the
    only one.

    Raises:
        UserError: one of the three is malformed.
    """

    dataset: str
    column: str
    config: str = ""

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.dataset) or ".." in self.dataset:
            raise UserError(
                f"{self.dataset[:100]!r} is no id of a dataset on the Hub.",
                'An id is "owner/name", as in its address: huggingface.co/datasets/owner/name.',
            )
        if not _COLUMN.fullmatch(self.column):
            raise UserError(
                f"{self.column[:100]!r} is no name of a column.",
                'Give the name of the dataset\'s column of texts; often it is "text".',
            )
        if self.config and not _CONFIG.fullmatch(self.config):
            raise UserError(
                f"{self.config[:100]!r} is no name of a configuration.",
                "Give the name that the dataset's page shows, or none where there is only one.",
            )

    @property
    def spec(self) -> str:
        """The spec of this text, which `read_spec` parses."""
        parts = [self.dataset, self.config, self.column]
        return PREFIX + ":".join(part for part in parts if part)


def read_spec(spec: str) -> HubText:
    """Parse a spec that begins with ``hub:``.

    Raises:
        UserError: the spec is malformed.
    """
    match spec.removeprefix(PREFIX).split(":"):
        case [dataset, column]:
            return HubText(dataset, column)
        case [dataset, config, column] if config:
            return HubText(dataset, column, config)
    raise UserError(
        f"{spec[:200]!r} names no text on the Hub.",
        'Write "hub:owner/name:column" or "hub:owner/name:config:column".',
    )


def ask_hub(dataset: str) -> None:
    """Ask the Hub once, with a short limit, whether it has a dataset that anybody may read.

    Where ``HF_HUB_OFFLINE`` is set nothing is asked: the library then reads its own cache.

    Raises:
        UserError: it has none, or it can't be reached.
    """
    # Takes a while to import, and most uses never need it.
    from huggingface_hub import HfApi
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    try:
        HfApi(token=False).dataset_info(dataset, timeout=ASK_SECONDS)
    except OfflineModeIsEnabled:
        pass
    except GatedRepoError as error:
        raise UserError(
            f"The dataset {dataset!r} is gated: only users whom its owner has approved can read "
            "it.",
            "Choose another one.",
        ) from error
    except RepositoryNotFoundError as error:
        raise UserError(
            f"There is no dataset {dataset!r} on the Hugging Face Hub, or it is private.",
            "Check its id; only public datasets are read.",
        ) from error
    except HfHubHTTPError as error:
        raise UserError(
            f"The Hugging Face Hub answered with status {error.response.status_code}.",
            "Try again later.",
        ) from error
    except Exception as error:  # the client raises what its back end raises
        raise UserError(
            f"The Hugging Face Hub can't be reached ({type(error).__name__}).",
            "Check the connection, or choose a text that needs no network.",
        ) from error


def read_text(text: HubText, most: int) -> tuple[str, str | None]:
    """Read the training split, and the validation split or None if there is none.

    The rows are joined with newlines.

    Args:
        most: the most characters read of the training split, from its start; of the validation
            split a tenth of that.

    Raises:
        UserError: the text can't be read; the message says why.
    """
    ask_hub(text.dataset)
    try:
        # Without this prefix the library prefers a folder of that name in the working folder.
        rows = read_rows(f"hf://datasets/{text.dataset}", text.config, text.column, most)
    except UserError:
        raise
    except Exception as error:  # the library raises what its many back ends raise
        raise UserError(
            f"The dataset {text.dataset!r} can't be read from the Hugging Face Hub "
            f"({type(error).__name__}).",
            "Check the connection, and that the dataset's page shows its rows.",
        ) from error
    train, validation = rows
    return "\n".join(train), None if validation is None else "\n".join(validation)


def read_rows(
    source: str, config: str, column: str, most: int
) -> tuple[list[str], list[str] | None]:
    """The rows of a column in the split "train", and in "validation" or None if there is none.

    Args:
        source: the path argument of `datasets.load_dataset`.
        config: the configuration, "" for the dataset's only one.
        most: as for `read_text`; the row that exceeds it is cut and is the last.

    Raises:
        UserError: there is no such configuration, no split "train", no such column, or the column
            is not of text.
    """
    import datasets  # takes a second to import, and most uses never need it

    # Without a token: a visitor must not read datasets that only this machine's owner may read.
    try:
        splits = datasets.load_dataset(source, config or None, streaming=True, token=False)
    except ValueError as error:
        names = datasets.get_dataset_config_names(source, token=False)
        if config in names or (len(names) < 2 and not config):
            raise
        what = f"has no configuration {config!r}" if config else "has several configurations"
        raise UserError(
            f"That dataset {what}.", f"Name one of these: {', '.join(names)[:500]}."
        ) from error
    if "train" not in splits:
        raise UserError(
            'That dataset has no split called "train".',
            "Choose another one, or another configuration of it.",
        )
    train = _column(splits["train"], column, most)
    if "validation" not in splits:
        return train, None
    return train, _column(splits["validation"], column, most // 10)


def _column(rows: Iterable[Mapping[str, object]], column: str, most: int) -> list[str]:
    texts: list[str] = []
    left = most
    for row in rows:
        if column not in row:
            names = ", ".join(map(repr, sorted(row)))[:300]
            raise UserError(
                f"That dataset has no column called {column!r}.", f"Its columns are {names}."
            )
        text = row[column]
        if text is None:
            continue
        if not isinstance(text, str):
            raise UserError(
                f"The column {column!r} holds no text but {type(text).__name__}.",
                "Choose a column of texts.",
            )
        texts.append(text[:left])
        left -= len(text) + 1  # 1 for the newline that joins it to the next row
        if left <= 0:
            break
    return texts
