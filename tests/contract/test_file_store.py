"""What every store of files has to do."""

import errno
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from salon.media_types import sniff
from salon.secrets import Secrets
from salon.stores.file_names import clean_name
from salon.stores.file_usage import FileLimits
from salon.stores.files import FileNotFound, FileStore, FileTooLarge, StorageFull, UploadElsewhere
from salon.stores.local_files import LocalFiles

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=[LocalFiles])
def files(request, tmp_path, clock) -> FileStore:
    return request.param(
        tmp_path / "files",
        secrets=lambda: Secrets([b"s" * 32]),
        limits=FileLimits(owner_bytes=1_000, free_bytes=0),
        retention_s=60,
        clock=clock,
    )


def put(files: FileStore, content: bytes = b"hello", name: str = "a.txt", owner: str = "ann", **options):
    with files.create(name, owner=owner, **options) as draft:
        draft.write(content)
        return draft.keep()


def everything(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_is_there_under_its_own_name_after_it_was_kept(files):
    ref = put(files, PNG, "cat.png")
    stored = files.get(ref.id, owner="ann")

    assert (ref.name, ref.media_type, ref.size_bytes) == ("cat.png", "image/png", len(PNG))
    assert stored.ref == ref
    assert stored.path.name == "cat.png"
    assert stored.path.read_bytes() == PNG


def test_another_owners_file_does_not_exist(files):
    ref = put(files)

    with pytest.raises(FileNotFound):
        files.get(ref.id, owner="bob")
    files.delete(ref.id, owner="bob")
    assert files.get(ref.id, owner="ann").path.exists()


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda id_: id_[:-1],
        lambda id_: f"../{id_}",
        lambda id_: id_.split(".")[0],
        lambda _: "",
        lambda _: "\ud800",
    ],
)
def test_an_id_that_was_not_given_out_finds_nothing(files, change):
    ref = put(files)

    with pytest.raises(FileNotFound):
        files.get(change(ref.id), owner="ann")


def test_ids_cannot_be_guessed_from_each_other_and_equal_content_is_kept_twice(files):
    first, second = put(files), put(files)

    assert first.id != second.id
    assert len(first.id.split(".")[0]) >= 22


def test_only_this_user_of_the_machine_can_read_a_file(files):
    stored = files.get(put(files).id, owner="ann")

    assert stat.S_IMODE(stored.path.stat().st_mode) == 0o600


def test_what_is_not_kept_leaves_nothing_behind(files, tmp_path):
    with files.create("a.txt", owner="ann") as draft:
        draft.write(b"half")

    assert everything(tmp_path) == []


def test_a_file_beyond_its_limit_is_refused_and_leaves_nothing_behind(files, tmp_path):
    with files.create("a.txt", owner="ann", limit_bytes=4) as draft:
        draft.write(b"1234")
        with pytest.raises(FileTooLarge, match="more than 4 bytes"):
            draft.write(b"5")

    assert everything(tmp_path) == []


def test_all_of_an_owners_files_together_have_a_limit_and_deleting_makes_room(files):
    ref = put(files, b"x" * 900)
    with pytest.raises(FileTooLarge):
        put(files, b"x" * 101)
    assert put(files, b"x" * 900, owner="bob")
    files.delete(ref.id, owner="ann")

    assert put(files, b"x" * 1_000)


def test_the_limit_holds_after_a_restart(tmp_path):
    def make():
        return LocalFiles(
            tmp_path, secrets=lambda: Secrets([b"s" * 32]), limits=FileLimits(owner_bytes=1_000, free_bytes=0)
        )

    ref = put(make(), b"x" * 900)

    assert make().get(ref.id, owner="ann").ref == ref
    with pytest.raises(FileTooLarge):
        put(make(), b"x" * 101)


def test_files_written_at_the_same_time_stay_within_the_limit(files):
    refused = []

    def write() -> None:
        try:
            put(files, b"x" * 300)
        except FileTooLarge as error:
            refused.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 5


def test_a_file_is_forgotten_when_it_was_not_used_for_its_time(files, clock, tmp_path):
    used, unused = put(files), put(files)
    clock.now += 50
    files.get(used.id, owner="ann")
    clock.now += 50
    files.sweep()

    assert files.get(used.id, owner="ann")
    with pytest.raises(FileNotFound):
        files.get(unused.id, owner="ann")
    assert len(everything(tmp_path)) == 2


def test_a_file_that_is_in_use_stays_however_old_it_is(files, clock):
    used, other = put(files), put(files)
    clock.now += 100
    files.sweep({used.id})

    assert files.get(used.id, owner="ann").ref == used
    with pytest.raises(FileNotFound):
        files.get(other.id, owner="ann")


def test_files_become_anothers_under_the_ids_that_they_have(files):
    old = put(files, owner="visitor")
    files.move_owner("visitor", "device")
    files.move_owner("device", "ann")
    own = put(files, owner="ann")
    files.move_owner("ann", "ann")

    assert files.get(old.id, owner="ann").path.read_bytes() == b"hello"
    assert files.get(own.id, owner="ann").ref == own
    for stranger in ("visitor", "device", "bob"):
        with pytest.raises(FileNotFound):
            files.get(old.id, owner=stranger)
    files.delete(old.id, owner="ann")
    with pytest.raises(FileNotFound):
        files.get(old.id, owner="ann")


