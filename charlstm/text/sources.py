"""Read a corpus's text: from the Hub, a folder, a file, or the bracket language.

`charlstm.text.spec` lists the texts.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from charlstm.environment import whole_number
from charlstm.errors import UserError, user_error
from charlstm.text.bracket_language import BracketLanguage
from charlstm.text.decoding import decoded, plain, readable
from charlstm.text.hub_dataset import HubText, ask_hub, read_text
from charlstm.text.spec import CorpusKind, CorpusSpec, wikitext_folder
from charlstm.texts import text

HUB_ID = "Salesforce/wikitext"
HUB_CONFIG = "wikitext-2-raw-v1"
SPLITS = ("train", "validation")
BRACKET_CHARACTERS = {"train": 2_000_000, "validation": 200_000}
"""Characters of the bracket language's text, by split."""
MAX_TEXT = 20_000_000
"""The limit on the bytes of a user's own text, and on the characters read of a dataset on the Hub,
unless ``CHARLSTM_MAX_TEXT`` sets another one."""

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
        described = text("text.described.brackets", depth=language.max_depth)
        return Text(described, train, validation, language.entropy_rate())
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
        raise user_error("text.wikitext.no_folder", folder=repr(folder))
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
            raise user_error(
                "text.wikitext.other_folder",
                folder=repr(folder),
                config=HUB_CONFIG,
                why=type(error).__name__,
            ) from error
        raise UserError(
            text("text.wikitext.unread", why=type(error).__name__), text("text.wikitext.remedy")
        ) from error
    described = text(f"text.described.{'folder' if folder else 'wikitext2'}")
    return Text(described, train, validation)


def _ask_for_wikitext() -> None:
    try:
        ask_hub(HUB_ID)
    except UserError as error:
        raise UserError(
            text("text.wikitext.out_of_reach", why=error.args[0]), text("text.wikitext.remedy")
        ) from error


def _read_file(path: Path) -> Text:
    name = readable(path.name)
    try:
        read = decoded(path.read_bytes(), text("text.file.named", file=name))
    except OSError as error:
        raise user_error("text.file.unread", file=name, why=str(error.strerror)) from error
    train, validation = hold_out(read.text)
    if len(train) < 2 or len(validation) < 2:
        raise user_error("text.file.too_short", file=name, n=len(read.text))
    described = text(  # without its name: it stands in cards and answers that others read
        "text.described.file",
        characters=text("text.characters", n=len(read.text)),
        held_out=text("text.characters", n=len(validation)),
    )
    return Text(described, train, validation, remark=read.remark("text"))


def hold_out(text: str) -> tuple[str, str]:
    """Split a text into the part to train on and the last tenth, held out for validation."""
    cut = len(text) - int(len(text) * _HELD_OUT)
    return text[:cut], text[cut:]


def shortest_text(training: int) -> int:
    """The length of the shortest text that leaves so many characters to train on, and two held
    out."""
    return max(training + (training - 1) // 9, 20)


def _read_hub(source: HubText) -> Text:
    split, validation = read_text(source, text_limit())
    read = plain(split)
    train, held_out = read.text, "split"
    if validation is None:
        (train, validation), held_out = hold_out(train), "tenth"
    else:
        validation = plain(validation).text
    if len(train) < 2 or len(validation) < 2:
        raise user_error(
            "text.hub.too_short",
            dataset=repr(source.dataset),
            n=len(train),
            validation=len(validation),
        )
    described = text(
        f"text.described.column_{held_out}",
        column=repr(source.column),
        dataset=f"{source.dataset} ({source.config})" if source.config else source.dataset,
        characters=text("text.characters", n=len(train)),
        held_out=text("text.characters", n=len(validation)),
    )
    return Text(described, train, validation, remark=read.remark("text"))
