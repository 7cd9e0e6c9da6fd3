"""Corpora: a text named by a spec, as training and validation ids (notebook section 2).

Specs, the same on the page and on the command line:

- ``wikitext2``: WikiText-2-raw from the Hugging Face Hub, or from the folder that the environment
  variable ``CHARLSTM_WIKITEXT`` names, laid out as on the Hub.
- ``brackets``: the built-in bracket language (`charlstm.grammar`); it needs no network.
- the path of a ``.txt`` file in UTF-8.
- ``hub:OWNER/NAME:COLUMN``: a dataset on the Hub (`charlstm.hub_rows`).

The vocabulary comes from the training split alone. Encoded text is kept in a cache folder
(``$XDG_CACHE_HOME/charlstm``, else ``~/.cache/charlstm``) and memory-mapped from there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from charlstm.errors import UserError
from charlstm.grammar import BracketLanguage
from charlstm.hub_rows import PREFIX, HubText, read_spec, read_text
from charlstm.limits import Limits
from charlstm.vocab import Vocabulary

HUB_ID = "Salesforce/wikitext"
HUB_CONFIG = "wikitext-2-raw-v1"
SPLITS = ("train", "validation")

_HELD_OUT = 0.1  # of a text without a validation split: its tail
_BRACKET_CHARACTERS = {"train": 2_000_000, "validation": 200_000}
_CACHE_FORMAT = 1  # part of every key: a change of what is stored makes old entries unread


@dataclass(frozen=True)
class Corpus:
    """A text to train on and another to be scored on.

    Attributes:
        spec: what it was asked for by.
        description: what it is, in a sentence for model cards and the page.
        vocab: of the training split alone.
        train: int32 array of shape (characters,), memory-mapped, read-only.
        validation: the same; its characters unknown to the training split are UNK.
        floor: nats per character that no model can get below, where that is known.
    """

    spec: str
    description: str
    vocab: Vocabulary
    train: np.ndarray
    validation: np.ndarray
    floor: float | None

    def ids(self, split: str, vocab: Vocabulary) -> np.ndarray:
        """A split under another vocabulary, int32 of shape (characters,).

        A character that this corpus's own vocabulary lacks stays unknown, whether or not the
        other one has it.

        Args:
            split: one of `SPLITS`.
        """
        own: np.ndarray = getattr(self, split)
        if vocab == self.vocab:
            return own
        places = np.append(vocab.encode("".join(self.vocab.characters)), np.int32(vocab.unk_id))
        return places[own]


@dataclass(frozen=True)
class _Text:
    description: str
    train: str
    validation: str
    floor: float | None = None


def load_corpus(spec: str) -> Corpus:
    """The corpus of a spec; the first time it is read and encoded, then it comes from the cache.

    Raises:
        UserError: it can't be had; the sentence says why and what else works. No other text is
            ever put in its place.
    """
    entry = _entry(spec)
    if not entry.is_dir():
        _store(_read(spec), entry)
    facts = json.loads((entry / "corpus.json").read_text(encoding="utf-8"))
    return Corpus(
        spec=spec,
        description=facts["description"],
        vocab=Vocabulary.load(entry / "vocab.json"),
        train=np.load(entry / "train.npy", mmap_mode="r"),
        validation=np.load(entry / "validation.npy", mmap_mode="r"),
        floor=facts["floor"],
    )


def at_hand(spec: str) -> Corpus | None:
    """The corpus of a spec where it can be had without a network; None where it can't be.

    A text from the Hub is at hand once it is in the cache, WikiText-2 also where
    ``CHARLSTM_WIKITEXT`` names a folder that holds it.
    """
    try:
        folder = os.environ.get("CHARLSTM_WIKITEXT")
        on_the_hub = spec.startswith(PREFIX) or (spec == "wikitext2" and not folder)
        if on_the_hub and not _entry(spec).is_dir():
            return None
        if spec == "wikitext2" and folder and not Path(folder).is_dir():
            return None  # what is no folder, the library would look for on the Hub
        return load_corpus(spec)
    except UserError:
        return None


def _entry(spec: str) -> Path:
    """Where the encoded text of a spec is kept in the cache, whether it is there yet or not."""
    if spec == "wikitext2":
        folder = os.environ.get("CHARLSTM_WIKITEXT")
        key = ["wikitext2", _state_of(Path(folder)) if folder else HUB_ID]
    elif spec == "brackets":
        language = BracketLanguage()  # its entropy changes whenever the language does
        key = ["brackets", repr(language), language.entropy_rate(), _BRACKET_CHARACTERS]
    elif spec.startswith(PREFIX):
        key = [read_spec(spec).spec, Limits.from_environment().text]
    else:
        path = Path(spec)
        if path.suffix != ".txt":
            raise UserError(
                f"There is no corpus called {spec!r}.",
                'Choose "wikitext2", "brackets", the path of a .txt file, or '
                '"hub:owner/name:column".',
            )
        if not path.is_file():
            raise UserError(f"There is no file {spec!r}.", "Check the path.")
        key = ["file", _state_of(path)]
    digest = hashlib.sha256(json.dumps([_CACHE_FORMAT, *key]).encode()).hexdigest()[:24]
    return _cache_folder() / digest


def store_pasted(text: str) -> str:
    """Keep a pasted text as a ``.txt`` file in the cache folder.

    Returns:
        its spec for `load_corpus`; the same text always has the same spec.

    Raises:
        UserError: the text is empty, or has lone surrogates, which UTF-8 can't hold.
    """
    if not text.strip():
        raise UserError("The text is empty.", "Paste some text first.")
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UserError(
            f"The character at position {error.start:,} is half of a surrogate pair.",
            "Remove it, or paste the text again.",
        ) from error
    path = _cache_folder() / "pasted" / f"{hashlib.sha256(data).hexdigest()[:16]}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path)


def join_rows(rows: list[str]) -> str:
    """Rows of the dataset as one text, joined with newlines as the notebook joins them.

    The rows already end with a newline of their own (but for the empty ones), so every newline of
    the original text comes out doubled: a paragraph ends with two or more. Kept as it is, for the
    validation split to have the notebook's 1,145,909 characters.
    """
    return "\n".join(rows)


def _read(spec: str) -> _Text:
    if spec == "wikitext2":
        return _read_wikitext(os.environ.get("CHARLSTM_WIKITEXT"))
    if spec == "brackets":
        language = BracketLanguage()
        train, validation = (
            language.sample(_BRACKET_CHARACTERS[split], seed) for seed, split in enumerate(SPLITS)
        )
        return _Text(
            f"a random bracket language to depth {language.max_depth} (charlstm.grammar)",
            train,
            validation,
            language.entropy_rate(),
        )
    if spec.startswith(PREFIX):
        return _read_hub(read_spec(spec))
    return _read_file(Path(spec))


def _read_wikitext(folder: str | None) -> _Text:
    import datasets  # takes a second to import, and most uses never need it

    try:
        with tempfile.TemporaryDirectory() as aside:
            # The library's own cache can't tell one local folder from another of the same name,
            # nor its state today from yesterday's; the Hub's datasets it knows by their commit.
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
            "Check the connection, or set CHARLSTM_WIKITEXT to a folder that holds it, or choose "
            '"brackets" or a text of your own, which need no network.',
        ) from error
    source = (
        "a local folder in the layout of WikiText-2-raw (CHARLSTM_WIKITEXT)"
        if folder
        else "WikiText-2-raw from the Hugging Face Hub (Salesforce/wikitext)"
    )
    return _Text(source, train, validation)


def _read_file(path: Path) -> _Text:
    try:
        text = path.read_bytes().decode("utf-8")  # its line ends stay as they are
    except UnicodeDecodeError as error:
        raise UserError(
            f"The file {path.name} is not UTF-8: the byte at position {error.start:,} is no part "
            "of a character.",
            "Save it as UTF-8 in an editor and try again.",
        ) from error
    except OSError as error:
        raise UserError(
            f"The file {path.name} can't be read ({error.strerror}).", "Check its permissions."
        ) from error
    train, validation = hold_out(text)
    if len(train) < 2 or len(validation) < 2:
        raise UserError(
            f"The file {path.name} has {len(text):,} characters, too few to train on.",
            "Bring a text of some thousands of characters at least.",
        )
    return _Text(
        f"the file {path.name}; its last tenth ({len(validation):,} characters) is held out "
        "for validation",
        train,
        validation,
    )


def hold_out(text: str) -> tuple[str, str]:
    """What is trained on, and the tail that is held out for validation: the last tenth."""
    cut = len(text) - int(len(text) * _HELD_OUT)
    return text[:cut], text[cut:]


def _read_hub(text: HubText) -> _Text:
    train, validation = read_text(text, Limits.from_environment().text)
    of = "its validation split"
    if validation is None:
        train, validation = hold_out(train)
        of = f"its last tenth ({len(validation):,} characters)"
    if len(train) < 2 or len(validation) < 2:
        raise UserError(
            f"The dataset {text.dataset!r} has {len(train):,} characters to train on and "
            f"{len(validation):,} to validate on, too few.",
            "Choose another column or another dataset.",
        )
    config = f" ({text.config})" if text.config else ""
    return _Text(
        f"the column {text.column!r} of {text.dataset}{config} on the Hugging Face Hub, "
        f"{len(train):,} characters; {of} is held out for validation",
        train,
        validation,
    )


def _store(text: _Text, entry: Path) -> None:
    """Encode a text into the cache: written aside, then renamed, so that no half of it is read."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=entry.parent, prefix=".new-"))
    try:
        vocab = Vocabulary.from_text(text.train)
        vocab.save(aside / "vocab.json")
        np.save(aside / "train.npy", vocab.encode(text.train))
        np.save(aside / "validation.npy", vocab.encode(text.validation))
        facts = {"description": text.description, "floor": text.floor}
        (aside / "corpus.json").write_text(json.dumps(facts), encoding="utf-8")
        aside.rename(entry)
    except OSError as error:
        if not entry.is_dir():  # where it is, another process stored the same text meanwhile
            raise UserError(
                f"The encoded text can't be written below {entry.parent} ({error.strerror}).",
                "Free some space, or set XDG_CACHE_HOME to a folder that can be written.",
            ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "charlstm"


def _state_of(path: Path) -> str:
    """What changes when a file, or a file below a folder, changes: paths, sizes and times."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    stats = [(str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns) for p in files]
    return json.dumps([str(path.resolve()), stats])
