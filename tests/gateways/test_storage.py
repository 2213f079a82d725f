from pathlib import Path

import pytest

from hotline_sessions.domain.recordings import StorageError
from hotline_sessions.gateways.storage import open_storage


pytestmark = pytest.mark.anyio

SOUND = b"RIFF" + bytes(range(256))


def list_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("address", ["", "file://{folder}/elsewhere"])
async def test_a_folder_gives_back_what_it_was_given_whole_or_in_part(
    tmp_path: Path, address: str
) -> None:
    storage = open_storage(address.format(folder=tmp_path), data_dir=tmp_path)
    await storage.put("7/a-1.wav", SOUND)

    assert await storage.read("7/a-1.wav") == SOUND
    assert await storage.read_range("7/a-1.wav", 2, 6) == SOUND[2:6]
    folder = tmp_path / ("elsewhere" if address else "recordings")
    assert (folder / "7" / "a-1.wav").read_bytes() == SOUND
    assert folder.stat().st_mode & 0o077 == 0


async def test_what_is_erased_is_gone_and_may_be_erased_again(tmp_path: Path) -> None:
    storage = open_storage("", data_dir=tmp_path)
    await storage.put("7/a-1.wav", SOUND)

    await storage.delete("7/a-1.wav")
    await storage.delete("7/a-1.wav")

    assert await storage.read("7/a-1.wav") is None
    assert list_files(tmp_path) == []
    with pytest.raises(StorageError):
        await storage.read_range("7/a-1.wav", 0, 1)


async def test_writing_twice_leaves_one_file(tmp_path: Path) -> None:
    storage = open_storage("", data_dir=tmp_path)
    await storage.put("7/a-1.wav", b"old")
    await storage.put("7/a-1.wav", SOUND)

    assert await storage.read("7/a-1.wav") == SOUND
    assert len(list_files(tmp_path)) == 1


async def test_a_storage_that_cannot_be_opened_is_told_when_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("in the way")
    storage = open_storage("", data_dir=tmp_path)

    with pytest.raises(StorageError):
        await storage.put("7/a-1.wav", SOUND)
    with pytest.raises(StorageError):
        await storage.read("7/a-1.wav")
    with pytest.raises(StorageError):
        await storage.delete("7/a-1.wav")


async def test_a_bucket_without_its_secrets_is_told_as_a_fault_of_the_storage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "half of a secret")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    storage = open_storage("s3://recordings", data_dir=tmp_path)

    with pytest.raises(StorageError):
        await storage.put("7/a-1.wav", SOUND)
