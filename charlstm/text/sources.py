"""Read a corpus's text: from the Hub, a folder, a file, or the bracket language.

`charlstm.text.spec` lists the texts.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from charlstm.counting import counted
from charlstm.environment import whole_number
from charlstm.errors import UserError
from charlstm.text.bracket_language import BracketLanguage
from charlstm.text.decoding import decoded, plain, readable
from charlstm.text.hub_dataset import HubText, ask_hub, read_text
from charlstm.text.spec import CorpusKind, CorpusSpec, wikitext_folder

HUB_ID = "Salesforce/wikitext"
HUB_CONFIG = "wikitext-2-raw-v1"
SPLITS = ("train", "validation")
BRACKET_CHARACTERS = {"train": 2_000_000, "validation": 200_000}
"""Characters of the bracket language's text, by split."""
MAX_TEXT = 20_000_000
"""The limit on the bytes of a user's own text, and on the characters read of a dataset on the Hub,
unless ``CHARLSTM_MAX_TEXT`` sets another one."""

_WITHOUT_NETWORK = (
    "Check the connection, or set CHARLSTM_WIKITEXT to a folder that holds it, or choose "
    '"brackets" or a text of your own, which need no network.'
)
_HELD_OUT = 0.1  # share of a text without a validation split, taken from its end


@dataclass(frozen=True)
class Text:
    """A corpus before it is encoded.

    Attributes:
        description: source and size, a phrase.
        train, validation: the splits.
        floor: the least loss that any model can reach, nats per character; None if unknown.
        remark: sentences on what was changed as it was read; "" where nothing was.
    """

    description: str
    train: str
    validation: str
    floor: float | None = None
    remark: str = ""


def text_limit() -> int:
    """`MAX_TEXT`, or the value of ``CHARLSTM_MAX_TEXT``.

    Raises:
        UserError: that value is not a whole number above zero.
    """
    return whole_number("CHARLSTM_MAX_TEXT", MAX_TEXT)


def read_source(spec: CorpusSpec) -> Text:
    """Read the text of a spec from its source.

    Raises:
        UserError: the text can't be read; the message says why and what works instead.
    """
    if spec.kind is CorpusKind.WIKITEXT2:
        return _read_wikitext(wikitext_folder())
    if spec.kind is CorpusKind.BRACKETS:
        language = BracketLanguage()
        train, validation = (
            language.sample(BRACKET_CHARACTERS[split], seed) for seed, split in enumerate(SPLITS)
        )
        return Text(
            f"a random bracket language to depth {language.max_depth} "
            "(charlstm.text.bracket_language)",
            train,
            validation,
            language.entropy_rate(),
        )
    if spec.hub is not None:
        return _read_hub(spec.hub)
    return _read_file(Path(spec.name))


def join_rows(rows: list[str]) -> str:
    """Join the dataset's rows with newlines, as the notebook does.

    Every row but the empty ones already ends with a newline, so the joined text has two for each
    of them: a paragraph ends with two or more newlines. This is kept so that the validation split
    has the notebook's 1,145,909 characters.
    """
    return "\n".join(rows)


def _read_wikitext(folder: str | None) -> Text:
    if folder and not Path(folder).is_dir():  # the library would look for that name on the Hub
        raise UserError(
            f"CHARLSTM_WIKITEXT names {folder!r}, which is no folder.",
            "Set it to a folder that holds WikiText-2, or leave it out.",
        )
    if not folder:
        _ask_for_wikitext()
    import datasets  # takes a second to import, and most uses never need it

    try:
        with tempfile.TemporaryDirectory() as aside:
            # A cache of its own for a local folder: the library's cache can't tell folders of the
            # same name apart, nor notice changed files. It knows the Hub's datasets by commit.
            rows = datasets.load_dataset(
                folder or HUB_ID, HUB_CONFIG, cache_dir=aside if folder else None
            )
            train, validation = (join_rows(rows[split]["text"]) for split in SPLITS)
    except Exception as error:  # the library raises what its many back ends raise
        if folder:
            raise UserError(
                f"The folder {folder!r}, which CHARLSTM_WIKITEXT names, holds no {HUB_CONFIG} "
                f"in the Hub's layout ({type(error).__name__}).",
                f'It needs a README.md with the splits and a folder "{HUB_CONFIG}" with the '
                "parquet files, as in the dataset Salesforce/wikitext.",
            ) from error
        raise UserError(
            f"WikiText-2 can't be fetched from the Hugging Face Hub ({type(error).__name__}).",
            _WITHOUT_NETWORK,
        ) from error
    source = (
        "a local folder in the layout of WikiText-2-raw (CHARLSTM_WIKITEXT)"
        if folder
        else "WikiText-2-raw from the Hugging Face Hub (Salesforce/wikitext)"
    )
    return Text(source, train, validation)


def _ask_for_wikitext() -> None:
    try:
        ask_hub(HUB_ID)
    except UserError as error:
        raise UserError(
            f"WikiText-2 can't be fetched. {error.problem}", _WITHOUT_NETWORK
        ) from error


def _read_file(path: Path) -> Text:
    name = readable(path.name)
    try:
        read = decoded(path.read_bytes(), f"The file {name}")
    except OSError as error:
        raise UserError(
            f"The file {name} can't be read ({error.strerror}).", "Check its permissions."
        ) from error
    train, validation = hold_out(read.text)
    if len(train) < 2 or len(validation) < 2:
        raise UserError(
            f"The file {name} has {counted(len(read.text), 'character')}: too few to train on.",
            "Bring a text of some thousands of characters at least.",
        )
    return Text(
        # Not its name: this phrase stands in cards and answers that others read.
        f"a text file of {counted(len(read.text), 'character')}; its last tenth "
        f"({counted(len(validation), 'character')}) is held out for validation",
        train,
        validation,
        remark=read.remark("The text"),
    )


def hold_out(text: str) -> tuple[str, str]:
    """Split a text into the part to train on and the last tenth, held out for validation."""
    cut = len(text) - int(len(text) * _HELD_OUT)
    return text[:cut], text[cut:]


def shortest_text(training: int) -> int:
    """The length of the shortest text that leaves so many characters to train on, and two held
    out."""
    return max(training + (training - 1) // 9, 20)


def _read_hub(text: HubText) -> Text:
    split, validation = read_text(text, text_limit())
    read = plain(split)
    train = read.text
    of = "its validation split"
    if validation is None:
        train, validation = hold_out(train)
        of = f"its last tenth ({counted(len(validation), 'character')})"
    else:
        validation = plain(validation).text
    if len(train) < 2 or len(validation) < 2:
        raise UserError(
            f"The dataset {text.dataset!r} has {counted(len(train), 'character')} to train on and "
            f"{len(validation):,} to validate on, too few.",
            "Choose another column or another dataset.",
        )
    config = f" ({text.config})" if text.config else ""
    return Text(
        f"the column {text.column!r} of {text.dataset}{config} on the Hugging Face Hub, "
        f"{counted(len(train), 'character')}; {of} is held out for validation",
        train,
        validation,
        remark=read.remark("The text"),
    )
