"""Ctrl-C, once and twice."""

from __future__ import annotations

import signal

import pytest

from reference_model.training.interruption import interruptible


def test_once_is_a_wish_and_twice_an_order(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    before = signal.getsignal(signal.SIGINT)
    with interruptible("soon\n") as pressed:
        assert not pressed()
        signal.raise_signal(signal.SIGINT)
        assert pressed()
        assert capfd.readouterr().err == "soon\n"
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_under_torchrun_which_passes_it_on_a_second_time_it_stays_a_wish(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with interruptible("soon\n") as pressed:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        assert pressed()
    assert capfd.readouterr().err == "soon\n"