def test_a_file_knows_its_place(files, tmp_path):
    ref = put(files)
    path = files.get(ref.id, owner="ann").path

    assert files.at(path, owner="ann") == ref
    assert files.at(path, owner="bob") is None
    assert files.at(path.with_name("b.txt"), owner="ann") is None
    assert files.at(tmp_path / "elsewhere.txt", owner="ann") is None


UPLOAD = "upload-0001"


def begin(files: FileStore, content: bytes, upload: str = UPLOAD, owner: str = "ann", **options) -> None:
    with files.create("a.txt", owner=owner, upload=upload, **options) as draft:
        draft.write(content)


def test_an_upload_that_was_cut_goes_on_where_it_was(files):
    begin(files, PNG[:10])
    assert files.uploaded(UPLOAD, owner="ann") == 10
    with files.create("cat.png", owner="ann", upload=UPLOAD) as draft:
        assert draft.size_bytes == 10
        draft.write(PNG[10:])
        ref = draft.keep()

    stored = files.get(ref.id, owner="ann")
    assert (ref.media_type, ref.size_bytes) == ("image/png", len(PNG))
    assert stored.path.read_bytes() == PNG
    assert stored.sha256 == files.get(put(files, PNG).id, owner="ann").sha256


def test_an_upload_that_was_never_begun_has_nothing(files):
    assert files.uploaded(UPLOAD, owner="ann") == 0


def test_a_finished_upload_is_the_file_that_it_became_until_that_is_deleted(files):
    with files.create("a.txt", owner="ann", upload=UPLOAD) as draft:
        draft.write(b"all")
        ref = draft.keep()
    assert files.uploaded(UPLOAD, owner="ann") == ref
    files.delete(ref.id, owner="ann")

    assert files.uploaded(UPLOAD, owner="ann") == 0


def test_another_owners_upload_does_not_exist(files):
    begin(files, b"half")

    assert files.uploaded(UPLOAD, owner="bob") == 0
    files.forget_upload(UPLOAD, owner="bob")
    assert files.uploaded(UPLOAD, owner="ann") == 4


@pytest.mark.parametrize("id_", ["../../etc/passwd", "", "a/b/c/d/e/f/g", "x" * 65, "..", "upload.json"])
def test_an_upload_has_the_id_of_an_upload(files, id_):
    with pytest.raises(FileNotFound):
        files.uploaded(id_, owner="ann")
    with pytest.raises(FileNotFound), files.create("a.txt", owner="ann", upload=id_):
        pass


def test_what_is_there_of_an_upload_counts_until_it_is_forgotten(files):
    begin(files, b"x" * 900)
    with pytest.raises(FileTooLarge):
        put(files, b"x" * 101)
    begin(files, b"x" * 50)
    files.forget_upload(UPLOAD, owner="ann")

    assert put(files, b"x" * 1_000)


def test_what_is_there_of_an_upload_counts_after_a_restart(tmp_path):
    def make():
        return LocalFiles(
            tmp_path, secrets=lambda: Secrets([b"s" * 32]), limits=FileLimits(owner_bytes=1_000, free_bytes=0)
        )

    begin(make(), b"x" * 900)

    assert make().uploaded(UPLOAD, owner="ann") == 900
    with pytest.raises(FileTooLarge):
        put(make(), b"x" * 101)


def test_all_parts_of_an_upload_together_have_the_files_limit(files, tmp_path):
    begin(files, b"1234", limit_bytes=6)
    with files.create("a.txt", owner="ann", upload=UPLOAD, limit_bytes=6) as draft:
        with pytest.raises(FileTooLarge):
            draft.write(b"567")
        draft.discard()

    assert everything(tmp_path) == []
    assert put(files, b"x" * 1_000)


def test_who_goes_on_with_an_upload_cuts_off_whoever_writes_it_still(files):
    with files.create("a.txt", owner="ann", upload=UPLOAD) as late:
        late.write(b"one ")
        assert files.uploaded(UPLOAD, owner="ann") == 4
        with files.create("a.txt", owner="ann", upload=UPLOAD) as draft:
            for action in (lambda: late.write(b"two"), late.keep):
                with pytest.raises(UploadElsewhere):
                    action()
            draft.write(b"three")
            ref = draft.keep()

    assert files.get(ref.id, owner="ann").path.read_bytes() == b"one three"


def test_uploads_that_nobody_goes_on_with_are_forgotten_in_time(files, clock, tmp_path):
    clock.now = time.time()
    begin(files, b"half")
    clock.now += 3_500
    files.sweep()
    assert files.uploaded(UPLOAD, owner="ann") == 4
    clock.now += 200
    files.sweep()

    assert everything(tmp_path) == []


