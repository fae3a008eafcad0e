"""When a rule changes, each person gets an own before and after, and who notices nothing gets nothing (J8.5)."""

from datetime import date

from tests.account.world import World

from leerrekening.account.rule_change import RuleChange, tell_all
from leerrekening.registry import notices

# From 1 November 2025 career vouchers are one for a whole career, for who never had one.
CHANGE = date(2025, 11, 1)
GUIDED = {
    "from": "2022-02-01",
    "to": "2022-05-01",
    "instrument": "loopbaancheques",
    "minutes": 240,
    "vouchers": 1,
}


def test_j8_5_own_before_and_after_and_nothing_without_effect(world: World) -> None:
    touched = world.person(guidance=[GUIDED])
    not_touched = world.person(
        job={
            "from": "2024-09-01",
            "to": None,
            "kind": "self_employed_side",
            "fraction": None,
        }
    )
    change = RuleChange(world.held, world.held, CHANGE)
    assert change.instruments() == ["loopbaancheques"]
    looked, told = tell_all(lambda: world.installed.access.transaction("batch"), change)
    assert (looked, told) == (2, 1)
    again = tell_all(lambda: world.installed.access.transaction("batch"), change)
    assert again == (2, 0), "nobody is told twice"
    with world.installed.access.transaction("citizen", party=touched) as connection:
        (notice,) = notices.inbox(connection, touched, "nl")
    assert notice.title == "De regels veranderen: Loopbaancheques"
    assert "Vanaf 1\xa0november\xa02025." in notice.text
    assert "Voor u was het: " in notice.text
    assert "Voor u wordt het: nee" in notice.text
    assert "Bron: " in notice.text
    with world.installed.access.transaction("citizen", party=not_touched) as connection:
        assert notices.inbox(connection, not_touched, "nl") == []
