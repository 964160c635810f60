"""What the browser may see and write of the kernel's files: only what is inside of the folder, and only new files."""

from __future__ import annotations

import base64
import gc
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets import fields
from hitl_widgets.files import FileRules, given
from hitl_widgets.files.field import FieldFiles
from hitl_widgets.files.listing import MOST, listing
from hitl_widgets.files.rules import read_rules
from hitl_widgets.files.upload import MOST_A_PART, Upload, safe_name


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with some files, and a secret beside it."""
    work = tmp_path / "work"
    (work / "data" / "raw").mkdir(parents=True)
    (work / "data" / ".git").mkdir()
    for name in (
        "data/b.csv",
        "data/A.CSV",
        "data/notes.txt",
        "data/raw/größe 猫.csv",
        "data/.env",
        "data/.git/config",
    ):
        (work / name).write_text("x")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.csv").write_text("x")
    monkeypatch.chdir(work)
    return work


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


# ---------------------------------------------------------------- an upload


class Uploading:
    """A browser that uploads to one question."""

    def __init__(self, upload: int = 2_000_000, suffixes: tuple[str, ...] = (), into: str = "uploads") -> None:
        rules = FileRules("file", "data", suffixes, upload, into)
        field: Any = fields.field_for({"type": "string", "format": "file-path"})
        rules.put_into(field)
        self.files = FieldFiles({"kind": "form", "field": field})
        self.source = rules.source

    def part(self, data: bytes, *, size: int, name: str = "x.csv", offset: int = 0, upload: str = "1") -> Any:
        encoded = base64.b64encode(data).decode()
        part = {"upload": upload, "name": name, "size": size, "offset": offset, "data": encoded}
        return self.files.fetch({"source": self.source, **part})

    def whole(self, data: bytes, **more: Any) -> str:
        """In parts, as the browser does."""
        at = 0
        while True:
            said = self.part(data[at : at + MOST_A_PART], size=len(data), offset=at, **more)
            if said["path"] is not None:
                return said["path"]
            assert said["received"] > at
            at = said["received"]

    def cancel(self, upload: str = "1") -> None:
        assert self.files.fetch({"source": self.source, "cancel": upload}) is None


def everything(place: Path) -> set[str]:
    return {path.relative_to(place).as_posix() for path in place.rglob("*")}


def test_a_file_is_uploaded_in_parts_up_to_the_last_byte_that_is_allowed(place: Path) -> None:
    data = os.urandom(2_000_000)
    assert Uploading().whole(data) == "data/uploads/x.csv"
    assert (place / "data/uploads/x.csv").read_bytes() == data
    assert given(FileRules("file", "data"), "data/uploads/x.csv") == "data/uploads/x.csv"
    assert {path.name for path in (place / "data/uploads").iterdir()} == {"x.csv"}


def test_one_byte_more_is_refused_before_anything_is_written(place: Path) -> None:
    before = everything(place)
    said = refusal(lambda: Uploading().part(b"x", size=2_000_001))
    assert said == "x.csv has 2 000 001 bytes; at most 2 MB can be uploaded."
    assert everything(place) == before


def test_more_bytes_than_were_announced_are_refused_and_nothing_is_left(place: Path) -> None:
    before = everything(place)
    uploading = Uploading(upload=10)
    assert uploading.part(b"12345", size=8)["received"] == 5
    assert "larger than was said" in refusal(lambda: uploading.part(b"6789", size=8, offset=5))
    assert everything(place) == before


def test_an_empty_file_is_a_file(place: Path) -> None:
    assert Uploading().whole(b"") == "data/uploads/x.csv"
    assert (place / "data/uploads/x.csv").read_bytes() == b""


def test_a_part_that_comes_twice_or_too_early_changes_nothing(place: Path) -> None:
    uploading = Uploading()
    assert uploading.part(b"later", size=11, offset=6) == {"received": 0, "path": None}
    assert uploading.part(b"first ", size=11) == {"received": 6, "path": None}
    assert uploading.part(b"first ", size=11) == {"received": 6, "path": None}
    assert uploading.part(b"x", size=11, offset=9) == {"received": 6, "path": None}
    done = uploading.part(b"later", size=11, offset=6)
    assert done == {"received": 11, "path": "data/uploads/x.csv"}
    # The answer got lost, and the browser asks again.
    assert uploading.part(b"later", size=11, offset=6) == done
    assert (place / "data/uploads/x.csv").read_bytes() == b"first later"


def test_two_at_once_do_not_mix_and_get_names_of_their_own(place: Path) -> None:
    uploading = Uploading()
    one, two = os.urandom(1_500_000), os.urandom(1_600_000)
    paths: dict[str, str] = {}
    threads = [
        threading.Thread(target=lambda n=n, data=data: paths.update({n: uploading.whole(data, upload=n)}))
        for n, data in {"1": one, "2": two}.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(paths.values()) == {"data/uploads/x.csv", "data/uploads/x (2).csv"}
    assert (Path(paths["1"]).read_bytes(), Path(paths["2"]).read_bytes()) == (one, two)


def test_no_file_is_ever_replaced(place: Path) -> None:
    uploading = Uploading(into=".")
    (place / "data/a.tar.gz").write_text("old")
    assert uploading.whole(b"new", name="a.tar.gz", upload="1") == "data/a (2).tar.gz"
    assert uploading.whole(b"new", name="a.tar.gz", upload="2") == "data/a (3).tar.gz"
    assert uploading.whole(b"new", name="README", upload="3") == "data/README"
    assert uploading.whole(b"new", name="README", upload="4") == "data/README (2)"
    assert (place / "data/a.tar.gz").read_text() == "old"


@pytest.mark.parametrize("end", ["cancel", "close", "forget", "damage"])
def test_an_upload_that_does_not_end_leaves_nothing(place: Path, end: str) -> None:
    before = everything(place)
    uploading = Uploading(into="a/b")
    uploading.part(b"12345", size=8)
    assert len(everything(place) - before) == 3
    match end:
        case "cancel":
            uploading.cancel()
            uploading.cancel()
            assert "was cancelled" in refusal(lambda: uploading.part(b"678", size=8, offset=5))
        case "close":
            uploading.files.close()
            assert "no longer open" in refusal(lambda: uploading.part(b"678", size=8, offset=5))
        case "damage":
            what = {"source": uploading.source, "upload": "1", "name": "x", "size": 8, "offset": 5, "data": "no base64"}
            assert "damaged" in refusal(uploading.files.fetch, what)
        case _:
            del uploading
            gc.collect()
    assert everything(place) == before


def test_a_folder_that_was_there_stays_when_an_upload_is_cancelled(place: Path) -> None:
    (place / "data/uploads").mkdir()
    uploading = Uploading()
    uploading.part(b"12345", size=8)
    uploading.cancel()
    assert (place / "data/uploads").is_dir()


def test_of_many_that_were_begun_the_last_go_on(place: Path) -> None:
    uploading = Uploading()
    for number in range(20):
        uploading.part(b"12345", size=8, upload=str(number))
    assert len(list((place / "data/uploads").iterdir())) == 8
    assert uploading.part(b"678", size=8, offset=5, upload="19")["path"] == "data/uploads/x.csv"
    # One that was dropped begins again.
    assert uploading.part(b"678", size=8, offset=5, upload="0") == {"received": 0, "path": None}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../x.csv", "x.csv"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\x.csv", "x.csv"),
        ("C:x.csv", "C_x.csv"),
        ("a\0b\n.csv", "ab.csv"),
        ("\u202egpj.exe", "gpj.exe"),
        (".ssh", "ssh"),
        ("  a.csv. ", "a.csv"),
        ("u\u0308ber.csv", "über.csv"),
        ("猫.csv", "猫.csv"),
        ("\ud800x.csv", "x.csv"),
        ("..", ""),
        ("", ""),
        ("dir/", ""),
    ],
)
def test_the_name_of_an_upload_is_a_name_and_nothing_else(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_suffix(place: Path) -> None:
    path = Uploading().whole(b"x", name="猫" * 300 + ".csv")
    assert path.endswith("猫.csv")
    assert len(Path(path).name.encode()) <= 200


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": "../.."}, "'../..' is no name for a file."),
        ({"name": "\0"}, "is no name for a file."),
        ({"name": "x.exe"}, "x.exe cannot be uploaded. Must end with .csv."),
        ({"size": -1}, "at most 2 MB can be uploaded"),
        ({"data": bytes(MOST_A_PART + 1), "size": MOST_A_PART + 1}, "at most 524288 bytes"),
    ],
)
def test_what_is_not_to_be_uploaded_is_refused_and_nothing_is_left(place: Path, more: Any, said: str) -> None:
    before = everything(place)
    uploading = Uploading(suffixes=(".csv",))
    assert said in refusal(lambda: uploading.part(**{"data": b"x", "size": 1, **more}))
    assert everything(place) == before


def test_uploads_never_go_where_a_link_leads_out(place: Path) -> None:
    (place / "data/uploads").symlink_to(place.parent / "secret")
    assert refusal(lambda: Uploading().part(b"x", size=1)) == "Not in data."
    assert everything(place.parent / "secret") == {"key.csv"}


def test_where_nothing_may_be_uploaded_it_is_refused(place: Path) -> None:
    assert "Nothing can be uploaded" in refusal(Upload, FileRules("file", "data"), "x.csv", 1)


def test_a_full_disk_is_said_in_words_and_nothing_is_left(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(place)
    uploading = Uploading()
    uploading.part(b"1", size=3)

    def full(_self: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Upload, "_settle", full)
    assert refusal(lambda: uploading.part(b"23", size=3, offset=1)) == (
        "x.csv could not be saved: No space left on device."
    )
    assert everything(place) == before


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({}, "nothing of this kind"),
        ({"source": "other", "folder": "", "typed": ""}, "asks for no such file"),
        ({"folder": "", "typed": ""}, "nothing of this kind"),
        ({"from": 0, "to": 10}, "nothing of this kind"),
    ],
)
def test_a_message_of_another_shape_is_refused(what: Any, said: str) -> None:
    with pytest.raises(hitl.InvalidAnswerError, match=said):
        Uploading().files.fetch(what)


def test_uploads_that_are_cancelled_over_and_over_are_forgotten_in_time(place: Path) -> None:
    uploading = Uploading()
    for number in range(1000):
        uploading.cancel(str(number))
    assert len(uploading.files._cancelled) < 100
    with pytest.raises(hitl.InvalidAnswerError, match="cancelled"):
        uploading.part(b"x", size=1, upload="999")
