"""The expected failure has two addresses and is one class."""

import analysis.errors
import analysis.stats.errors


def test_both_addresses_lead_to_one_class():
    assert analysis.errors.NotEnoughData is analysis.stats.errors.NotEnoughData
