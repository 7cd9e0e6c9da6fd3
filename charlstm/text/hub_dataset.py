"""The text column of a dataset on the Hugging Face Hub, named by a spec.

``hub:OWNER/NAME:COLUMN``, or ``hub:OWNER/NAME:CONFIG:COLUMN`` if the dataset has several
configurations. Only public datasets are read, and only their first rows, up to the limit on
characters (`sources.text_limit`). Rows are streamed, so the dataset may be of any size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from charlstm.errors import UserError, user_error

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
            raise user_error("text.hub.no_id", id=repr(self.dataset[:100]))
        if not _COLUMN.fullmatch(self.column):
            raise user_error("text.hub.no_column", column=repr(self.column[:100]))
        if self.config and not _CONFIG.fullmatch(self.config):
            raise user_error("text.hub.no_configuration", name=repr(self.config[:100]))

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
    raise user_error("text.hub.no_spec", spec=repr(spec[:200]))


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
        raise user_error("text.hub.gated", dataset=repr(dataset)) from error
    except RepositoryNotFoundError as error:
        raise user_error("text.hub.unknown", dataset=repr(dataset)) from error
    except HfHubHTTPError as error:
        raise user_error("text.hub.status", status=str(error.response.status_code)) from error
    except Exception as error:  # the client raises what its back end raises
        raise user_error("text.hub.out_of_reach", why=type(error).__name__) from error


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
        raise user_error(
            "text.hub.unread", dataset=repr(text.dataset), why=type(error).__name__
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
        kind = "other_configurations" if config else "several_configurations"
        raise user_error(
            f"text.hub.{kind}", name=repr(config), names=", ".join(names)[:500]
        ) from error
    if "train" not in splits:
        raise user_error("text.hub.no_split")
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
            raise user_error("text.hub.other_columns", column=repr(column), names=names)
        text = row[column]
        if text is None:
            continue
        if not isinstance(text, str):
            raise user_error("text.hub.not_text", column=repr(column), kind=type(text).__name__)
        texts.append(text[:left])
        left -= len(text) + 1  # 1 for the newline that joins it to the next row
        if left <= 0:
            break
    return texts
