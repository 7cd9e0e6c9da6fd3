"""Corpora: a text as training and validation ids (notebook section 2).

`charlstm.text.spec` lists the texts. The vocabulary is that of the training split alone. Encoded
text is stored in `charlstm.folders.cache_folder` and memory-mapped from there.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np

from charlstm.atomic import replacing
from charlstm.errors import UserError, user_error
from charlstm.folders import cache_folder
from charlstm.text.bracket_language import BracketLanguage
from charlstm.text.sources import BRACKET_CHARACTERS, HUB_ID, Text, read_source, text_limit
from charlstm.text.spec import CorpusKind, CorpusSpec, wikitext_folder
from charlstm.text.vocabulary import Vocabulary
from charlstm.texts import restored, stored, text

_CACHE_FORMAT = 3  # part of every key: entries of an earlier format are not read
_READING = "plain"  # part of the key of texts that people bring: how `sources` reads them


@dataclass(frozen=True)
class TextIdentity:
    """What tells a corpus from another one.

    Attributes:
        digest: SHA-256 of the training text and the validation text, in hex digits.
        train, validation: their numbers of characters.
        characters: the vocabulary, sorted.
    """

    digest: str
    train: int
    validation: int
    characters: str

    def difference(self, now: TextIdentity) -> str:
        """What another text has that this one had not, and the reverse, as a clause."""
        parts = []
        if (self.train, self.validation) != (now.train, now.validation):
            sizes = {"validation": self.validation, "train": now.train, "held_out": now.validation}
            parts.append(text("text.difference.length", n=self.train, **sizes))
        before, after = set(self.characters), set(now.characters)
        for characters, verb in ((before - after, "lost"), (after - before, "gained")):
            if characters:
                parts.append(text(f"text.difference.{verb}", n=len(characters)))
        if not parts:
            return text("text.difference.content")
        return reduce(lambda some, part: text("text.difference.and", some=some, part=part), parts)


@dataclass(frozen=True)
class Corpus:
    """A training text and a validation text, as ids.

    Attributes:
        spec: the spec it was loaded by.
        description: source and size, a phrase for model cards and the page.
        vocab: the characters of the training split alone.
        train: int32 array of shape (characters,), memory-mapped, read-only.
        validation: the same; characters that the training split lacks are UNK.
        floor: the least loss that any model can reach, nats per character; None if unknown.
        folder: its cache entry, which also stores what is computed from the text; None for a
            corpus in memory only.
        remark: sentences on what was changed as the text was read; "" where nothing was.
        digest: as of `TextIdentity`; "" for a corpus in memory only.
    """

    spec: CorpusSpec
    description: str
    vocab: Vocabulary
    train: np.ndarray
    validation: np.ndarray
    floor: float | None
    folder: Path | None = None
    remark: str = ""
    digest: str = ""

    @property
    def identity(self) -> TextIdentity:
        """What tells it from another corpus."""
        characters = "".join(self.vocab.characters)
        return TextIdentity(self.digest, len(self.train), len(self.validation), characters)

    def ids(self, split: str, vocab: Vocabulary) -> np.ndarray:
        """A split encoded with another vocabulary, int32 of shape (characters,).

        A character that this corpus's own vocabulary lacks is UNK, even if ``vocab`` has it.

        Args:
            split: one of `charlstm.text.sources.SPLITS`.
        """
        own: np.ndarray = getattr(self, split)
        if vocab == self.vocab:
            return own
        new_ids = np.append(vocab.encode("".join(self.vocab.characters)), np.int32(vocab.unk_id))
        ids: np.ndarray = new_ids[own]
        return ids


def load_corpus(spec: CorpusSpec) -> Corpus:
    """Load the corpus of a spec: read and encoded the first time, from the cache afterwards.

    Raises:
        UserError: the text can't be read; the message says why and what works instead. No other
            text is ever loaded in its stead.
    """
    entry = _entry(spec)
    if not entry.is_dir():
        _store(read_source(spec), entry)
    try:
        facts = json.loads((entry / "corpus.json").read_text(encoding="utf-8"))
        return Corpus(
            spec=spec,
            description=restored(facts["description"]),
            vocab=Vocabulary.load(entry / "vocab.json"),
            train=np.load(entry / "train.npy", mmap_mode="r"),
            validation=np.load(entry / "validation.npy", mmap_mode="r"),
            floor=facts["floor"],
            folder=entry,
            remark=restored(facts["remark"]),
            digest=facts["digest"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise user_error(
            "text.damaged", folder=repr(str(entry)), why=type(error).__name__
        ) from error


def at_hand(spec: CorpusSpec) -> Corpus | None:
    """The corpus of a spec if it can be loaded without a network, else None.

    A text from the Hub is at hand once it is in the cache; WikiText-2 also if
    ``CHARLSTM_WIKITEXT`` names a folder that holds it.
    """
    try:
        if spec.needs_network and not _entry(spec).is_dir():
            return None
        return load_corpus(spec)
    except UserError:
        return None


def _entry(spec: CorpusSpec) -> Path:
    """The path of a spec's cache entry, which need not exist yet."""
    key: list[object]
    if spec.kind is CorpusKind.WIKITEXT2:
        folder = wikitext_folder()
        key = ["wikitext2", _state_of(Path(folder)) if folder else HUB_ID]
    elif spec.kind is CorpusKind.BRACKETS:
        language = BracketLanguage()  # its entropy changes whenever the language does
        key = ["brackets", repr(language), language.entropy_rate(), BRACKET_CHARACTERS]
    elif spec.hub is not None:
        key = [spec.hub.spec, text_limit(), _READING]
    else:
        path = Path(spec.name)
        if path.suffix.lower() != ".txt":
            raise user_error("text.unknown", name=repr(spec.name))
        if not path.is_file():
            raise user_error("text.file.none", file=repr(spec.name))
        key = ["file", _state_of(path), _READING]
    digest = hashlib.sha256(json.dumps([_CACHE_FORMAT, *key]).encode()).hexdigest()[:24]
    return cache_folder() / digest