def test_an_owner_has_so_many_uploads_at_a_time(files, tmp_path):
    for number in range(60):
        begin(files, b"x", f"upload-{number:04}")
    assert files.uploaded("upload-0059", owner="ann") == 1

    assert len(everything(tmp_path)) <= 51
    assert put(files, b"x" * 900)


def test_a_full_disk_is_told_as_such_and_leaves_nothing_behind(files, tmp_path, monkeypatch):
    def no_room(*_):
        raise OSError(errno.ENOSPC, "no room")

    with files.create("a.txt", owner="ann") as draft:
        draft.write(b"half")
        monkeypatch.setattr(Path, "replace", no_room)
        with pytest.raises(StorageFull):
            draft.keep()
    monkeypatch.undo()

    assert everything(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\photo.png", "photo.png"),
        ("", "file"),
        ("..", "file"),
        (".env", "env"),
        ("a\0b\nc.txt", "a\ufffdbc.txt"),
        ("gpj.\u202etxe.exe", "gpj.txe.exe"),
        ("CON.txt", "_CON.txt"),
        ("照片.png", "照片.png"),
        ("what? <b>.txt", "what_ _b_.txt"),
        ("x" * 300 + ".png", "x" * 196 + ".png"),
    ],
)
def test_names_keep_their_last_step_and_what_every_system_takes(name, kept):
    assert clean_name(name) == kept
    assert len(os.fsencode(kept)) <= 200


@pytest.mark.parametrize(
    ("head", "name", "claimed", "media_type"),
    [
        (PNG, "cat.txt", "text/plain", "image/png"),
        (b"<html><script>alert(1)</script>", "cat.png", "image/png", "text/html"),
        (b"<script>alert(1)</script>", "cat.png", "image/png", "text/plain"),
        (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "cat.png", "image/png", "image/svg+xml"),
        (b"a,b\n1,2\n", "table.csv", None, "text/csv"),
        (b"\x1aE\xdf\xa3webm", "voice.webm", "audio/webm;codecs=opus", "audio/webm"),
        (b"\x1aE\xdf\xa3webm", "film.webm", None, "video/webm"),
        (b"\x1aE\xdf\xa3webm", "cat.png", "image/png", "video/webm"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a.wav", None, "audio/wav"),
        (b"\0\0\0\x18ftypM4A \0\0", "a.m4a", None, "audio/mp4"),
        (b"PK\x03\x04....", "a.docx", None, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"\0\x01\x02\x03", "cat.png", "image/png", "application/octet-stream"),
        (b"", "nothing.txt", None, "text/plain"),
        ("é".encode() * 2_048 + b"\xc3", "a.txt", None, "text/plain"),
    ],
)
def test_what_a_file_is_shows_in_its_bytes(head, name, claimed, media_type):
    assert sniff(head, name=name, claimed=claimed) == media_type


def limited(folder, **limits) -> LocalFiles:
    limits = FileLimits(**({"free_bytes": 0} | limits))
    return LocalFiles(folder, secrets=lambda: Secrets([b"s" * 32]), limits=limits)


def send(store, content: bytes, owner: str, source: str = "192.0.2.1"):
    with store.create("a.txt", owner=owner, source=source) as draft:
        if content:
            draft.write(content)
        return draft.keep()


@pytest.mark.parametrize(
    ("limits", "callers", "error"),
    [
        ({"owner_files": 3}, [("ann", f"192.0.2.{number}") for number in range(4)], FileTooLarge),
        ({"source_bytes": 30}, [(f"visitor {number}", "192.0.2.1") for number in range(4)], StorageFull),
        ({"total_bytes": 30}, [(f"visitor {number}", f"192.0.2.{number}") for number in range(4)], StorageFull),
    ],
)
def test_at_each_limit_files_are_kept_and_above_it_refused_until_one_is_deleted(tmp_path, limits, callers, error):
    store = limited(tmp_path, **limits)
    kept = [send(store, b"x" * 10, *caller) for caller in callers[:3]]
    for again in (store, limited(tmp_path, **limits)):  # also after a restart
        with pytest.raises(error):
            send(again, b"x" * 10, *callers[3])
    store.delete(kept[0].id, owner=callers[0][0])
    send(store, b"x" * 10, *callers[3])

    assert not list((tmp_path / "tmp").iterdir())


def test_empty_files_count_too(tmp_path):
    store = limited(tmp_path, owner_files=3)
    for _ in range(3):
        send(store, b"", "ann")

    with pytest.raises(FileTooLarge, match="3 files"):
        send(store, b"", "ann")


def test_the_disk_is_never_filled_and_deleting_goes_on_working(tmp_path):
    kept = send(limited(tmp_path), b"x", "ann")
    store = limited(tmp_path, free_bytes=2**60)
    with pytest.raises(StorageFull) as refused:
        send(store, b"x", "ann")
    store.delete(kept.id, owner="ann")

    assert refused.value.status == 507
    with pytest.raises(FileNotFound):
        store.get(kept.id, owner="ann")


def test_no_address_is_written_to_the_disk(tmp_path):
    send(limited(tmp_path), b"x", "ann", "203.0.113.77")

    assert not any(b"203.0.113" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
