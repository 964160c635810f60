"""An upload writes a new file into the folder, whole or not at all."""

from __future__ import annotations

import base64
import gc
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets import fields
from hitl_widgets.files import FileRules, given
from hitl_widgets.files.field import FieldFiles
from hitl_widgets.files.upload import MOST_A_PART, Upload, safe_name

from .test_files import refusal


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


_KILLED = """
import os, signal
from hitl_widgets.files import FileRules
from hitl_widgets.files.upload import Upload
upload = Upload(FileRules("file", "data", (), 1_000, "uploads"), "x.csv", 100)
upload.add(0, b"x")
os.kill(os.getpid(), signal.SIGKILL)
"""


_AWAKE = """
from hitl_widgets.files import FileRules
from hitl_widgets.files.upload import Upload
Upload(FileRules("file", "data", (), 1_000, "uploads"), "two.csv", 3).add(0, b"two")
"""


def test_a_file_that_is_on_its_way_to_a_kernel_that_slept_for_an_hour_still_comes(place: Path) -> None:
    slept = Uploading()
    assert slept.part(b"first ", name="one.csv", size=11) == {"received": 6, "path": None}
    [part] = (place / "data/uploads").iterdir()
    os.utime(part, (0, 0))
    subprocess.run([sys.executable, "-c", _AWAKE], cwd=place, check=True, timeout=60)
    assert slept.part(b"later", name="one.csv", size=11, offset=6)["path"] == "data/uploads/one.csv"
    assert everything(place / "data/uploads") == {"one.csv", "two.csv"}


def test_what_a_kernel_left_that_was_killed_while_a_file_came_is_gone_with_a_later_upload(place: Path) -> None:
    subprocess.run([sys.executable, "-c", _KILLED], cwd=place, check=False, timeout=60)
    [left] = (place / "data/uploads").iterdir()
    assert left.name.endswith(".upload")
    Uploading().whole(b"one", name="one.csv")
    assert left.exists()  # it may be on its way still
    os.utime(left, (0, 0))
    (place / "data/uploads/.own.upload").touch()
    os.utime(place / "data/uploads/.own.upload", (0, 0))
    Uploading().whole(b"two", name="two.csv")
    assert everything(place / "data/uploads") == {"one.csv", "two.csv", ".own.upload"}
