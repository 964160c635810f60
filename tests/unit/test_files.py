"""What the browser may see and write of the kernel's files: only what is inside of the folder, and only new files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hitl_widgets import fields
from hitl_widgets.files import FileRules, given
from hitl_widgets.files.field import FieldFiles
from hitl_widgets.files.listing import MOST, listing
from hitl_widgets.files.rules import read_rules


def names(rules: FileRules, at: str = "", typed: str = "") -> list[str]:
    return [entry["name"] for entry in listing(rules, at, typed)["entries"]]


def refusal(does: Callable[..., Any], *args: Any) -> str:
    with pytest.raises(ValueError) as refused:
        does(*args)
    return str(refused.value)


# ---------------------------------------------------------------- a folder


def test_a_folder_is_shown_folders_first_then_the_files_that_fit_and_nothing_hidden(place: Path) -> None:
    rules = FileRules("file", "data", (".csv",))
    assert names(rules) == ["raw", "A.CSV", "b.csv"]
    assert names(FileRules("folder", "data")) == ["raw"]
    assert names(FileRules("any", "data")) == ["raw", "A.CSV", "b.csv", "notes.txt"]
    os.utime(place / "data" / "b.csv", (1_700_000_000, 1_700_000_000))
    shown = {entry["name"]: entry for entry in listing(rules, "", "")["entries"]}
    assert shown["b.csv"] == {"name": "b.csv", "kind": "file", "size": 1, "modified": 1_700_000_000}
    assert (shown["raw"]["kind"], shown["raw"]["size"]) == ("folder", None)


def test_names_of_any_language_are_found_by_what_is_typed(place: Path) -> None:
    assert names(FileRules(folder="data"), "raw") == ["größe 猫.csv"]
    assert names(FileRules(folder="data"), "raw", "GRÖSSE") == []
    assert names(FileRules(folder="data"), "raw", "GRÖß") == ["größe 猫.csv"]
    assert names(FileRules(), "data", "NOTES") == ["notes.txt"]


@pytest.mark.parametrize("at", ["..", "raw/..", "raw/../..", "/", "/etc", "\0", ".git", "raw/../../../secret", "out"])
def test_no_way_leads_out_of_the_folder(place: Path, at: str) -> None:
    (place / "data" / "out").symlink_to(place.parent / "secret")
    assert refusal(listing, FileRules(folder="data"), at) in {"Not in data.", "Hidden files cannot be picked."}


def test_links_are_shown_only_where_they_stay_inside(place: Path) -> None:
    data = place / "data"
    (data / "out").symlink_to(place.parent / "secret")
    (data / "out.csv").symlink_to(place.parent / "secret" / "key.csv")
    (data / "hidden.csv").symlink_to(data / ".env")
    (data / "nowhere.csv").symlink_to(data / "gone.csv")
    (data / "round").symlink_to(data / "round")
    (data / "in.csv").symlink_to(data / "raw" / "größe 猫.csv")
    assert names(FileRules("any", "data", (".csv",))) == ["raw", "A.CSV", "b.csv", "in.csv"]
    assert given(FileRules("file", "data"), "data/in.csv") == "data/in.csv"


def test_the_folder_itself_may_be_a_link(place: Path) -> None:
    (place / "linked").symlink_to(place / "data" / "raw")
    rules = FileRules("file", "linked")
    assert names(rules) == ["größe 猫.csv"]
    assert given(rules, "linked/größe 猫.csv") == "linked/größe 猫.csv"
    assert given(rules, "data/raw/größe 猫.csv") == "linked/größe 猫.csv"


def test_of_a_huge_folder_the_first_are_shown_and_typing_finds_the_others(place: Path) -> None:
    huge = place / "huge"
    huge.mkdir()
    for number in range(MOST + 500):
        (huge / f"{number:05}.txt").touch()
    shown = listing(FileRules(), "huge", "")
    assert (len(shown["entries"]), shown["more"], shown["entries"][-1]["name"]) == (MOST, 500, f"{MOST - 1:05}.txt")
    assert listing(FileRules(), "huge", f"{MOST + 499:05}")["entries"][0]["name"] == f"{MOST + 499:05}.txt"


def test_what_cannot_be_listed_is_said_in_words(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = FileRules("file", "data")
    assert refusal(listing, rules, "gone") == "There is no folder data/gone."
    assert refusal(listing, rules, "b.csv") == "This is a file: pick a folder."
    assert refusal(listing, FileRules("file", "nowhere"), "") == "There is no folder nowhere."
    assert "data/xxx" in refusal(listing, rules, "x" * 300)

    def refuses(_path: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("hitl_widgets.files.listing.os.scandir", refuses)
    assert refusal(listing, rules, "raw") == "The kernel may not read data/raw."
    assert refusal(listing, FileRules(), "") == "The kernel may not read the working folder."


def test_a_name_that_is_no_text_is_left_out_and_the_others_are_shown(place: Path) -> None:
    (place / "odd").mkdir()
    Path(os.fsdecode(os.fsencode(place / "odd") + b"/\xff.csv")).touch()
    (place / "odd" / "line\nend.csv").touch()
    (place / "odd" / "10.00.00\u202fAM.csv").touch()
    assert names(FileRules(), "odd") == ["10.00.00\u202fAM.csv"]


# ---------------------------------------------------------------- an answer


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("data/b.csv", "data/b.csv"),
        ("./data//b.csv", "data/b.csv"),
        ("data/raw/../b.csv", "data/b.csv"),
        ("../work/data/b.csv", "data/b.csv"),
        ("data/raw/größe 猫.csv", "data/raw/größe 猫.csv"),
    ],
)
def test_an_answer_is_written_in_one_way(place: Path, text: str, written: str) -> None:
    assert given(FileRules("file", "data"), text) == written
    assert given(FileRules("file", "data"), str(place / text)) == written
    absolute = FileRules("file", (place / "data").as_posix())
    assert given(absolute, text) == (place / written).as_posix()


@pytest.mark.parametrize(
    ("rules", "text", "said"),
    [
        (FileRules("file", "data"), "data/gone.csv", "There is no file data/gone.csv."),
        (FileRules("file", "data"), "b.csv", "Not in data."),
        (FileRules("file", "data"), "data/b.csv/x", "There is no file data/b.csv/x."),
        (FileRules("file", "data"), "../secret/key.csv", "Not in data."),
        (FileRules("file"), "../secret/key.csv", "Not in the working folder."),
        (FileRules("file"), "/etc/passwd", "Not in the working folder."),
        (FileRules("file", "data"), "data/out/key.csv", "Not in data."),
        (FileRules("file", "data"), "data/.env", "Hidden files cannot be picked."),
        (FileRules("file", "data"), "data/.git/config", "Hidden files cannot be picked."),
        (FileRules("file", "data"), "data/raw", "This is a folder: pick a file in it."),
        (FileRules("folder", "data"), "data/b.csv", "This is a file: pick a folder."),
        (FileRules("folder", "data"), "data/gone", "There is no folder data/gone."),
        (FileRules("file", "data", (".csv",)), "data/notes.txt", "Must end with .csv."),
        (FileRules("file"), "a\0b", "Not a path."),
        (FileRules("file"), "  ", "Not a path."),
        (FileRules("file"), "pipe", "This is neither a file nor a folder."),
        (FileRules("file"), "round", "round cannot be read"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_in_words(place: Path, rules: FileRules, text: str, said: str) -> None:
    (place / "data" / "out").symlink_to(place.parent / "secret")
    (place / "round").symlink_to(place / "round")
    os.mkfifo(place / "pipe")
    assert said in refusal(given, rules, text)


def test_a_path_from_inside_of_the_folder_is_told_where_paths_start(place: Path) -> None:
    (place / "data" / "data").mkdir()
    assert refusal(given, FileRules("file", "data/raw"), "data/raw/x.csv") == "There is no file data/raw/x.csv."
    assert refusal(given, FileRules("file", place.as_posix()), "x.csv").endswith(f"Paths start with {place}/.")


def test_a_folder_may_be_the_folder_itself(place: Path) -> None:
    assert given(FileRules("folder"), ".") == "."
    assert given(FileRules("folder", "data"), "data/") == "data"


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize(
    ("size", "count"),
    [("10 MB", 10_000_000), ("1.5mb", 1_500_000), ("2 KiB", 2048), ("512", 512), (7, 7), (None, None), (False, None)],
)
def test_how_much_may_be_uploaded_is_written_as_people_write_it(size: Any, count: int | None) -> None:
    assert read_rules("file", upload=size).upload == count


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("file", {"upload": True}, "upload=True is no size"),
        ("file", {"upload": 0}, "upload=0 is no size"),
        ("file", {"upload": "ten"}, "upload='ten' is no size"),
        ("file", {"upload": "3 apples"}, "is no size"),
        ("file", {"suffixes": ".csv"}, "no list of endings"),
        ("file", {"suffixes": ["csv"]}, "no list of endings"),
        ("file", {"into": "../elsewhere"}, "not inside of the folder"),
        ("file", {"into": "/tmp"}, "not inside of the folder"),
        ("folder", {"upload": "1 MB"}, "do not go with a folder"),
        ("folder", {"suffixes": [".csv"]}, "do not go with a folder"),
    ],
)
def test_rules_that_make_no_sense_are_refused_where_they_are_written(kind: Any, options: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        read_rules(kind, **options)


def test_a_schema_of_anybody_elses_opens_no_other_folder_and_takes_no_upload() -> None:
    rules = FileRules("file", "/", (), 10**9, "etc")
    schema = {"type": "string", "format": "path", "x-file": rules.as_json()}
    field: Any = fields.field_for({"type": "object", "properties": {"path": schema}})["fields"][0]["field"]
    assert (field["folder"], field["upload"]) == (".", None)
    assert FileRules.of(field) == FileRules("any")
    odd = {"type": "string", "x-file": {"kind": 3, "folder": ["/"], "suffixes": [1]}}
    assert fields.validate(odd, "anything") == {}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "string", "format": "path"}},
        {"type": "array", "prefixItems": [{"type": "string", "format": "path"}], "items": False},
        {"type": "object", "additionalProperties": {"type": "string", "format": "path"}},
        {"anyOf": [{"type": "string", "format": "path"}, {"type": "integer"}]},
        {
            "$ref": "#/$defs/Tree",
            "$defs": {
                "Tree": {
                    "type": "object",
                    "properties": {
                        "inner": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
                        "path": {"type": "string", "format": "path"},
                    },
                }
            },
        },
    ],
)
def test_a_path_anywhere_in_a_form_can_be_looked_for(place: Path, schema: Any) -> None:
    view = {"kind": "decide", "items": [{"choices": [{"field": fields.field_for(schema)}, {"field": None}]}]}
    what = {"source": FileRules("any").source, "folder": "", "typed": ""}
    assert [entry["name"] for entry in FieldFiles(view).fetch(what)["entries"]] == ["data"]


def test_a_default_that_looks_like_a_field_is_none() -> None:
    field = {"type": "file", "source": "s", "kind": "file", "folder": "/", "suffixes": [], "upload": 9, "into": "x"}
    view = {"kind": "form", "field": {"type": "object", "fields": [], "default": field}}
    assert not FieldFiles(view)
    assert FieldFiles({"kind": "form", "field": field})