def store_pasted(text: str) -> CorpusSpec:
    """Store a pasted text as a ``.txt`` file in the cache folder.

    Returns:
        the text's spec for `load_corpus`; the same text always has the same spec.

    Raises:
        UserError: the text is empty, or has lone surrogates, which UTF-8 can't hold.
    """
    if not text.strip():
        raise user_error("text.pasted.empty")
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise user_error("text.pasted.half", place=error.start) from error
    path = _pasted(hashlib.sha256(data).hexdigest()[:16])
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path.parent, path.name) as aside:
        (aside / path.name).write_bytes(data)
    return CorpusSpec(CorpusKind.FILE, str(path))


def pasted_text(key: str) -> str:
    """A text that `store_pasted` has stored.

    Args:
        key: name of its file without ``.txt``, a hash of the text: whoever has it has had the text.

    Raises:
        UserError: there is no such text.
    """
    try:
        if re.fullmatch(r"[0-9a-f]{16}", key):
            return _pasted(key).read_bytes().decode("utf-8")
    except FileNotFoundError:
        pass
    raise user_error("text.pasted.gone")


def _pasted(key: str) -> Path:
    return cache_folder() / "pasted" / f"{key}.txt"


def _store(text: Text, entry: Path) -> None:
    """Encode a text and store it as a cache entry."""
    vocab = Vocabulary.from_text(text.train)
    digest = hashlib.sha256()
    for split in (text.train, text.validation):
        digest.update(f"{len(split)} ".encode() + split.encode("utf-8", "surrogatepass"))
    facts = {
        "description": stored(text.description),
        "floor": text.floor,
        "remark": stored(text.remark),
        "digest": digest.hexdigest(),
    }
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        with replacing(entry.parent, entry.name) as aside:
            new = aside / entry.name
            new.mkdir()
            vocab.save(new / "vocab.json")
            np.save(new / "train.npy", vocab.encode(text.train))
            np.save(new / "validation.npy", vocab.encode(text.validation))
            (new / "corpus.json").write_text(json.dumps(facts), encoding="utf-8")
    except OSError as error:
        if not entry.is_dir():  # else another process has stored the same text meanwhile
            raise user_error(
                "text.not_kept.text", folder=str(entry.parent), why=str(error.strerror)
            ) from error


def _state_of(path: Path) -> str:
    """Paths, sizes and modification times of a file, or of all files below a folder: a cache key
    that changes when one of them does."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    stats = [(str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns) for p in files]
    return json.dumps([str(path.resolve()), stats])
