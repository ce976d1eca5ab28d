"""A request that is turned down: a status and one sentence."""

from __future__ import annotations


class Refused(Exception):
    """A request that gets a 4xx; its text is the sentence that the client reads."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status
